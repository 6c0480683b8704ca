// Package print draws official papers as PDF in the layout of GB/T 9704-2012 with a Chinese font of its own. It knows
// no request and no store.
package print

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/signintech/gopdf"

	"incubase/workflow/paper"
)

// Measures of the standard in points: A4, text area of 156 mm by 225 mm with 22 lines of 28 characters, 37 mm from
// the upper edge and 28 mm from the binding.
const (
	mm     = 72 / 25.4
	left   = 28 * mm
	top    = 37 * mm
	width  = 156 * mm
	height = 225 * mm
	body   = width / 28  // 3号
	step   = height / 22 // between lines
	title  = 22.0        // 2号
	small  = 14.0        // 4号
	lines  = 22
)

// busy bounds concurrent drawings: each takes a processor and the font's memory.
var busy = make(chan struct{}, 2)

const Type = "application/pdf"

// PDF draws papers one after another, each beginning a page, or returns them from the cache. It waits for a free
// drawing until ctx ends. Callers must not change the result.
func PDF(ctx context.Context, name string, papers ...paper.Document) ([]byte, error) {
	key := keyOf(name, papers)
	if b := drawn.get(key); b != nil {
		return b, nil
	}
	b, err := draw(ctx, name, papers)
	if err == nil {
		drawn.put(key, b)
	}
	return b, err
}

func draw(ctx context.Context, name string, papers []paper.Document) ([]byte, error) {
	select {
	case busy <- struct{}{}:
		defer func() { <-busy }()
	case <-ctx.Done():
		return nil, fmt.Errorf("wait to print: %w", ctx.Err())
	}
	ttf, err := font()
	if err != nil {
		return nil, err
	}
	s := &sheet{}
	s.Start(gopdf.Config{PageSize: *gopdf.PageSizeA4})
	s.SetInfo(gopdf.PdfInfo{Title: name, Producer: "Incubase"})
	if err := s.AddTTFFontDataWithOption("song", *ttf,
		gopdf.TtfOption{OnGlyphNotFoundSubstitute: func(rune) rune { return '〓' }}); err != nil {
		return nil, fmt.Errorf("read the font: %w", err)
	}
	for i := range papers {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("print: %w", err)
		}
		s.draw(&papers[i])
	}
	if s.err != nil {
		return nil, fmt.Errorf("print: %w", s.err)
	}
	out, err := s.GetBytesPdfReturnErr()
	if err != nil {
		return nil, fmt.Errorf("write the PDF: %w", err)
	}
	searchable(out)
	return out, nil
}

// sheet is a PDF being drawn, up to the first error.
type sheet struct {
	gopdf.GoPdf
	err  error
	page int     // of this paper
	y    float64 // top of the next line in the text area
	size float64
}

func (s *sheet) must(err error) {
	if s.err == nil {
		s.err = err
	}
}

func (s *sheet) draw(d *paper.Document) {
	s.page = 0
	s.turn()
	s.head(d)
	s.centred(d.Title, title, step*1.15)
	s.y += step
	if d.To != "" {
		s.paragraph(d.To+"：", 0)
	}
	for _, b := range d.Body {
		s.paragraph(b.Text, 2)
	}
	s.attachments(d.AttachmentLines())
	s.parties(d.Parties, d.HashLine())
	s.signature(d)
	s.imprint(d)
}

// turn begins a page, its number below the text area on the outer side: odd ones right, even ones left.
func (s *sheet) turn() {
	s.AddPage()
	s.page++
	s.y = 0
	n := fmt.Sprintf("— %d —", s.page)
	s.font(small)
	x := width - s.measure(n) - small
	if s.page%2 == 0 {
		x = small
	}
	s.text(x, height+7*mm-small, n)
}

func (s *sheet) font(size float64) {
	s.size = size
	s.must(s.SetFont("song", "", size))
	s.SetTextColor(0, 0, 0)
}

func (s *sheet) measure(t string) float64 {
	w, err := s.MeasureTextWidth(t)
	s.must(err)
	return w
}

func (s *sheet) text(x, y float64, t string) {
	if t == "" || s.err != nil {
		return
	}
	s.SetXY(left+x, top+y)
	s.must(s.Cell(nil, t))
}

// room begins a page where n lines do not fit.
func (s *sheet) room(n int) {
	if s.y+float64(n)*step > height+0.5 {
		s.turn()
	}
}

