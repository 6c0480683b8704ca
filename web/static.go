package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/labstack/echo/v4"
)

//go:embed static
var files embed.FS

// hashes of the files: part of their addresses, so that browsers may keep them for ever.
var hashes = func() map[string]string {
	out := map[string]string{}
	err := fs.WalkDir(files, "static", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := files.ReadFile(p)
		sum := sha256.Sum256(b)
		out[strings.TrimPrefix(p, "static/")] = hex.EncodeToString(sum[:5])
		return err
	})
	if err != nil {
		panic(err) // embedded: cannot be missing
	}
	return out
}()

// asset is the address of a file.
func asset(name string) string {
	ext := path.Ext(name)
	return "/static/" + strings.TrimSuffix(name, ext) + "." + hashes[name] + ext
}

// static serves a file under the address that asset gives, and no other.
func static(c echo.Context) error {
	at := strings.TrimPrefix(c.Request().URL.Path, "/static/")
	ext := path.Ext(at)
	base, hash, ok := cutLast(strings.TrimSuffix(at, ext), ".")
	if !ok || hashes[base+ext] == "" || hashes[base+ext] != hash {
		return echo.ErrNotFound
	}
	b, err := files.ReadFile("static/" + base + ext)
	if err != nil {
		return echo.ErrNotFound
	}
	h := c.Response().Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Del("Vary")
	return c.Blob(http.StatusOK, mime.TypeByExtension(ext), b)
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}
