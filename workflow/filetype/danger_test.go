package filetype

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

func parts(t testing.TB, contents map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(contents)) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(contents[name])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func word(t testing.TB, more map[string]string) string {
	all := map[string]string{
		"[Content_Types].xml": `<Types><Override PartName="/word/document.xml" ContentType="application/vnd...document.main+xml"/></Types>`,
		"word/document.xml":   `<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>项目总结</w:t></w:r></w:p></w:body></w:document>`,
	}
	maps.Copy(all, more)
	return parts(t, all)
}

// stuffed hides a page before the second record of a kind, or the only directory, and mends every offset behind it.
func stuffed(doc, before string) string {
	const hidden = "<html><script>alert(1)</script>"
	at := strings.LastIndex(doc, before)
	if before == "PK\x01\x02" {
		at = strings.Index(doc, before)
	}
	b := []byte(doc[:at] + hidden + doc[at:])
	mend := func(field []byte) {
		if old := binary.LittleEndian.Uint32(field); int(old) >= at {
			binary.LittleEndian.PutUint32(field, old+uint32(len(hidden)))
		}
	}
	for i := range len(b) - 4 {
		switch string(b[i : i+4]) {
		case "PK\x01\x02":
			mend(b[i+42:])
		case "PK\x05\x06":
			mend(b[i+16:])
		}
	}
	return string(b)
}

// padded hides a page behind the last entry of the directory, within its length.
func padded(doc string) string {
	const hidden = "<html><script>alert(1)</script>"
	at := len(doc) - endSize
	b := []byte(doc[:at] + hidden + doc[at:])
	length := b[at+len(hidden)+12:]
	binary.LittleEndian.PutUint32(length, binary.LittleEndian.Uint32(length)+uint32(len(hidden)))
	return string(b)
}

// foreword begins a document with a PDF in the extra field of its first part.
func foreword(t testing.TB) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range map[string]string{"[Content_Types].xml": "<Types/>", "word/document.xml": "<d/>"} {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Extra: []byte("\x99\x99\x12\x00%PDF-1.4 1 0 obj <<")})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func relation(kind, mode string) string {
	return fmt.Sprintf(
		`<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="http://example.org/x" TargetMode="%s"/></Relationships>`, kind, mode)
}

func deflated(t testing.TB, s string) string {
	t.Helper()
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	if _, err := z.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const page = "%PDF-1.7\n1 0 obj\n<< /Type /Catalog /OpenAction [2 0 R /Fit] >>\nendobj\ntrailer << /Root 1 0 R >>\n" +
	"%%EOF\n"

func TestWhatPhonesAndOfficesSend(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ file, content, want string }{
		"a photo of a phone": {"IMG_0001.HEIC", "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", HEIC},
		"a certificate in OFD": {"证书.ofd",
			parts(t, map[string]string{"OFD.xml": "<ofd:OFD/>", "Doc_0/Document.xml": "<x/>"}), OFD},
		"a document": {"总结.docx", word(t, nil), DOCX},
		"a document with a link": {"a.docx",
			word(t, map[string]string{"word/_rels/document.xml.rels": relation("hyperlink", "External")}), DOCX},
		"a document with a template": {"a.docx",
			word(t, map[string]string{"word/_rels/settings.xml.rels": relation("attachedTemplate", "Internal")}), DOCX},
		"a document about additions": {"a.docx",
			word(t, map[string]string{"word/document.xml": `<d xmlns:w="w"><w:instrText>PAGE \* ADDED</w:instrText></d>`}),
			DOCX},
		"a PDF that opens on a page":   {"a.pdf", page, PDF},
		"a PDF with words like Script": {"a.pdf", "%PDF-1.4\n<< /JSON 1 /Encrypted no >>", PDF},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, err := Detect(row.file, strings.NewReader(row.content), int64(len(row.content)))
			if err != nil || found.Type != row.want || found.Active {
				t.Errorf("%+v, %v; want %s", found, err, row.want)
			}
		})
	}
}

