// Package panel seats those who answer on a case, and counts what they said: reviewers, agencies that co-sign, parties
// that sign or approve. A panel says how many must answer, who among them, whose objection ends it, how long each has
// and what silence means.
//
// It is pure: Plan holds what a definition says, Doc what a case has on record, and functions over both read and change
// it. Nothing derived is on record: the last day of a seat follows from its asking and the pauses of the panel's clock.
//
// No definition uses it yet: a definition cannot have panels, and the desks, co-signatures and assignments of the
// language run on code of their own in packages define and machine.
package panel

import (
	"slices"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/define"
)

// Name is the part's name among the parts of a case.
const Name = "panels"

func init() {
	define.Parts(define.Part{
		PartKind: workflow.PartKind{Name: Name, New: func() workflow.PartDoc { return &Doc{} }},
		About:    "who answers on the case, what they said, and what that amounts to",
	})
}

// Doc holds the panels of a case by name.
type Doc map[string]*Panel

// Panel is the record of one panel: seats that were freed stay on it and count nowhere.
type Panel struct {
	Times  int             `json:"times,omitempty"` // how often it was opened
	Opened time.Time       `json:"opened,omitzero"` // zero: not open, or restarted since
	Off    bool            `json:"off,omitempty"`   // opened where the round does without it
	Period calendar.Period `json:"period,omitzero"` // of each seat, fixed at the opening
	Seats  []Seat          `json:"seats,omitempty"` // in the order of their numbers
}

// Seat is a person's, an agency's or a party's place on a panel, with what it said.
type Seat struct {
	N         int           `json:"n"` // from 1, never given twice
	User      workflow.ID   `json:"user,omitempty"`
	Agency    workflow.ID   `json:"agency,omitempty"`
	Party     string        `json:"party,omitempty"`
	Kind      string        `json:"kind,omitempty"` // of the agency
	Name      workflow.Text `json:"name,omitzero"`
	Topics    []string      `json:"topics,omitempty"` // for which an agency is asked
	Asked     time.Time     `json:"asked"`
	Declared  bool          `json:"declared,omitempty"` // interests, and none stands against it
	Reminders int           `json:"reminders,omitempty"`
	Reminded  time.Time     `json:"reminded,omitzero"` // last
	Answer    *Answer       `json:"answer,omitempty"`
	Resolved  *Resolution   `json:"resolved,omitempty"`
	Freed     Freed         `json:"freed,omitempty"`
	FreedAt   time.Time     `json:"freed_at,omitzero"`
}

// Freed says why a seat counts no longer.
type Freed string

const (
	Conflict  Freed = "conflict"  // declared an interest
	Replaced  Freed = "replaced"  // another has the seat
	Withdrawn Freed = "withdrawn" // gave it back
	Left      Freed = "left"      // has no account or role any more
	Voided    Freed = "void"      // by the staff, as for a conflict found late
	Restarted Freed = "restart"   // asked again, alone or with the panel
	Ended     Freed = "ended"     // the case ended before it answered
)

// Answer is what a seat said. It never changes: another answer takes another seat.
type Answer struct {
	Value    string                    `json:"value,omitempty"`
	Reason   string                    `json:"reason,omitempty"`
	Fields   map[string]any            `json:"fields,omitempty"`
	Scored   bool                      `json:"scored,omitempty"`
	Points   int                       `json:"points,omitempty"` // hundredths
	Criteria []workflow.CriterionScore `json:"criteria,omitempty"`
	Text     string                    `json:"sha256,omitempty"` // hash of the signed paper
	By       workflow.ID               `json:"by"`
	Name     string                    `json:"name,omitempty"` // of the actor, at that time
	At       time.Time                 `json:"at"`
	Silent   bool                      `json:"silent,omitempty"` // nothing was said: the period ended
}

// Lapsed is the value of an answer by silence that stands for no other answer.
const Lapsed = "lapsed"

// Resolution is the answer in words to an objection.
type Resolution struct {
	By   workflow.ID `json:"by"`
	At   time.Time   `json:"at"`
	Text string      `json:"text"`
}

