package workflow

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"slices"
	"strings"
	"time"

	"incubase/workflow/calendar"
)

// Objection from the public against a notice. It lies in a table of its own, so that a case does not grow with the
// number of those who object; the act is an event, and the case counts how many there are (see the counters below).
type Objection struct {
	N         int       `json:"n"` // one number for everybody: who objected, officer, decider, answer page
	Seq       int       `json:"seq"`
	Code      string    `json:"-"` // opens the page with its state and answer; only who objected has it
	At        time.Time `json:"at"`
	Name      string    `json:"name,omitempty"` // secret; shown to those who look into it only
	Contact   string    `json:"contact,omitempty"`
	Text      string    `json:"text"`
	Anonymous bool      `json:"anonymous,omitempty"`
	Counts    bool      `json:"counts"` // whether it holds up the award
	// one of too many on a day: it holds nothing until the staff counts it
	Unconfirmed bool           `json:"unconfirmed,omitempty"`
	Since       *calendar.Date `json:"since,omitempty"`  // its period begins; none while it is unconfirmed
	Due         *calendar.Date `json:"due_on,omitempty"` // by when it is answered
	Resolved    *time.Time     `json:"resolved,omitempty"`
	Upheld      bool           `json:"upheld,omitempty"`
	Reason      string         `json:"reason,omitempty"` // the answer, in writing
	By          ID             `json:"by,omitempty"`     // who answered
	AnswerSeq   int            `json:"answer_seq,omitempty"`
	Files       []ID           `json:"files,omitempty"`
}

// Followed is the outcome of an objection, for the holder of its code. It names no person and repeats no words of the
// objection.
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

// Limits of objections.
const (
	// ObjectionsADay are taken at full weight on one notice; what comes on top on the same day is marked unconfirmed.
	ObjectionsADay = 20
	// ObjectionsShown is how many a case is shown with; a list of its own has the others.
	ObjectionsShown = 20
)

// Counters of a case about objections. A definition reads them with the guard "count" and cannot write them.
const (
	objectionsMade        = "objections"
	objectionsHolding     = "objections_holding"     // unanswered ones that hold up the award
	objectionsWaiting     = "objections_waiting"     // unanswered ones
	objectionsUnconfirmed = "objections_unconfirmed" // unanswered ones that wait to be counted
	objectionsDay         = "objections_day"         // the latest day on which one came: 20260309
	objectionsToday       = "objections_today"       // how many came on that day
)

var objectionCounters = []string{objectionsMade, objectionsHolding, objectionsWaiting, objectionsUnconfirmed,
	objectionsDay, objectionsToday}

// free refuses counters that objections keep.
func (p *params) free(names ...string) {
	for _, n := range names {
		if slices.Contains(objectionCounters, n) {
			p.fail("counter %s is kept by objections", n)
		}
	}
}

// Objections is how many objections the case has had, and how many of them wait for an answer.
func (c *Case) Objections() (made, waiting int) {
	return c.Counts[objectionsMade], c.Counts[objectionsWaiting]
}

// meant reports whether an unanswered objection is the one, or one of all, that field "objection" names.
func (o *Objection) meant(fields map[string]any) bool {
	n, named := fields["objection"].(int64)
	return o.Resolved == nil && (!named || int64(o.N) == n)
}

// objectionEffects are what the public says of a notice, and what becomes of that.
var objectionEffects = map[string]effectMaker{
	"add_objection": func(c *checker, p *params) effect {
		c.m.answering = newAnswering(p)
		return effectFunc(addObjection)
	},
	"confirm_objection": func(*checker, *params) effect {
		return answers("没有这条待核实的异议，请核对编号", "no objection of this number waits to be confirmed; check the number",
			func(o *Objection) bool { return o.Unconfirmed }, confirmObjection)
	},
	"resolve_objection": func(*checker, *params) effect {
		return answers("没有这条待处理的异议，请核对编号", "no objection of this number waits for an answer; check the number",
			func(*Objection) bool { return true }, resolveObjection)
	},
}

