package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"
)

//go:embed static
var files embed.FS

type stored struct {
	hash    string // part of its address, for caching without end
	content []byte
	packed  []byte // gzip
}

// style is the one style sheet: a second request is costly on slow networks.
const style = "style.css"

var styles = []string{"vendor/pico.min.css", "site.css"}

// statics holds the files by name, compressed once: unlike pages they hold no secrets (BREACH).
var statics = sync.OnceValue(func() map[string]stored {
	out := map[string]stored{}
	add := func(name string, b []byte) {
		sum := sha256.Sum256(b)
		out[name] = stored{hex.EncodeToString(sum[:5]), b, pack(b)}
	}
	parts := map[string][]byte{}
	err := fs.WalkDir(files, "static", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := files.ReadFile(p)
		if name := strings.TrimPrefix(p, "static/"); slices.Contains(styles, name) {
			parts[name] = b
		} else {
			add(name, b)
		}
		return err
	})
	if err != nil {
		panic(err) // embedded
	}
	var whole []byte
	for _, name := range styles {
		whole = append(append(whole, parts[name]...), '\n')
	}
	add(style, whole)
	return out
})

func pack(b []byte) []byte {
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression)
	_, _ = w.Write(b)
	_ = w.Close()
	return out.Bytes()
}

func asset(name string) string {
	ext := path.Ext(name)
	return "/static/" + strings.TrimSuffix(name, ext) + "." + statics()[name].hash + ext
}

// Static serves a file under the address that asset returns, and no other.
func Static(c echo.Context) error {
	at := strings.TrimPrefix(c.Request().URL.Path, "/static/")
	ext := path.Ext(at)
	base, hash, ok := cutLast(strings.TrimSuffix(at, ext), ".")
	f, known := statics()[base+ext]
	if !ok || !known || f.hash != hash {
		return echo.ErrNotFound
	}
	h := c.Response().Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	b := f.content
	if packs.MatchString(c.Request().Header.Get("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		b = f.packed
	}
	h.Set("Content-Length", strconv.Itoa(len(b)))
	return c.Blob(http.StatusOK, mime.TypeByExtension(ext), b)
}

// packs matches an Accept-Encoding that takes gzip, but not "gzip;q=0".
var packs = regexp.MustCompile(`(?i)(^|[ ,])gzip *(,|;q=(1|0\.\d*[1-9])|$)`)

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}