// head draws the issuer and a line in red and the number. An agreement has only the number.
func (s *sheet) head(d *paper.Document) {
	if d.Stamp != "" {
		s.font(small)
		s.SetTextColor(200, 0, 0)
		s.text(width-s.measure(d.Stamp), 0, d.Stamp)
	}
	if len(d.Parties) > 0 || d.Issuer == "" {
		s.font(body)
		s.text(0, 0, d.Number)
		s.y = 2 * step
		return
	}
	mark := d.Mark()
	size := min(42, width/float64(utf8.RuneCountInString(mark)))
	s.font(size)
	s.SetTextColor(215, 0, 0)
	s.text((width-s.measure(mark))/2, 35*mm-size/2, mark)
	s.font(body)
	s.y = 35*mm + size/2 + 2*step
	s.text((width-s.measure(d.Number))/2, s.y, d.Number)
	s.y += body + 4*mm
	s.SetStrokeColor(215, 0, 0)
	s.SetLineWidth(1.2)
	s.Line(left, top+s.y, left+width, top+s.y)
	s.y += 2 * step
}

func (s *sheet) centred(t string, size, step float64) {
	s.font(size)
	for _, l := range broken(t, width-4*body, 0, s.measure) {
		s.font(size)
		s.text((width-s.measure(l.text))/2, s.y, l.text)
		s.y += step
	}
}

// paragraph draws a justified text, its first line indented by a number of characters.
func (s *sheet) paragraph(t string, indent float64) {
	s.font(body)
	x := indent * body
	for _, l := range broken(t, width+0.1, x, s.measure) {
		s.room(1)
		s.font(body)
		s.spread(x, l)
		s.y += step
		x = 0
	}
}

// spread draws a line and distributes a small remaining width between its characters.
func (s *sheet) spread(x float64, l line) {
	n := utf8.RuneCountInString(l.text)
	rest := width - x - s.measure(l.text)
	if !l.last && n > 1 && rest > 0 && rest < 4*body {
		s.must(s.SetCharSpacing(rest / float64(n-1)))
		defer func() { s.must(s.SetCharSpacing(0)) }()
	}
	s.text(x, s.y, l.text)
}

func (s *sheet) attachments(list []string) {
	if len(list) == 0 {
		return
	}
	s.y += step
	for _, a := range list {
		s.paragraph(a, 2)
	}
}

func (s *sheet) parties(list []paper.Party, hash string) {
	if len(list) == 0 {
		return
	}
	s.y += step
	for _, p := range list {
		s.room(3)
		s.paragraph(p.Side+"："+p.Name, 2)
		s.paragraph(p.Signed, 2)
		s.y += step / 2
	}
	s.paragraph(hash, 2)
}

// signature draws the issuer above the date on the right, and the note below.
func (s *sheet) signature(d *paper.Document) {
	s.room(5)
	s.y += 2 * step
	s.font(body)
	date := s.measure(d.Date)
	right := width - 4*body
	if d.Signer != "" {
		w := s.measure(d.Signer)
		x := min(right-date/2-w/2, width-w) // centred on the date
		s.text(x, s.y, d.Signer)
		s.y += step
	}
	s.text(right-date, s.y, d.Date)
	s.y += step
	if d.Note != "" {
		s.paragraph("（"+d.Note+"）", 2)
	}
}

// imprint draws the foot of the last page: recipients of copies, and the printer.
func (s *sheet) imprint(d *paper.Document) {
	var rows []string
	if c := d.Copies(); c != "" {
		rows = append(rows, c)
	}
	s.font(small)
	set := func(t string) []line { return broken(t, width-2*small, 0, s.measure) }
	n := 0
	var texts []string
	for _, r := range rows {
		for _, l := range set(r) {
			texts = append(texts, l.text)
		}
	}
	if d.Printed != "" {
		texts = append(texts, d.Printed)
	}
	if n = len(texts); n == 0 {
		return
	}
	tall := small * 1.7
	if s.y+float64(n)*tall > height {
		s.turn()
	}
	y := height - float64(n)*tall
	s.SetStrokeColor(0, 0, 0)
	s.rule(y, 1)
	for i, t := range texts {
		s.font(small)
		s.text(small, y+(tall-small)/2, t)
		y += tall
		thick := 0.7
		if i == n-1 {
			thick = 1
		}
		if i == n-1 || i == n-2 && d.Printed != "" {
			s.rule(y, thick)
		}
	}
}

func (s *sheet) rule(y, thick float64) {
	s.SetLineWidth(thick)
	s.Line(left, top+y, left+width, top+y)
}