// answers makes an effect on the unanswered objections that field "objection" names, the one or all.
func answers(zh, en string, fits func(*Objection) bool, change func(*work, *Objection)) effect {
	meant := func(o *Objection, fields map[string]any) bool { return fits(o) && o.meant(fields) }
	return vetted{effectFunc: func(w *work) {
		for i := range w.f.Waiting {
			if o := &w.f.Waiting[i]; meant(o, w.fields) {
				change(w, o)
				w.d.Objections = append(w.d.Objections, *o)
			}
		}
		w.answerClock()
	}, problems: func(f *Facts, fields map[string]any) []FieldError {
		if slices.ContainsFunc(f.Waiting, func(o Objection) bool { return meant(&o, fields) }) {
			return nil
		}
		return []FieldError{{"fields.objection", Text{ZH: zh, EN: en}}}
	}}
}

// addObjection takes an objection. None is refused for its number: what comes on top of a day's share holds nothing
// until it is confirmed.
func addObjection(w *work) {
	c := w.c()
	o := Objection{N: c.Counts[objectionsMade] + 1, Seq: w.next(), At: w.f.Now, Name: w.text("name"),
		Contact: w.text("contact"), Text: w.text("text")}
	if o.Anonymous = strings.TrimSpace(o.Name) == ""; o.Anonymous {
		o.Name = ""
	}
	o.Code = w.f.objectionCode(c.ID, o.N)
	o.Files, _ = w.fields["attachments"].([]string)
	o.Unconfirmed = w.objectedToday() > ObjectionsADay
	o.Counts = !o.Unconfirmed && (!o.Anonymous || w.f.rules().AnonymousObjections)
	w.tally(objectionsMade, 1)
	w.tally(objectionsWaiting, 1)
	switch {
	case o.Unconfirmed:
		w.tally(objectionsUnconfirmed, 1)
	case o.Counts:
		w.tally(objectionsHolding, 1)
	}
	if !o.Unconfirmed {
		w.waits(&o)
		if c.Clock(w.m.answering.clock.Name) == nil {
			w.startClock(w.m.answering.clock, "")
		}
	}
	w.f.Waiting = append(w.f.Waiting, o)
	w.d.Objections = append(w.d.Objections, o)
}

// confirmObjection lets one count that came on top of a day's share: its contact was confirmed, or the staff counts it.
func confirmObjection(w *work, o *Objection) {
	o.Unconfirmed, o.Counts = false, true
	w.tally(objectionsUnconfirmed, -1)
	w.tally(objectionsHolding, 1)
	w.waits(o)
}

// resolveObjection answers one in writing.
func resolveObjection(w *work, o *Objection) {
	if o.Open() {
		w.tally(objectionsHolding, -1)
	}
	if o.Unconfirmed {
		w.tally(objectionsUnconfirmed, -1)
	}
	w.tally(objectionsWaiting, -1)
	now := w.f.Now
	o.Resolved, o.Upheld, o.Reason, o.By, o.AnswerSeq = &now, w.yes("upheld"), w.text("reason"), w.f.Actor.ID, w.next()
}

// answering says by when objections are answered: parameters of add_objection.
type answering struct {
	clock TimerDef
	span  span
}

func newAnswering(p *params) (a answering) {
	a.clock = TimerDef{Name: p.text("clock", "objection"), Period: p.text("period", "5wd"), Source: p.text("source", ""),
		Label: Text{ZH: p.text("label_zh", "异议答复期限"), EN: p.text("label_en", "Answer to objections")}}
	var err error
	if a.span, err = newSpan(a.clock.Period); err != nil || a.span.closes {
		p.fail("period: a number of days, or the round's rule that gives one")
	}
	return a
}

// waits begins an objection's own period today.
func (w *work) waits(o *Objection) {
	today := w.today()
	o.Since = &today
	if p := w.m.answering.span.period(&w.f); !p.IsZero() && w.f.Calendar != nil {
		d, _ := w.f.Calendar.Due(calendar.Clock{Start: today, Period: p}, today)
		o.Due = &d.Last
	}
}

