package filetype

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"io"
	"regexp"
	"slices"
)

// activeNames make a PDF act when opened, or carry other files (ISO 32000-1, 12.6). OpenAction is not listed: nearly
// always it says which page is shown first.
var activeNames = []string{"JavaScript", "JS", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "XFA",
	"SubmitForm", "ImportData", "GoToE"}

const maxInflated = 32 << 20

// pdf reads the names in the document's objects, packed ones included.
func pdf(r io.ReaderAt, size int64, head []byte) (Found, error) {
	if err := oneThing(r, size, head); err != nil {
		return Found{}, err
	}
	b, err := io.ReadAll(io.NewSectionReader(r, 0, size)) // bounded by the largest accepted file
	if err != nil {
		return Found{}, err
	}
	names := map[string]bool{}
	budget := int64(maxInflated)
	eachObject(b, func(plain []byte) { nameList(plain, names) }, func(dictionary, stream []byte) {
		if !bytes.Contains(dictionary, []byte("ObjStm")) {
			return
		}
		z, err := zlib.NewReader(bytes.NewReader(stream))
		if err != nil {
			return // another filter, or damaged: readers will say so
		}
		inflated, _ := io.ReadAll(io.LimitReader(z, budget)) // what could be read counts
		budget -= int64(len(inflated))
		nameList(inflated, names)
	})
	if names["Encrypt"] {
		return Found{}, encrypted()
	}
	acts := slices.ContainsFunc(activeNames, func(n string) bool { return names[n] })
	return Found{Type: PDF, Active: acts}, nil
}

func eachObject(b []byte, plain func([]byte), packed func(dictionary, stream []byte)) {
	for {
		at := streamBegins.FindIndex(b)
		if at == nil {
			plain(b)
			return
		}
		plain(b[:at[0]])
		end := bytes.Index(b[at[1]:], []byte("endstream"))
		if end < 0 {
			plain(b[at[1]:])
			return
		}
		packed(b[max(0, at[0]-1024):at[0]], b[at[1]:at[1]+end])
		b = b[at[1]+end+len("endstream"):]
	}
}

var streamBegins = regexp.MustCompile(`>>\s*stream\r?\n`)

// nameList collects names: /Name, each character possibly written as #41.
func nameList(b []byte, names map[string]bool) {
	for {
		i := bytes.IndexByte(b, '/')
		if i < 0 {
			return
		}
		b = b[i+1:]
		end := bytes.IndexAny(b, " \t\r\n\f\x00/<>[](){}%")
		if end < 0 {
			end = len(b)
		}
		if end <= 127 { // the longest name allowed (ISO 32000-1, annex C)
			name := string(escapedName.ReplaceAllFunc(b[:end], func(e []byte) []byte {
				c, _ := hex.DecodeString(string(e[1:]))
				return c
			}))
			if name == "Encrypt" || slices.Contains(activeNames, name) {
				names[name] = true
			}
		}
		b = b[end:]
	}
}

var escapedName = regexp.MustCompile(`#[0-9A-Fa-f]{2}`)
