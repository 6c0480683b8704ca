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

// decoded returns a text file as UTF-8. Without a byte order mark, it is UTF-16 where every other byte is zero, else
// UTF-8, or with other set GB18030, which spreadsheets in China write.
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

// isUTF8 reads to the end. It refuses a file of two encodings: telling them apart would be a guess.
func isUTF8(r io.Reader) (bool, error) {
	b := bufio.NewReaderSize(r, 64<<10)
	good, bad, line := 0, 0, 1 // the first line of either sort
	wide, broken, zero := false, false, false
	end := func() {
		switch {
		case broken && bad == 0:
			bad = line
		case !broken && wide && good == 0:
			good = line
		}
		wide, broken = false, false
	}
	for {
		c, size, err := b.ReadRune()
		if errors.Is(err, io.EOF) {
			end()
			break
		}
		if err != nil {
			return false, err
		}
		switch {
		case c == utf8.RuneError && size == 1:
			broken = true
		case c == 0:
			zero = true // UTF-16
		case c == '\n':
			end()
			line++
		case c >= 0x800:
			wide = true
		}
	}
	if zero {
		return bad == 0, nil
	}
	return bad == 0, mixed(good, bad)
}

func mixed(good, bad int) error {
	if good == 0 || bad == 0 {
		return nil
	}
	return unfit("文件里混有两种编码：第 %[1]d 行是 UTF-8，第 %[2]d 行不是；请统一另存为 UTF-8",
		"the file mixes two encodings: line %[1]d is UTF-8 and line %[2]d is not; save it as UTF-8", good, bad)
}