// answerClock runs for the objection that has waited longest, and ends with the last.
func (w *work) answerClock() {
	var first *calendar.Date
	for i := range w.f.Waiting {
		if o := &w.f.Waiting[i]; o.Resolved == nil && o.Since != nil && (first == nil || o.Since.Before(*first)) {
			first = o.Since
		}
	}
	def := w.m.answering.clock
	if first == nil {
		w.stopClock(def.Name)
		return
	}
	if w.c().Clock(def.Name) == nil {
		w.startClock(def, "")
	}
	if k := w.c().Clock(def.Name); k != nil && k.Start != *first {
		k.Start, k.Since = *first, w.next()
		w.measure(k)
	}
}

// objectedToday counts one more on this day and returns how many there are now.
func (w *work) objectedToday() int {
	today := w.today()
	day := today.Year*10000 + int(today.Month)*100 + today.Day
	if w.c().Counts[objectionsDay] != day {
		w.tally(objectionsDay, day-w.c().Counts[objectionsDay])
		w.tally(objectionsToday, -w.c().Counts[objectionsToday])
	}
	w.tally(objectionsToday, 1)
	return w.c().Counts[objectionsToday]
}

func (w *work) tally(name string, by int) {
	w.count(name)
	w.c().Counts[name] += by - 1
}

// objectionCode is what opens an objection's page: a hundred random bits in groups that can be read out on the
// telephone.
func (f *Facts) objectionCode(id ID, n int) string {
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

// codeLetters leave out what is mistaken for another letter: I, L, O and U (Crockford).
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

// objected brings facts up to what a decision did to objections.
func (f *Facts) objected(changed []Objection) {
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
		case o.Text != "": // an answer to one beyond those shown changes nothing here
			f.Objections = append(f.Objections, o)
		}
	}
	f.Waiting = slices.DeleteFunc(slices.Clone(f.Objections), func(o Objection) bool { return o.Resolved != nil })
}

// shownObjections are the first of those to a case as the reader may see them, unanswered ones before the others.
func (m *Machine) shownObjections(f *Facts, part ties) []Objection {
	list := slices.Clone(f.Objections)
	slices.SortStableFunc(list, func(a, b Objection) int {
		if (a.Resolved == nil) != (b.Resolved == nil) {
			if a.Resolved == nil {
				return -1
			}
			return 1
		}
		return a.N - b.N
	})
	return m.maskObjections(f, part, list[:min(len(list), ObjectionsShown)])
}

// maskObjections leaves out what the reader is not entitled to: reviewers and agencies read none; the applicant and
// most of the staff do not read the objector's name; the code is shown to no reader.
func (m *Machine) maskObjections(f *Facts, part ties, list []Objection) []Objection {
	staff := part.inside()
	if !staff && !part.applicant() {
		return nil
	}
	objectors := part.by(RelSystem) || knowsObjectors(f.Actor, &f.Case)
	for i := range list {
		o := &list[i]
		o.Code = ""
		if !objectors {
			o.Name, o.Contact, o.Files = "", "", nil
		}
		if !staff {
			o.By = ""
		}
	}
	return list
}

// Objections are those to a case by number, which the store reads after the number given, as the actor may see them.
func (d *Desk) Objections(ctx context.Context, actor Actor, ref string,
	read func(context.Context, ID) ([]Objection, error)) (*View, []Objection, error) {
	l, m, err := d.load(ctx, actor, Command{Ref: ref})
	if err != nil {
		return nil, nil, err
	}
	v := m.show(l)
	if !m.Visible(l.Facts) || v.veiled {
		return nil, nil, ErrNotFound
	}
	list, err := read(ctx, l.Facts.Case.ID)
	if err != nil {
		return nil, nil, err
	}
	return &v, m.maskObjections(&l.Facts, m.playing(actor, &l.Facts.Case), list), nil
}
