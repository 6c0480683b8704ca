// Package paper composes the official documents that actions issue, from facts frozen with the act, in the order and
// the parts of GB/T 9704-2012. Pages and print decide how they look. It is pure.
package paper

import (
	"fmt"
	"strings"
	"time"

	"incubase/workflow/calendar"
	"incubase/workflow/money"
	"incubase/workflow/text"
)

const (
	Notice    = "notice"          // 公示
	Award     = "award"           // 立项通知书
	Refusal   = "refusal"         // 不予立项通知书, 不予受理通知书
	Agreement = "agreement"       // 资助协议
	Entry     = "entry_agreement" // 入驻协议
	Minutes   = "minutes"         // 会议纪要, of a round
)

// Kinds are in the order of a case's life.
var Kinds = []string{Notice, Award, Refusal, Agreement, Entry, Minutes}

var Labels = map[string]text.Text{
	Notice:    {ZH: "公示", EN: "Public notice"},
	Award:     {ZH: "立项通知书", EN: "Award letter"},
	Refusal:   {ZH: "不予立项（受理）通知书", EN: "Letter of refusal"},
	Agreement: {ZH: "资助协议", EN: "Funding agreement"},
	Entry:     {ZH: "入驻协议", EN: "Entry agreement"},
	Minutes:   {ZH: "会议纪要", EN: "Minutes"},
}

type Paper struct {
	ID     string      `json:"id"`
	Case   string      `json:"case"`
	Kind   string      `json:"kind"`
	Word   string      `json:"word,omitempty"` // code word of the issuer, 机关代字; "": it carries no number
	Year   int         `json:"year"`           // by the calendar of Beijing
	Serial int         `json:"serial,omitempty"`
	Seq    int         `json:"seq"` // number of the act in the case's time line
	At     time.Time   `json:"at"`
	Voided *time.Time  `json:"voided_at,omitempty"` // when it became void; its number is never given again
	Draft  bool        `json:"-"`                   // not issued yet
	Facts  Facts       `json:"facts"`
	Signed []Signature `json:"signed,omitempty"` // signatures so far
}

// Number returns the document number, 黑民社孵〔2026〕12号; "" where the round has no code word.
func (p *Paper) Number() string {
	if p.Word == "" || p.Serial == 0 {
		return ""
	}
	return fmt.Sprintf("%s〔%d〕%d号", p.Word, p.Year, p.Serial)
}

// Public reports whether every reader may see it on that day: a notice, while it runs.
func (p *Paper) Public(today calendar.Date) bool {
	return p.Kind == Notice && p.Voided == nil && !today.Before(p.Facts.From) && !today.After(p.Facts.Until)
}

// Facts are what a paper says. Names are those of its day.
type Facts struct {
	Issuer       string        `json:"issuer,omitempty"` // the responsible agency
	Ref          string        `json:"ref"`
	Title        string        `json:"title"`
	Organization string        `json:"organization"`
	CreditCode   string        `json:"credit_code,omitempty"`
	Round        text.Text     `json:"round"`
	Requested    money.Fen     `json:"requested_fen"`
	Amount       money.Fen     `json:"amount_fen"`
	Tranches     []Tranche     `json:"tranches,omitempty"`
	Reviews      int           `json:"reviews"` // scores that were in
	Cosigners    []text.Text   `json:"cosigners,omitempty"`
	From         calendar.Date `json:"from,omitzero"`    // of the public notice
	Until        calendar.Date `json:"until,omitzero"`   // its last day
	SignBy       calendar.Date `json:"sign_by,omitzero"` // last day to sign the agreement
	Seats        []Seat        `json:"seats,omitempty"`  // the sides that are to sign it
	// of a signed paper: written out before the first signature
	Wording     *Wording      `json:"wording,omitempty"`
	NotAdmitted bool          `json:"not_admitted,omitempty"` // of a refusal: it was not taken up (不予受理)
	Reason      string        `json:"reason,omitempty"`
	Contact     string        `json:"contact,omitempty"`
	Decided     *Decision     `json:"decided,omitempty"` // of minutes
	Day         calendar.Date `json:"day"`               // of issue
}

type Tranche struct {
	N       int       `json:"n"`
	Amount  money.Fen `json:"amount_fen"`
	Reports int       `json:"reports"` // accepted reports that it waits for
}

// Seat is a side that is to sign.
type Seat struct {
	Party string    `json:"party"` // as the definition names it
	Label text.Text `json:"label"`
	Own   bool      `json:"own,omitempty"` // of the funded organization
}

type Signature struct {
	Party string    `json:"party"`
	Name  string    `json:"name,omitempty"`
	At    time.Time `json:"at"`
}

type Document struct {
	Issuer      string // of the red header
	Number      string
	Title       string
	To          string // addressee, without the colon
	Body        []Block
	Attachments []string
	Parties     []Party // of an agreement: sides with their signatures
	SHA256      string  // of the signed wording; "" for other papers
	Signer      string  // issuer below the text
	Date        string
	Note        string // 附注
	CopyTo      []string
	Printed     string // printing office and date
	Stamp       string // the mark of a void, unsigned or draft paper
	Summary     text.Text
}

// Block is a paragraph; a head opens a section.
type Block struct {
	Head bool   `json:"head,omitempty"`
	Text string `json:"text"`
}

// Party is one side of an agreement; Signed is its signature, or the words for a missing one.
type Party struct{ Side, Name, Signed string }

// Day writes a date as papers do: 2026年11月23日.
func Day(d calendar.Date) string { return fmt.Sprintf("%d年%d月%d日", d.Year, int(d.Month), d.Day) }

// Amount writes a sum in figures and upper-case Chinese.
func Amount(f money.Fen) string {
	capital, err := money.Capital(f)
	if err != nil {
		return "人民币" + f.Yuan() + "元" // beyond any sum that can be written out
	}
	return fmt.Sprintf("人民币%s元（大写：人民币%s）", f.Yuan(), capital)
}

func (d *Document) Mark() string { return d.Issuer + "文件" }

// AttachmentLines lists the attachments below the text, numbered where there are several.
func (d *Document) AttachmentLines() []string {
	var out []string
	for i, a := range d.Attachments {
		head := "附件："
		if i > 0 {
			head = "　　　"
		}
		if len(d.Attachments) > 1 {
			head += fmt.Sprintf("%d．", i+1)
		}
		out = append(out, head+a)
	}
	return out
}

// Copies names the addressees of copies; "" where there are none.
func (d *Document) Copies() string {
	if len(d.CopyTo) == 0 {
		return ""
	}
	return "抄送：" + strings.Join(d.CopyTo, "，") + "。"
}