func TestDangerIsRefused(t *testing.T) {
	t.Parallel()
	eicar := string(testVirus)
	zipped := parts(t, map[string]string{"a.txt": "hidden"})
	for name, row := range map[string]struct{ file, content, says string }{
		"an encrypted PDF": {"a.pdf", "%PDF-1.7\ntrailer << /Root 1 0 R /Encrypt 5 0 R >>", "password"},
		"an encrypted PDF with escapes": {"a.pdf", "%PDF-1.7\ntrailer << /Root 1 0 R /#45ncr#79pt 5 0 R >>",
			"password"},
		"an old document":       {"a.doc", oleMagic + "...", "save it as .docx"},
		"an encrypted document": {"a.docx", oleMagic + "...", "save it as .docx"},
		"a template elsewhere": {"a.docx",
			word(t, map[string]string{"word/_rels/settings.xml.rels": relation("attachedTemplate", "External")}), "a template"},
		"an object elsewhere": {"a.docx",
			word(t, map[string]string{"word/_rels/document.xml.rels": relation("oleObject", "External")}),
			"a template or an object"},
		"a frame elsewhere": {"a.docx",
			word(t, map[string]string{"word/_rels/webSettings.xml.rels": relation("frame", "external")}),
			"a template or an object"},
		"macros under any name": {"a.docx",
			word(t, map[string]string{"word/theme/theme2.xml": oleMagic + "macro"}), "macros"},
		"a program under any name": {"a.docx", word(t, map[string]string{"word/media/image1.png": "MZ\x90\x00"}),
			"macros"},
		"macros by type": {"a.docx",
			word(t, map[string]string{"[Content_Types].xml": `<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>`}), "macros"},
		"DDE": {"a.docx",
			word(t, map[string]string{"word/document.xml": `<d xmlns:w="w"><w:instrText>DDEAUTO c:\\cmd.exe "/k"</w:instrText></d>`}), "macros"},
		"DDE cut in pieces": {"a.docx",
			word(t, map[string]string{"word/document.xml": `<d xmlns:w="w"><w:r><w:instrText> DD</w:instrText></w:r><w:r><w:instrText>E c:\\cmd</w:instrText></w:r></d>`}), "macros"},
		"DDE in a simple field": {"a.docx",
			word(t, map[string]string{"word/header1.xml": `<d xmlns:w="w"><w:fldSimple w:instr="DDE cmd"/></d>`}), "macros"},
		"DDE in a table": {"a.xlsx", parts(t, map[string]string{"[Content_Types].xml": "<Types/>",
			"xl/workbook.xml":                    "<x/>",
			"xl/externalLinks/externalLink1.xml": `<externalLink><ddeLink ddeService="cmd"/></externalLink>`}), "macros"},
		"EICAR in a text":         {"a.txt", eicar, "EICAR"},
		"EICAR across two pieces": {"a.txt", strings.Repeat("a", 64<<10-20) + eicar, "EICAR"},
		"EICAR in an OFD document": {"a.ofd",
			parts(t, map[string]string{"OFD.xml": "<x/>", "Doc_0/Attachs/a.com": eicar}), "EICAR"},
		"a PDF with an archive behind": {"a.pdf", page + zipped, "second format"},
		"a picture with an archive behind": {"a.png", "\x89PNG\r\n\x1a\n" + strings.Repeat("x", 100) + zipped,
			"second format"},
		"a photo with a page inside": {"a.jpg", "\xff\xd8\xff\xe0\x00\x10JFIF<script>alert(1)</script>",
			"second format"},
		"a photo with a page behind": {"a.jpg", "\xff\xd8\xff\xe0" + strings.Repeat("x", 9000) + "<html><script>",
			"second format"},
		"a picture with a PDF inside":        {"a.png", "\x89PNG\r\n\x1a\n%PDF-1.4", "second format"},
		"a PDF that begins as a page":        {"a.pdf", "%PDF-1.4\n<html><body>", "second format"},
		"a page behind a document":           {"a.docx", word(t, nil) + "<html><script>alert(1)</script>", "second format"},
		"a page before a directory":          {"a.docx", stuffed(word(t, nil), "PK\x01\x02"), "second format"},
		"a page in a directory":              {"a.docx", padded(word(t, nil)), "second format"},
		"a PDF in the extra field of a part": {"a.docx", foreword(t), "second format"},
		"a page between two parts":           {"a.docx", stuffed(word(t, nil), "PK\x03\x04"), "second format"},
		"a document behind another":          {"a.docx", zipped[:len(zipped)-22] + word(t, nil), "second format"},
		"a document and an OFD document": {"a.ofd",
			parts(t, map[string]string{"OFD.xml": "<x/>", "[Content_Types].xml": "<x/>", "word/document.xml": "<x/>"}),
			"only PDF"},
		"a text that is a PDF":              {"a.txt", "  \n%PDF-1.4", "only PDF"},
		"a video that calls itself a photo": {"a.heic", "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00", "only PDF"},
		"an OFD document with a program in it": {"a.ofd",
			parts(t, map[string]string{"OFD.xml": "<x/>", "Doc_0/Attachs/a.pdf": "MZ\x90"}), "macros"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, err := Detect(row.file, strings.NewReader(row.content), int64(len(row.content)))
			var why *Error
			if !errors.As(err, &why) || !why.Text.Complete() || !strings.Contains(why.Text.EN, row.says) {
				t.Errorf("%+v, %v; it should say %q", found, err, row.says)
			}
		})
	}
}

