package workflow

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"slices"
	"strings"
	"time"

	"incubase/workflow/calendar"
)

// Objection has a table of its own, so that a case does not grow with the number of objectors. The act is an event,
// and the case has counters.
type Objection struct {
	N         int       `json:"n"` // the same number for everybody: objector, officer, decider, answer page
	Seq       int       `json:"seq"`
	Code      string    `json:"-"` // opens the answer page; only the objector has it
	At        time.Time `json:"at"`
	Name      string    `json:"name,omitempty"` // secret; shown only to those who handle it
	Contact   string    `json:"contact,omitempty"`
	Text      string    `json:"text"`
	Anonymous bool      `json:"anonymous,omitempty"`
	Counts    bool      `json:"counts"` // whether it holds up the award
	// above the daily limit: holds nothing until the staff counts it
	Unconfirmed bool           `json:"unconfirmed,omitempty"`
	Since       *calendar.Date `json:"since,omitempty"`  // start of its period; none while unconfirmed
	Due         *calendar.Date `json:"due_on,omitempty"` // end of the period for the answer
	Resolved    *time.Time     `json:"resolved,omitempty"`
	Upheld      bool           `json:"upheld,omitempty"`
	Reason      string         `json:"reason,omitempty"` // the written answer
	By          ID             `json:"by,omitempty"`     // who answered
	AnswerSeq   int            `json:"answer_seq,omitempty"`
	Files       []ID           `json:"files,omitempty"`
}

// Followed is the outcome for the holder of an objection's code. It names no person and repeats no words of it.
type Followed struct {
	Ref         string         `json:"ref"`
	Title       string         `json:"title" doc:"The project that the notice was about."`
	N           int            `json:"n" doc:"The number of the objection, the same for everybody."`
	Code        string         `json:"code"`
	At          time.Time      `json:"at"`
	Counts      bool           `json:"counts" doc:"Whether it holds up the award until it is answered."`
	Unconfirmed bool           `json:"unconfirmed" doc:"It came on top of many of the same day: it holds nothing up until it was confirmed."`
	Due         *calendar.Date `json:"due_on,omitempty" doc:"By when it is answered."`
	Resolved    *time.Time     `json:"resolved_at,omitempty"`
	Upheld      bool           `json:"upheld"`
	Answer      string         `json:"answer,omitempty"`
	Over        bool           `json:"over" doc:"The case has ended; what was not answered until then changes nothing any more."`
}

// Open reports whether the objection holds up the award.
func (o *Objection) Open() bool { return o.Counts && o.Resolved == nil }

const (
	// ObjectionsADay count on one notice; further ones of the same day are marked unconfirmed.
	ObjectionsADay = 20
	// ObjectionsShown are shown with a case; a list of its own has the others.
	ObjectionsShown = 20
)

// Counters of a case about objections. A definition reads them with the guard "count" and cannot write them.
const (
	ObjectionsMade        = "objections"
	ObjectionsHolding     = "objections_holding"     // unanswered, holding up the award
	ObjectionsWaiting     = "objections_waiting"     // unanswered
	ObjectionsUnconfirmed = "objections_unconfirmed" // unanswered, not counted so far
	ObjectionsDay         = "objections_day"         // the latest day with one: 20260309
	ObjectionsToday       = "objections_today"       // how many came on that day
)

var ObjectionCounters = []string{ObjectionsMade, ObjectionsHolding, ObjectionsWaiting, ObjectionsUnconfirmed,
	ObjectionsDay, ObjectionsToday}

func (p *Params) Free(names ...string) {
	for _, n := range names {
		if slices.Contains(ObjectionCounters, n) {
			p.Fail("counter %s is kept by objections", n)
		}
	}
}

func (c *Case) Objections() (made, waiting int) {
	return c.Counts[ObjectionsMade], c.Counts[ObjectionsWaiting]
}

func (o *Objection) Matches(fields map[string]any) bool {
	n, named := fields["objection"].(int64)
	return o.Resolved == nil && (!named || int64(o.N) == n)
}

// Answering holds the parameters of add_objection.
type Answering struct {
	Clock TimerDef
	Span  Span
}

func NewAnswering(p *Params) (a Answering) {
	a.Clock = TimerDef{Name: p.Text("clock", "objection"), Period: p.Text("period", "5wd"), Source: p.Text("source", ""),
		Label: Text{ZH: p.Text("label_zh", "异议答复期限"), EN: p.Text("label_en", "Answer to objections")}}
	var err error
	if a.Span, err = NewSpan(a.Clock.Period); err != nil || a.Span.Closes {
		p.Fail("period: a number of days, or the round's rule that gives one")
	}
	return a
}

// ObjectionCode returns a hundred random bits, in groups for reading out on the telephone.
func (f *Facts) ObjectionCode(id ID, n int) string {
	mac := hmac.New(sha256.New, f.Secret[:])
	_, _ = fmt.Fprintf(mac, "objection %s %d", id, n)
	text := codeLetters.EncodeToString(mac.Sum(nil)[:15])[:codeLength]
	var groups []string
	for group := range slices.Chunk([]byte(text), codeGroup) {
		groups = append(groups, string(group))
	}
	return strings.Join(groups, "-")
}

const (
	codeLength = 20 // characters of five bits
	codeGroup  = 5
)

// codeLetters leave out letters that are easily mistaken: I, L, O and U (Crockford).
var codeLetters = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// ParseObjectionCode reads a code as a person writes it; "" if it is none.
func ParseObjectionCode(s string) string {
	s = strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(strings.TrimSpace(s)))
	if len(s) != codeLength {
		return ""
	}
	var groups []string
	for group := range slices.Chunk([]byte(s), codeGroup) {
		for _, c := range group {
			if !strings.ContainsRune("0123456789ABCDEFGHJKMNPQRSTVWXYZ", rune(c)) {
				return ""
			}
		}
		groups = append(groups, string(group))
	}
	return strings.Join(groups, "-")
}

func (f *Facts) Objected(changed []Objection) {
	if len(changed) == 0 {
		return
	}
	f.Objections = slices.Clone(f.Objections)
	for _, o := range changed {
		i := slices.IndexFunc(f.Objections, func(x Objection) bool { return x.N == o.N })
		switch {
		case i >= 0:
			was := f.Objections[i]
			o.Name, o.Contact, o.Text, o.Files, o.At, o.Anonymous = was.Name, was.Contact, was.Text, was.Files, was.At,
				was.Anonymous
			f.Objections[i] = o
		case o.Text != "": // an answer to an objection beyond those shown changes nothing here
			f.Objections = append(f.Objections, o)
		}
	}
	f.Waiting = slices.DeleteFunc(slices.Clone(f.Objections), func(o Objection) bool { return o.Resolved != nil })
}
