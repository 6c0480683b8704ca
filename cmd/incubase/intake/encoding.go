package intake

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// decoded gives a text file as UTF-8: by its mark (UTF-8, UTF-16), else UTF-16 where every other byte is zero, else UTF-8; or,
// where it is said to be none (other), GB18030: that is what spreadsheets in China write.
func decoded(r *bufio.Reader, other bool) (io.Reader, error) {
	head, err := r.Peek(r.Size() / 2)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	var e encoding.Encoding
	switch {
	case bytes.HasPrefix(head, []byte{0xEF, 0xBB, 0xBF}):
		_, err := r.Discard(3)
		return r, err
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}), bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		e = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case len(head) > 3 && head[1] == 0 && head[3] == 0:
		e = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case len(head) > 3 && head[0] == 0 && head[2] == 0:
		e = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	case !other:
		return r, nil
	default:
		e = simplifiedchinese.GB18030
	}
	return transform.NewReader(r, e.NewDecoder()), nil
}

// isUTF8 reads to the end and tells whether all of it is UTF-8.
func isUTF8(r io.Reader) (bool, error) {
	buf := make([]byte, 64<<10)
	kept := 0
	for {
		n, err := r.Read(buf[kept:])
		b := buf[:kept+n]
		for len(b) > 0 {
			c, size := utf8.DecodeRune(b)
			if c == utf8.RuneError && size <= 1 {
				if err == nil && !utf8.FullRune(b) {
					break // the rest of the character comes with the next piece
				}
				return false, nil
			}
			b = b[size:]
		}
		kept = copy(buf, b)
		if errors.Is(err, io.EOF) {
			return kept == 0, nil
		}
		if err != nil {
			return false, err
		}
	}
}
