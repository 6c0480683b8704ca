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

// stored is a file as it is served.
type stored struct {
	hash    string // part of its address, so that browsers may keep it for ever
	content []byte
	packed  []byte // by gzip
}

// style is the one style sheet that pages ask for: on a slow network a second one costs a connection of its own.
const style = "style.css"

// styles are its parts, in order.
var styles = []string{"vendor/pico.min.css", "site.css"}

// statics are the files by name. They are packed once, for the first page: nothing secret is in them, as there is in
// pages.
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
		panic(err) // embedded: cannot be missing
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
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // a level that there is
	_, _ = w.Write(b)                                       // a buffer takes everything
	_ = w.Close()
	return out.Bytes()
}

// asset is the address of a file.
func asset(name string) string {
	ext := path.Ext(name)
	return "/static/" + strings.TrimSuffix(name, ext) + "." + statics()[name].hash + ext
}

// Static serves a file under the address that asset gives, and no other.
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

// packs finds the word of a browser that takes gzip, and not "gzip;q=0".
var packs = regexp.MustCompile(`(?i)(^|[ ,])gzip *(,|;q=(1|0\.\d*[1-9])|$)`)

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}
