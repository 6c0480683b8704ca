package filetype

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
)

const (
	maxEntries  = 5000
	maxUnpacked = 512 << 20 // by the archive's own statement
	maxRead     = 64 << 20  // of the parts that are read, unpacked, all together
)

// oleMagic begins old Office files, encrypted new ones, embedded objects and macros.
const oleMagic = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

func archived(r io.ReaderAt, size int64, head []byte) (Found, error) {
	z, err := zip.NewReader(r, size)
	if err != nil || len(z.File) == 0 || len(z.File) > maxEntries {
		return Found{}, refused()
	}
	if !whole(z, r, size, head) {
		return Found{}, twofold()
	}
	kind, ofd := "", false
	var unpacked uint64
	for _, f := range z.File {
		name := strings.ToLower(f.Name)
		unpacked += f.UncompressedSize64
		if unpacked > maxUnpacked || strings.Contains(name, "..") || strings.HasPrefix(name, "/") ||
			strings.Contains(name, "\\") ||
			!f.Mode().IsRegular() && !f.FileInfo().IsDir() {
			return Found{}, refused()
		}
		if f.Flags&1 != 0 {
			return Found{}, encrypted()
		}
		switch name {
		case "word/document.xml":
			kind = DOCX
		case "xl/workbook.xml":
			kind = XLSX
		case "ofd.xml":
			ofd = true
		}
	}
	office := slices.ContainsFunc(z.File,
		func(f *zip.File) bool { return strings.EqualFold(f.Name, "[Content_Types].xml") })
	if ofd && kind == "" && !office {
		kind = OFD
	} else if ofd || kind == "" || !office {
		return Found{}, refused()
	}
	budget := int64(maxRead)
	for _, f := range z.File {
		if err := harmless(f, kind, &budget); err != nil {
			return Found{}, err
		}
	}
	return Found{Type: kind}, nil
}

const (
	localSize = 30 // of an entry's own header, without its name and extra field
	entrySize = 46 // of an entry in the directory, without its name and extra field
	endSize   = 22 // of the record that ends an archive, without a comment
	maxExtra  = 4096
)

