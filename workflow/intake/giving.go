package intake

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// MaxGrant is the longest row, in bytes.
const MaxGrant = 1 << 20

// metered reads up to a limit, so that one endless row cannot fill the memory.
type metered struct {
	r             io.Reader
	read, allowed int64
	row           int
}

func (m *metered) Read(p []byte) (int, error) {
	left := m.allowed - m.read
	if left <= 0 {
		return 0, &TooLong{m.row, MaxGrant}
	}
	n, err := m.r.Read(p[:min(int64(len(p)), left)])
	m.read += int64(n)
	return n, err
}

func (m *metered) allow(row int, at int64) { m.row, m.allowed = row, at+MaxGrant }

// Grants visits the rows of a 360Giving JSON file as written: {"grants": [...]} among other properties, or the list
// alone. It keeps one row at a time.
func Grants(r io.Reader, visit func(row int, raw json.RawMessage) error) error {
	r, err := decoded(bufio.NewReaderSize(r, 64<<10), false)
	if err != nil {
		return err
	}
	m := &metered{r: r}
	m.allow(0, 0)
	g := &grants{m: m, d: json.NewDecoder(m), visit: visit}
	if err := g.document(); err != nil {
		return g.placed(err)
	}
	return nil
}

type grants struct {
	m     *metered
	d     *json.Decoder
	row   int
	visit func(int, json.RawMessage) error
}

type visitError struct{ error }

func (e *visitError) Unwrap() error { return e.error }

func (g *grants) placed(err error) error {
	var own *visitError
	var long *TooLong
	switch {
	case errors.As(err, &own):
		return own.error
	case errors.As(err, &long):
		return err
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("the file ends too early, after row %d (byte %d)", g.row, g.d.InputOffset())
	}
	return fmt.Errorf("the file is no 360Giving JSON: after row %d, near byte %d: %w", g.row, g.d.InputOffset(), err)
}

func (g *grants) document() error {
	t, err := g.d.Token()
	if err != nil {
		return err
	}
	switch t {
	case json.Delim('['):
		err = g.list()
	case json.Delim('{'):
		err = g.object()
	default:
		return errors.New("an object with a list of grants is expected")
	}
	if err != nil {
		return err
	}
	g.m.allow(g.row, g.d.InputOffset())
	if _, err := g.d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the end of the document")
	}
	return nil
}

func (g *grants) object() error {
	found := false
	for g.d.More() {
		g.m.allow(g.row, g.d.InputOffset())
		key, err := g.d.Token()
		if err != nil {
			return err
		}
		if key != "grants" {
			if err := g.skip(); err != nil {
				return err
			}
			continue
		}
		if found {
			return errors.New(`"grants" stands there twice`)
		}
		found = true
		if t, err := g.d.Token(); err != nil {
			return err
		} else if t != json.Delim('[') {
			return errors.New(`"grants" is no list`)
		}
		if err := g.list(); err != nil {
			return err
		}
	}
	if !found {
		return errors.New(`there is no list "grants"`)
	}
	_, err := g.d.Token()
	return err
}

func (g *grants) skip() error {
	for depth := 0; ; {
		g.m.allow(g.row, g.d.InputOffset())
		t, err := g.d.Token()
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('['), json.Delim('{'):
			depth++
		case json.Delim(']'), json.Delim('}'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}

func (g *grants) list() error {
	var raw json.RawMessage
	for {
		g.m.allow(g.row+1, g.d.InputOffset())
		if !g.d.More() {
			break
		}
		if err := g.d.Decode(&raw); err != nil {
			return err
		}
		g.row++
		if err := g.visit(g.row, raw); err != nil {
			return &visitError{err}
		}
	}
	_, err := g.d.Token()
	return err
}
