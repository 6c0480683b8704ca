// Package filetype says what a file is by its content, from a closed list of what the field sends: certificates and
// photos (PDF, JPEG, PNG, WebP), office documents, and plain tables. Everything else is refused, whatever its name says;
// what a browser might run (HTML, SVG, scripts) above all.
package filetype

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"incubase/workflow/text"
)

// Error is a file that is not accepted, in words that say what to do.
type Error struct{ Text text.Text }

func (e *Error) Error() string { return e.Text.EN }

func wrong(zh, en string) error { return &Error{text.Text{ZH: zh, EN: en}} }

// Accepted are the types, with the endings a name may have.
var Accepted = map[string][]string{
	"application/pdf": {".pdf"},
	"image/jpeg":      {".jpg", ".jpeg"},
	"image/png":       {".png"},
	"image/webp":      {".webp"},
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document": {".docx"},
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":       {".xlsx"},
	"text/plain": {".txt"},
	"text/csv":   {".csv"},
}

// Detect says what the file is. Its name's ending has to agree: a file that pretends to be another is refused.
func Detect(name string, r io.ReaderAt, size int64) (string, error) {
	kind, err := content(r, size, strings.ToLower(path.Ext(name)))
	if err != nil {
		return "", err
	}
	ending := strings.ToLower(path.Ext(name))
	for _, e := range Accepted[kind] {
		if e == ending {
			return kind, nil
		}
	}
	return "", wrong("文件名的后缀与内容不符（内容是 "+kind+"）", "the name's ending does not agree with the content, which is "+kind)
}

func content(r io.ReaderAt, size int64, ending string) (string, error) {
	head := make([]byte, min(size, 4096))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	switch {
	case size == 0:
		return "", wrong("文件是空的", "the file is empty")
	case bytes.HasPrefix(head, []byte("%PDF-1.")), bytes.HasPrefix(head, []byte("%PDF-2.")):
		return "application/pdf", nil
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return "image/jpeg", nil
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return "image/png", nil
	case len(head) > 16 && string(head[:4]) == "RIFF" && string(head[8:15]) == "WEBPVP8":
		return "image/webp", nil
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return office(r, size)
	case ending == ".txt" || ending == ".csv":
		return plain(r, size, ending)
	}
	return "", refused()
}

func refused() error {
	return wrong("只接受 PDF、JPEG、PNG、WebP、DOCX、XLSX、TXT 和 CSV 文件", "only PDF, JPEG, PNG, WebP, DOCX, XLSX, TXT and CSV files are accepted")
}

// The bounds of an office document: more is a bomb or a mistake.
const (
	maxEntries  = 5000
	maxUnpacked = 512 << 20
)

// office looks into the archive: a document or a table without macros, embedded programs or paths that lead outside.
// Nothing is unpacked.
func office(r io.ReaderAt, size int64) (string, error) {
	z, err := zip.NewReader(r, size)
	if err != nil || len(z.File) > maxEntries {
		return "", refused()
	}
	kind, types := "", false
	var unpacked uint64
	for _, f := range z.File {
		name := strings.ToLower(f.Name)
		unpacked += f.UncompressedSize64
		switch {
		case unpacked > maxUnpacked, strings.Contains(name, ".."), strings.HasPrefix(name, "/"), strings.Contains(name, "\\"), !f.Mode().IsRegular() && !f.FileInfo().IsDir():
			return "", refused()
		case strings.HasSuffix(name, "vbaproject.bin"), strings.Contains(name, "/embeddings/"), strings.Contains(name, "/activex/"):
			return "", wrong("文档含有宏或嵌入的程序，请另存为不含宏的文档", "the document contains macros or embedded programs; save it without them")
		case name == "[content_types].xml":
			types = true
		case name == "word/document.xml":
			kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
		case name == "xl/workbook.xml":
			kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		}
	}
	if kind == "" || !types {
		return "", refused()
	}
	return kind, nil
}

// plain is text in UTF-8 or GB 18030 without control characters, and without what a browser takes for markup.
func plain(r io.ReaderAt, size int64, ending string) (string, error) {
	buffer := make([]byte, 64<<10)
	for at := int64(0); at < size; {
		n, err := r.ReadAt(buffer, at)
		if err != nil && !errors.Is(err, io.EOF) {
			return "", err
		}
		if n == 0 {
			break
		}
		if bytes.ContainsFunc(buffer[:n], func(c rune) bool { return c < ' ' && c != '\n' && c != '\r' && c != '\t' }) {
			return "", refused()
		}
		if at == 0 && markup(buffer[:n]) {
			return "", refused()
		}
		at += int64(n)
	}
	if ending == ".csv" {
		return "text/csv", nil
	}
	return "text/plain", nil
}

// markup tells whether a browser could take the beginning for a page or a picture with scripts.
func markup(head []byte) bool {
	s := strings.ToLower(string(head[:min(len(head), 2048)]))
	for _, tag := range []string{"<!doctype", "<html", "<svg", "<script", "<?xml", "<body", "<head", "<iframe", "<img"} {
		if strings.Contains(s, tag) {
			return true
		}
	}
	return false
}

// Name makes a file's name safe to store and to offer: one line, composed, no folders, nothing unseen, 120 characters
// at most, its ending kept.
func Name(s string) string {
	s = norm.NFC.String(strings.ToValidUTF8(s, ""))
	s = s[strings.LastIndexAny(s, "/\\")+1:]
	s = strings.Map(func(r rune) rune {
		switch {
		case unseen(r):
			return -1
		case strings.ContainsRune(`"<>:|?*`, r):
			return '_'
		}
		return r
	}, s)
	s = strings.TrimSpace(strings.Trim(s, "."))
	ending := path.Ext(s)
	if utf8.RuneCountInString(ending) > 10 {
		ending = ""
	}
	stem := []rune(strings.TrimSpace(strings.TrimSuffix(s, ending)))
	if len(stem) == 0 {
		stem = []rune("file")
	}
	return string(stem[:min(len(stem), 110)]) + ending
}

func unseen(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Cs)
}
