package many

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
)

// slot is what differs from copy to copy.
type slot int

const (
	literal slot = iota
	ofCase       // n: which case of the tree
	ofFresh      // n: an id that only this tree has
	ofUser       // n: of the people of the office
	ofAgency
	ofOrganization
	ofProject
	ofRound
	preparer
	certifier
	ref
	roundRef
	name
	credit
	province
	city
	county
	street   // of the case, or "" where its county has none
	division // street, else county
	salt
	instant // as JSON writes it
	stamp   // as PostgreSQL writes it
	day
	head   // hash of the latest event of case n
	year   // of a paper, in Shanghai
	serial // of a paper; text is its word
)

type piece struct {
	slot slot
	text string
	n    int
	at   time.Time
}

// template is a text with slots.
type template []piece

// meaning tells what a token of a prototype's text stands for.
type meaning func(token string) (piece, bool)

// tokens are what may differ: ids, references, salts, instants, days, divisions.
var tokens = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}` +
	`|\b[A-Z]{1,4}-[0-9]{4}-[0-9]{4,9}\b|\b[0-9a-f]{32}\b|\b[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z|\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b|\b[0-9A-Z]{18}\b|\b[0-9]{6}(?:[0-9]{3}){0,2}\b`)

// compile finds the slots of a text. Names are not tokens: they are looked for as they are.
func compile(s, organization string, means meaning) (t template) {
	if organization != "" {
		for i, part := range strings.Split(s, organization) {
			if i > 0 {
				t = append(t, piece{slot: name})
			}
			t = append(t, compile(part, "", means)...)
		}
		return t
	}
	last := 0
	for _, at := range tokens.FindAllStringIndex(s, -1) {
		p, ok := means(s[at[0]:at[1]])
		if !ok {
			continue
		}
		if at[0] > last {
			t = append(t, piece{text: s[last:at[0]]})
		}
		t = append(t, p)
		last = at[1]
	}
	if last < len(s) || len(t) == 0 {
		t = append(t, piece{text: s[last:]})
	}
	return t
}

// stampOf reads an instant or a day.
func timeOf(token string) (piece, bool) {
	if at, err := time.Parse(time.RFC3339Nano, token); err == nil {
		return piece{slot: instant, at: at}, true
	}
	if at, err := time.Parse(time.DateOnly, token); err == nil {
		return piece{slot: day, at: at}, true
	}
	return piece{}, false
}

// copied is one copy of a tree: what its slots hold.
type copied struct {
	cases, fresh []string
	heads        []string
	number       func(word string, year int) int
	office       *office
	of           *organization
	round        *round
	project      string
	ref          string
	province     string
	city         string
	county       string
	street       string
	days         int           // earlier than the prototype
	jitter       time.Duration // earlier still, within a working day
}

func (c *copied) shift(at time.Time) time.Time {
	return at.Add(-time.Duration(c.days)*24*time.Hour - c.jitter)
}

const stampLayout = "2006-01-02 15:04:05.999999-07:00"

// text fills a template in.
func (c *copied) text(t template) string {
	if len(t) == 1 {
		return c.piece(&t[0])
	}
	var b strings.Builder
	for i := range t {
		b.WriteString(c.piece(&t[i]))
	}
	return b.String()
}

func (c *copied) piece(p *piece) string {
	switch p.slot {
	case literal:
		return p.text
	case ofCase:
		return c.cases[p.n]
	case ofFresh:
		return c.fresh[p.n]
	case ofUser:
		return c.office.users[p.n]
	case ofAgency:
		return c.office.agencies[p.n]
	case ofOrganization:
		return c.of.id
	case ofProject:
		return c.project
	case ofRound:
		return c.round.id
	case preparer:
		return c.of.preparer
	case certifier:
		return c.of.certifier
	case ref:
		return c.ref
	case roundRef:
		return c.round.ref
	case name:
		return c.of.name
	case credit:
		return c.of.credit
	case province:
		return c.province
	case city:
		return c.city
	case county:
		return c.county
	case street:
		return c.street
	case division:
		return cmp.Or(c.street, c.county, c.city)
	case salt:
		return newSalt()
	case instant:
		return c.shift(p.at).Format(time.RFC3339Nano)
	case stamp:
		return c.shift(p.at).Format(stampLayout)
	case day:
		return p.at.AddDate(0, 0, -c.days).Format(time.DateOnly)
	case head:
		return c.heads[p.n]
	case year:
		return strconv.Itoa(calendar.DateOf(c.shift(p.at)).Year)
	case serial:
		return strconv.Itoa(c.number(p.text, calendar.DateOf(c.shift(p.at)).Year))
	}
	panic("many: a slot without a meaning")
}

// newSalt is as random as the desk's own.
func newSalt() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // crypto/rand never fails
	return hex.EncodeToString(b[:])
}

func (c *copied) ids(t *tree) {
	c.cases, c.heads, c.fresh = make([]string, len(t.born)), make([]string, len(t.born)), make([]string, t.fresh)
	for i, at := range t.born {
		c.cases[i] = workflow.NewID(c.shift(at))
	}
	for i := range c.fresh {
		c.fresh[i] = workflow.NewID(c.shift(t.born[0]))
	}
}
