package paper

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"incubase/workflow/calendar"
)

// Wording is a paper's text as it was written out when it was issued: later versions of the program show the very same
// words. Its hash is what the sides sign.
type Wording struct {
	Number      string   `json:"number"`
	Title       string   `json:"title"`
	Body        []Block  `json:"body"`
	Attachments []string `json:"attachments,omitempty"`
}

// Unsigned reports whether a side has still to sign it.
func (p *Paper) Unsigned() bool { return p.Voided == nil && len(p.Signed) < len(p.Facts.Seats) }

// Freeze writes the paper out.
func (p *Paper) Freeze() {
	d := Compose(p)
	p.Facts.Wording = &Wording{Number: d.Number, Title: d.Title, Body: d.Body, Attachments: d.Attachments}
}

// SHA256 is the hash of the text in hexadecimal digits: number, title, paragraphs and attachments, each on a line of
// its own, in UTF-8. who has the lines can compute it again (sha256sum).
func (w *Wording) SHA256() string {
	lines := []string{w.Number, w.Title}
	for _, b := range w.Body {
		lines = append(lines, b.Text)
	}
	lines = append(lines, (&Document{Attachments: w.Attachments}).AttachmentLines()...)
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n") + "\n"))
	return hex.EncodeToString(sum[:])
}

// HashLine names the text below the signatures, so that a print can be held against what was signed.
func (d *Document) HashLine() string { return "文本校验码（SHA-256）：" + d.SHA256 }

// worded shows the frozen text with the signatures that are there. It is dated by the last of them.
func (d *Document) worded(p *Paper, w *Wording) {
	x := &p.Facts
	d.Number, d.Title, d.Body, d.Attachments, d.SHA256 = w.Number, w.Title, w.Body, w.Attachments, w.SHA256()
	d.Signer, d.Printed, d.Date = "", "", ""
	if p.Unsigned() {
		d.Stamp = "待签署"
	}
	for _, seat := range x.Seats {
		side, name, signed := "甲方", x.firstParty(), seat.Label.ZH+"　尚未签署"
		if seat.Own {
			side, name = "乙方", x.Organization
		}
		for _, s := range p.Signed {
			if s.Party != seat.Party {
				continue
			}
			day := Day(calendar.DateOf(s.At))
			signed = seat.Label.ZH + "　" + s.Name + "　于" + day + "在线签署"
			if d.Stamp == "" {
				d.Date = day
			}
		}
		d.Parties = append(d.Parties, Party{side, name, signed})
	}
}