func TestActivePDFsAreMarked(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"a script":              "%PDF-1.7\n<< /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>",
		"a script with escapes": "%PDF-1.7\n<< /S /J#61vaScript >>",
		"an attached file":      "%PDF-1.7\n<< /Type /EmbeddedFile /Length 3 >>\nstream\nabc\nendstream",
		"a command":             "%PDF-1.7\n<< /S /Launch /F (cmd.exe) >>",
		"a script in packed objects": "%PDF-1.7\n<< /Type /ObjStm /N 1 /Filter /FlateDecode >>\nstream\n" + deflated(t,
			"1 0 << /S /JavaScript >>") + "\nendstream",
	} {
		found, err := Detect("a.pdf", strings.NewReader(content), int64(len(content)))
		if err != nil || !found.Active {
			t.Errorf("%s: %+v, %v", name, found, err)
		}
	}
	quiet := "%PDF-1.7\n<< /Length 30 >>\nstream\n/JS /Launch /Encrypt\nendstream\nendobj"
	if found, err := Detect("a.pdf", strings.NewReader(quiet), int64(len(quiet))); err != nil || found.Active {
		t.Errorf("what a page draws is no name of the document: %+v, %v", found, err)
	}
}

// TestWhatIsOfferedIsAccepted: Detect takes the extensions that a form offers, and the words name each.
func TestWhatIsOfferedIsAccepted(t *testing.T) {
	t.Parallel()
	offered := strings.Split(Endings, ",")
	for _, endings := range Accepted {
		for _, e := range endings {
			if !slices.Contains(offered, e) {
				t.Errorf("%s is accepted and not offered", e)
			}
		}
		said := false
		for _, e := range endings {
			said = said || strings.Contains(strings.ToLower(Kinds.EN), e[1:]) && strings.Contains(strings.ToLower(Kinds.ZH),
				e[1:])
		}
		if !said {
			t.Errorf("%v is in no words", endings)
		}
	}
	for _, bad := range []string{".doc", ".xls", ".svg", ".html", ".gif", "image/*"} {
		if slices.Contains(offered, bad) {
			t.Errorf("%s is offered and refused", bad)
		}
	}
}
