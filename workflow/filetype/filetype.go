// Package filetype detects a file's type by its content, from a closed list of what the field sends: certificates
// (PDF, OFD), photos (JPEG, PNG, WebP, HEIC), office documents, and plain tables. It refuses all else, whatever its
// name: what a browser might run (HTML, SVG, scripts), encrypted files, what starts programs or fetches something
// when opened (macros, OLE objects, DDE, external templates), and polyglots.
package filetype

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"incubase/workflow/text"
)

// Error refuses a file; its text says what to do.
type Error struct{ Text text.Text }

func (e *Error) Error() string { return e.Text.EN }

func wrong(zh, en string) error { return &Error{text.Text{ZH: zh, EN: en}} }

const (
	PDF  = "application/pdf"
	OFD  = "application/ofd" // GB/T 33190, the national format of fixed-layout documents
	JPEG = "image/jpeg"
	PNG  = "image/png"
	WebP = "image/webp"
	HEIC = "image/heic" // how phones store photos
	DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	TXT  = "text/plain"
	CSV  = "text/csv"
)

// Accepted holds the types, with their file name extensions.
var Accepted = map[string][]string{
	PDF: {".pdf"}, OFD: {".ofd"}, JPEG: {".jpg", ".jpeg"}, PNG: {".png"}, WebP: {".webp"}, HEIC: {".heic", ".heif"},
	DOCX: {".docx"}, XLSX: {".xlsx"}, TXT: {".txt"}, CSV: {".csv"},
}

var Kinds = text.Text{
	ZH: "PDF、OFD、照片（JPEG、PNG、WebP、HEIC）、Word（.docx）、Excel（.xlsx）、CSV、TXT",
	EN: "PDF, OFD, photos (JPEG, PNG, WebP, HEIC), Word (.docx), Excel (.xlsx), CSV, TXT",
}

// Endings is the value of a form's accept attribute: .csv,.docx,...
var Endings = strings.Join(slices.Sorted(func(yield func(string) bool) {
	for endings := range maps.Values(Accepted) {
		for _, e := range endings {
			if !yield(e) {
				return
			}
		}
	}
}), ",")

// Previewed reports whether browsers show the type. Others are downloaded.
func Previewed(kind string) bool {
	return kind != OFD && kind != HEIC && kind != DOCX && kind != XLSX
}

type Found struct {
	Type string
	// Active marks a PDF that acts when opened (scripts, attached files, commands): its readers are warned.
	Active bool
}

// Detect returns the file's type. The extension of its name must agree.
func Detect(name string, r io.ReaderAt, size int64) (Found, error) {
	ending := strings.ToLower(path.Ext(name))
	found, err := content(r, size, ending)
	if err != nil {
		return Found{}, err
	}
	if !slices.Contains(Accepted[found.Type], ending) {
		return Found{}, wrong("文件名的后缀与内容不符（内容是 "+found.Type+"），请改正后缀再上传",
			"the name's ending does not agree with the content, which is "+found.Type+"; correct the ending and send it again")
	}
	return found, nil
}

func content(r io.ReaderAt, size int64, ending string) (Found, error) {
	head := make([]byte, min(size, 4096))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return Found{}, err
	}
	if size == 0 {
		return Found{}, wrong("文件是空的", "the file is empty")
	}
	if err := noTestVirus(io.NewSectionReader(r, 0, size)); err != nil {
		return Found{}, err
	}
	switch kind := sniff(head); {
	case kind == PDF && bytes.HasPrefix(head, []byte("%PDF-")):
		return pdf(r, size, head)
	case kind == zipped:
		return archived(r, size, head)
	case kind == oleStorage:
		return Found{}, wrong("不接受旧版 Office 文件（.doc、.xls）和加密的 Office 文件，请另存为不加密的 .docx 或 .xlsx",
			"old Office files (.doc, .xls) and encrypted ones are not accepted; save it as .docx or .xlsx without a password")
	case (kind == "" || kind == PDF) && (ending == ".txt" || ending == ".csv"):
		return plain(r, size, ending)
	case kind == PDF: // behind something else
		return Found{}, twofold()
	case kind != "":
		return Found{Type: kind}, oneThing(r, size, head)
	}
	return Found{}, refused()
}

const (
	zipped     = "application/zip"
	oleStorage = "application/x-ole-storage"
)

// sniffed is the allow-list: types by the first bytes, and our types for them.
var sniffed = map[string]string{JPEG: JPEG, PNG: PNG, WebP: WebP, PDF: PDF, zipped: zipped, oleStorage: oleStorage,
	HEIC: HEIC, "image/heic-sequence": HEIC, "image/heif": HEIC, "image/heif-sequence": HEIC}

// sniff returns the detected type or its nearest parent on the allow-list.
func sniff(head []byte) string {
	for m := mimetype.Detect(head); m != nil; m = m.Parent() {
		if kind := sniffed[m.String()]; kind != "" {
			return kind
		}
	}
	return ""
}

func refused() error {
	return wrong("只接受"+Kinds.ZH+"；内容须与后缀一致", "only "+Kinds.EN+
		" are accepted, and the content has to agree with the ending")
}

// plain accepts UTF-8 or GB 18030 without control characters and without what a browser takes for markup.
func plain(r io.ReaderAt, size int64, ending string) (Found, error) {
	buffer := make([]byte, 64<<10)
	for at := int64(0); at < size; {
		n, err := r.ReadAt(buffer, at)
		if err != nil && !errors.Is(err, io.EOF) {
			return Found{}, err
		}
		if n == 0 {
			break
		}
		if bytes.ContainsFunc(buffer[:n], func(c rune) bool { return c < ' ' && c != '\n' && c != '\r' && c != '\t' }) {
			return Found{}, refused()
		}
		if at == 0 && (markup(buffer[:min(n, 2048)], tags) || bytes.Contains(buffer[:min(n, 1024)], []byte("%PDF-"))) {
			return Found{}, refused()
		}
		at += int64(n)
	}
	if ending == ".csv" {
		return Found{Type: CSV}, nil
	}
	return Found{Type: TXT}, nil
}