// Live reports whether the seat counts.
func (s *Seat) Live() bool { return s.Freed == "" }

// Open reports whether the seat counts and has not answered.
func (s *Seat) Open() bool { return s.Live() && s.Answer == nil }

func (s *Seat) answered() bool { return s.Live() && s.Answer != nil }

func (s *Seat) free(why Freed, at time.Time) { s.Freed, s.FreedAt = why, at }

// Clone copies everything that a decision may change in place.
func (d *Doc) Clone() workflow.PartDoc {
	out := Doc{}
	for name, p := range *d {
		q := *p
		q.Seats = slices.Clone(p.Seats)
		out[name] = &q
	}
	return &out
}

// Panel returns the record of a panel, to read; an empty one where the case has none.
func (d *Doc) Panel(name string) *Panel {
	if p := (*d)[name]; p != nil {
		return p
	}
	return &Panel{}
}

// Own returns the record of a panel, to change.
func (d *Doc) Own(name string) *Panel {
	p := d.Panel(name)
	(*d)[name] = p
	return p
}

// Holders lists who may see the case by a seat of theirs.
func (d *Doc) Holders() (out []workflow.Holder) {
	for _, name := range define.SortedKeys(*d) {
		for i := range (*d)[name].Seats {
			s := &(*d)[name].Seats[i]
			for _, who := range []workflow.ID{s.User, s.Agency} {
				h := workflow.Holder{Part: name, Who: who}
				if s.Live() && who != "" && !slices.Contains(out, h) {
					out = append(out, h)
				}
			}
		}
	}
	return out
}

// ClearTexts takes out texts that are erased.
func (d *Doc) ClearTexts(texts []string) {
	clear := func(s *string) {
		if slices.Contains(texts, *s) {
			*s = ""
		}
	}
	d.each(func(s *Seat) {
		if r := s.Resolved; r != nil {
			now := *r
			clear(&now.Text)
			s.Resolved = &now
		}
		if s.Answer == nil {
			return
		}
		now := *s.Answer
		clear(&now.Reason)
		now.Fields = map[string]any{}
		for k, v := range s.Answer.Fields {
			if said, ok := v.(string); !ok || !slices.Contains(texts, said) {
				now.Fields[k] = v
			}
		}
		s.Answer = &now
	})
}

// Rename gives a person another name, where it is written out.
func (d *Doc) Rename(user workflow.ID, name string) {
	d.each(func(s *Seat) {
		if s.User == user {
			s.Name = workflow.Text{ZH: name, EN: name}
		}
		if s.Answer != nil && s.Answer.By == user {
			now := *s.Answer
			now.Name = name
			s.Answer = &now
		}
	})
}

func (d *Doc) each(f func(*Seat)) {
	for _, p := range *d {
		for i := range p.Seats {
			f(&p.Seats[i])
		}
	}
}

// seats lists the seats of a panel for which a test holds.
func (p *Panel) seats(is func(*Seat) bool) (out []*Seat) {
	for i := range p.Seats {
		if is(&p.Seats[i]) {
			out = append(out, &p.Seats[i])
		}
	}
	return out
}

// Live lists the seats that count.
func (p *Panel) Live() []*Seat { return p.seats((*Seat).Live) }

// Waiting lists the seats that have not answered.
func (p *Panel) Waiting() []*Seat { return p.seats((*Seat).Open) }

// Answered lists the seats whose answer counts.
func (p *Panel) Answered() []*Seat { return p.seats((*Seat).answered) }

// Seat returns the seat of a number, nil if there is none that counts.
func (p *Panel) Seat(n int) *Seat {
	if n < 1 || n > len(p.Seats) || !p.Seats[n-1].Live() {
		return nil
	}
	return &p.Seats[n-1]
}

// seat adds a seat.
func (p *Panel) seat(s Seat) *Seat {
	s.N = len(p.Seats) + 1
	p.Seats = append(p.Seats, s)
	return &p.Seats[len(p.Seats)-1]
}
