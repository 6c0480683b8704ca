package intake

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"strings"
)

func openCSV(path string) (*source, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return &source{read: func(visit func(int, []cell) error) error { return visitCSV(f, visit) }, close: f.Close}, nil
}

func visitCSV(f io.ReadSeeker, visit func(int, []cell) error) error {
	utf8, err := isUTF8(f)
	if err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	in, err := decoded(bufio.NewReaderSize(f, 64<<10), !utf8)
	if err != nil {
		return err
	}
	b := bufio.NewReaderSize(&lineMeter{r: &lineEnds{r: in}}, 64<<10)
	head, err := b.Peek(b.Size() / 2)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	comma := separator(head)
	if hint, _, _ := strings.Cut(string(head), "\n"); len(hint) == 5 && strings.EqualFold(hint[:4], "sep=") &&
		strings.ContainsAny(hint[4:], ",;\t|") {
		comma = rune(hint[4])
		if _, err := b.Discard(min(len(hint)+1, len(head))); err != nil { // spreadsheets do not count it as a row
			return err
		}
	}
	r := csv.NewReader(b)
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = comma, -1, true
	row, next := 0, 1 // of the spreadsheet; the line of the file where the next row should begin
	for {
		texts, err := r.Read()
		var bad *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &bad):
			return unfit("第 %d 行的引号不配对，不是有效的 CSV", "line %d: quotation marks do not match; it is no valid CSV", bad.Line)
		case err != nil:
			return err
		}
		line, _ := r.FieldPos(0)
		row += 1 + line - next // the reader skips empty lines, spreadsheets count them
		next = line + 1
		cells := make([]cell, len(texts))
		for i, s := range texts {
			next += strings.Count(s, "\n") // a cell of several lines is one row
			cells[i].text = s
		}
		if err := visit(row, cells); err != nil {
			return err
		}
	}
}

// lineEnds turns CR LF, and the lone CR of old spreadsheets, into a line feed.
type lineEnds struct {
	r  io.Reader
	cr bool // the last byte was a CR
}

func (l *lineEnds) Read(p []byte) (int, error) {
	for {
		n, err := l.r.Read(p)
		out := p[:0]
		for _, b := range p[:n] {
			switch {
			case b == '\n' && l.cr:
			case b == '\r':
				out = append(out, '\n')
			default:
				out = append(out, b)
			}
			l.cr = b == '\r'
		}
		if len(out) > 0 || err != nil || len(p) == 0 {
			return len(out), err
		}
	}
}

func separator(head []byte) rune {
	line, _, _ := strings.Cut(string(head), "\n")
	best := ','
	for _, c := range []rune{';', '\t'} {
		if strings.Count(line, string(c)) > strings.Count(line, string(best)) {
			best = c
		}
	}
	return best
}

// lineMeter refuses tables over maxTable bytes, and so a line without an end.
type lineMeter struct {
	r io.Reader
	n int64
}

const maxTable = 256 << 20

func (m *lineMeter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	if m.n += int64(n); m.n > maxTable {
		return 0, unfit("文件超过 %d MB", "the file is larger than %d MB", maxTable>>20)
	}
	return n, err
}
