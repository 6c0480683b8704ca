package paper

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"incubase/workflow/calendar"
)

// Wording is a paper's text as issued: later versions of the program show the same words. The sides sign its hash.
type Wording struct {
	Number      string   `json:"number"`
	Title       string   `json:"title"`
	Body        []Block  `json:"body"`
	Attachments []string `json:"attachments,omitempty"`
}

// Unsigned reports whether a side has still to sign it.
func (p *Paper) Unsigned() bool { return p.Voided == nil && len(p.Signed) < len(p.Facts.Seats) }

func (p *Paper) Freeze() {
	d := Compose(p)
	p.Facts.Wording = &Wording{Number: d.Number, Title: d.Title, Body: d.Body, Attachments: d.Attachments}
}

// SHA256 hashes number, title, paragraphs and attachments, each on a line in UTF-8. Readers can repeat it with
// sha256sum.
func (w *Wording) SHA256() string {
	lines := []string{w.Number, w.Title}
	for _, b := range w.Body {
		lines = append(lines, b.Text)
	}
	lines = append(lines, (&Document{Attachments: w.Attachments}).AttachmentLines()...)
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n") + "\n"))
	return hex.EncodeToString(sum[:])
}

// HashLine stands below the signatures, so that a print can be compared with what was signed.
func (d *Document) HashLine() string { return "文本校验码（SHA-256）：" + d.SHA256 }

// worded shows the frozen text with its signatures, dated by the last of them.
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