// whole reports whether entries, directory and end record fill the file without a gap: no other format stands before,
// between or behind them (APPNOTE 4.3.6). Archives of 4 GiB and more (Zip64) are over every limit, and refused.
func whole(z *zip.Reader, r io.ReaderAt, size int64, head []byte) bool {
	end := make([]byte, endSize)
	if _, err := r.ReadAt(end, size-endSize); err != nil || string(end[:4]) != "PK\x05\x06" || len(z.Comment) > 0 {
		return false
	}
	length, directory := int64(binary.LittleEndian.Uint32(end[12:])), int64(binary.LittleEndian.Uint32(end[16:]))
	listed := int64(0)
	for _, f := range z.File {
		listed += entrySize + int64(len(f.Name)+len(f.Extra))
		if f.Comment != "" || len(f.Extra) > maxExtra {
			return false
		}
	}
	if listed != length || directory+length != size-endSize ||
		bytes.Contains(head[:min(len(head), 1024)], []byte("%PDF-")) {
		return false
	}
	type span struct { // of an entry's data
		from, length int64
		described    bool // sizes and checksum follow the data
	}
	entries := make([]span, len(z.File))
	for i, f := range z.File {
		from, err := f.DataOffset()
		if err != nil {
			return false
		}
		entries[i] = span{from, int64(f.CompressedSize64), f.Flags&8 != 0}
	}
	slices.SortFunc(entries, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	if len(head) < localSize || localLength(head) != entries[0].from || binary.LittleEndian.Uint16(head[28:]) > maxExtra {
		return false
	}
	for i, e := range entries {
		next := directory
		if i+1 < len(entries) {
			next = entries[i+1].from
		}
		if !follows(r, e.from+e.length, next, i+1 == len(entries), e.described) {
			return false
		}
	}
	return true
}

// follows reports whether the header of the next entry, or the directory, begins at: behind a data descriptor of 12 to
// 24 bytes where there is one.
func follows(r io.ReaderAt, at, next int64, last, described bool) bool {
	gaps := []int64{0}
	if described {
		gaps = []int64{12, 16, 20, 24}
	}
	header := make([]byte, localSize)
	for _, gap := range gaps {
		if last {
			if at+gap == next {
				return true
			}
			continue
		}
		if _, err := r.ReadAt(header, at+gap); err == nil && string(header[:4]) == "PK\x03\x04" &&
			at+gap+localLength(header) == next && binary.LittleEndian.Uint16(header[28:]) <= maxExtra {
			return true
		}
	}
	return false
}

// localLength returns the length of an entry's own header with its name and extra field.
func localLength(h []byte) int64 {
	return localSize + int64(binary.LittleEndian.Uint16(h[26:])) + int64(binary.LittleEndian.Uint16(h[28:]))
}

func encrypted() error {
	return wrong("文件加了密码，无法查看，请去掉密码后再上传",
		"the file is protected by a password and cannot be looked at; remove the password and send it again")
}

func active() error {
	return wrong("文档含有宏、嵌入的对象或打开时自动执行的内容，请另存为不含这些内容的文档",
		"the document holds macros, embedded objects or commands that run when it is opened; save it without them")
}

func linked() error {
	return wrong("文档引用了别处的模板或对象，打开时会自动读取，请另存为不含外部引用的文档",
		"the document refers to a template or an object elsewhere, fetched when it is opened; save it without such links")
}

// harmless judges a part by its content; its name may be false.
func harmless(f *zip.File, kind string, budget *int64) error {
	name := strings.ToLower(f.Name)
	if kind != OFD && (strings.Contains(name, "/embeddings/") || strings.Contains(name, "/activex/") ||
		path.Base(name) == "vbaproject.bin") {
		return active()
	}
	part, err := f.Open()
	if err != nil {
		return refused()
	}
	defer part.Close()
	head := make([]byte, len(oleMagic))
	n, err := io.ReadFull(part, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return refused()
	}
	if string(head[:n]) == oleMagic || n > 1 && string(head[:2]) == "MZ" || n > 3 && string(head[:4]) == "\x7fELF" {
		return active()
	}
	rest := io.MultiReader(strings.NewReader(string(head[:n])), part)
	limited := &io.LimitedReader{R: rest, N: *budget}
	defer func() { *budget = limited.N }()
	if xmlPart(name) && kind != OFD {
		err = words(name, limited)
	} else if !strings.HasPrefix(name, "xl/media/") && !strings.HasPrefix(name, "word/media/") {
		err = noTestVirus(limited)
	}
	if err == nil && limited.N <= 0 {
		return refused()
	}
	return err
}

func xmlPart(name string) bool {
	return strings.HasSuffix(name, ".xml") || strings.HasSuffix(name, ".rels") || strings.HasSuffix(name, ".vml")
}

// dde matches a field that starts another program.
var dde = regexp.MustCompile(`(?i)(^|["'\s{])DDE(AUTO)?(["'\s]|$)`)

// harmlessLinks are external references that are shown, but not fetched and run.
var harmlessLinks = []string{"hyperlink", "image", "externallinkpath", "externallink", "video", "audio", "media"}

// words looks for what starts programs or fetches something when the document is opened.
func words(name string, r io.Reader) error {
	d := xml.NewDecoder(r)
	d.Strict = false
	instruction, inside := "", false // the text of fields, which may be cut in pieces
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return refused()
		}
		switch t := t.(type) {
		case xml.StartElement:
			if err := element(name, t); err != nil {
				return err
			}
			inside = t.Name.Local == "instrText"
		case xml.EndElement:
			inside = false
		case xml.CharData:
			if inside && len(instruction) < 1<<20 {
				instruction += string(t)
			}
		}
	}
	if dde.MatchString(instruction) {
		return active()
	}
	return nil
}

func element(name string, e xml.StartElement) error {
	value := func(local string) string {
		for _, a := range e.Attr {
			if a.Name.Local == local {
				return a.Value
			}
		}
		return ""
	}
	switch {
	case e.Name.Local == "ddeLink", e.Name.Local == "oleLink", e.Name.Local == "OLEObject":
		return active()
	case e.Name.Local == "fldSimple" && dde.MatchString(value("instr")):
		return active()
	case strings.EqualFold(name, "[content_types].xml"):
		kind := strings.ToLower(value("ContentType"))
		if strings.Contains(kind, "macroenabled") || strings.Contains(kind, "vbaproject") ||
			strings.Contains(kind, "oleobject") || strings.Contains(kind, "activex") {
			return active()
		}
	case e.Name.Local == "Relationship" && strings.EqualFold(value("TargetMode"), "External"):
		if !slices.Contains(harmlessLinks, strings.ToLower(path.Base(value("Type")))) {
			return linked()
		}
	}
	return nil
}
