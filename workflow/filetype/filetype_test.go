package filetype

import (
	"archive/zip"
	"bytes"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func archive(t testing.TB, names ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range names {
		if _, err := z.Create(n); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestDetect(t *testing.T) {
	t.Parallel()
	const docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	for name, row := range map[string]struct{ file, content, want string }{
		"a PDF":      {"证书.PDF", "%PDF-1.7\n...", "application/pdf"},
		"a photo":    {"a.jpeg", "\xff\xd8\xff\xe0....", "image/jpeg"},
		"a picture":  {"a.png", "\x89PNG\r\n\x1a\n....", "image/png"},
		"a WebP":     {"a.webp", "RIFF\x10\x00\x00\x00WEBPVP8 \x00\x00", "image/webp"},
		"a document": {"a.docx", archive(t, "[Content_Types].xml", "word/document.xml"), docx},
		"a table": {"a.xlsx", archive(t, "[Content_Types].xml", "xl/workbook.xml"),
			"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
		"a text":                           {"a.txt", "第一行\r\n第二行", "text/plain"},
		"a text in GB 18030":               {"a.csv", "\xb5\xda\xd2\xbb,1\r\n", "text/csv"},
		"a page that calls itself PDF":     {"a.pdf", "<html>", ""},
		"a page that calls itself text":    {"a.txt", "hello <ScRiPt>alert(1)</script>", ""},
		"a drawing with scripts":           {"a.svg", "<svg xmlns='http://www.w3.org/2000/svg'>", ""},
		"a drawing that calls itself text": {"a.txt", "<?xml version='1.0'?><svg>", ""},
		"a picture that calls itself PDF":  {"a.pdf", "\x89PNG\r\n\x1a\n....", ""},
		"a PDF that calls itself page":     {"a.html", "%PDF-1.7", ""},
		"a PDF with two endings":           {"a.pdf.exe", "%PDF-1.7", ""},
		"a PDF without an ending":          {"a", "%PDF-1.7", ""},
		"a GIF with a script":              {"a.gif", "GIF89a/*<script>", ""},
		"a program":                        {"a.txt", "\x7fELF\x02\x01\x01\x00", ""},
		"a plain archive":                  {"a.docx", archive(t, "readme.txt"), ""},
		"a document with macros": {"a.docx", archive(t, "[Content_Types].xml", "word/document.xml",
			"word/vbaProject.bin"), ""},
		"a document with an embedded object": {"a.docx", archive(t, "[Content_Types].xml", "word/document.xml",
			"word/embeddings/a.bin"), ""},
		"a document that climbs out": {"a.docx", archive(t, "[Content_Types].xml", "word/document.xml",
			"../../etc/passwd"), ""},
		"a broken archive": {"a.docx", "PK\x03\x04 and no more", ""},
		"nothing":          {"a.txt", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Detect(row.file, strings.NewReader(row.content), int64(len(row.content)))
			if got.Type != row.want || (err == nil) != (row.want != "") {
				t.Fatalf("%s is %q, %v; want %q", row.file, got.Type, err, row.want)
			}
			var why *Error
			if err != nil && (!errors.As(err, &why) || !why.Text.Complete()) {
				t.Errorf("%v says too little", err)
			}
		})
	}
}

func TestABombIsNotUnpacked(t *testing.T) {
	t.Parallel()
	names := []string{"[Content_Types].xml", "word/document.xml"}
	for range maxEntries {
		names = append(names, "word/x.xml")
	}
	b := archive(t, names...)
	if _, err := Detect("a.docx", strings.NewReader(b), int64(len(b))); err == nil {
		t.Error("too many entries passed")
	}
}

func TestName(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"证书.pdf":                          "证书.pdf",
		"../../etc/passwd":                "passwd",
		`C:\scan\a.pdf`:                   "a.pdf",
		"a\r\nSet-Cookie: x.pdf":          "aSet-Cookie_ x.pdf",
		"invoice\u202efdp.exe":            "invoicefdp.exe",
		`"><script>.pdf`:                  "___script_.pdf",
		"":                                "file",
		"...":                             "file",
		".pdf":                            "pdf",
		"a\xff\xfe.pdf":                   "a.pdf",
		strings.Repeat("长", 300) + ".pdf": strings.Repeat("长", 110) + ".pdf",
	} {
		if got := Name(in); got != want {
			t.Errorf("Name(%.30q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzName(f *testing.F) {
	for _, s := range []string{"a.pdf", "../x", "\u202e", "a/b\\c", strings.Repeat("x", 300)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := Name(s)
		if n == "" || strings.ContainsAny(n, "/\\\x00\r\n\"") || utf8.RuneCountInString(n) > 120 || !utf8.ValidString(n) {
			t.Errorf("Name(%q) = %q", s, n)
		}
	})
}

func FuzzDetect(f *testing.F) {
	f.Add("a.pdf", []byte("%PDF-1.7"))
	f.Add("a.docx", []byte("PK\x03\x04"))
	f.Add("a.txt", []byte("<svg>"))
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		found, err := Detect(name, bytes.NewReader(content), int64(len(content)))
		if (err == nil) != (Accepted[found.Type] != nil) {
			t.Errorf("Detect(%q) = %q, %v", name, found.Type, err)
		}
	})
}
