package panel

import (
	"slices"
	"time"

	"incubase/workflow"
	"incubase/workflow/clean"
	"incubase/workflow/text"
)

// Candidate may take a seat: a person, an agency or a party.
type Candidate struct {
	User   workflow.ID
	Agency workflow.ID
	Party  string
	Kind   string // of the agency
	Name   workflow.Text
	Topic  string
}

// Holder is an actor as panels see one: a person, who speaks for agencies and plays parties of the case.
type Holder struct {
	User     workflow.ID
	Name     string
	Agencies []workflow.ID
	Parties  []Played
}

// Played is a party that the actor plays, with the agency for which they do.
type Played struct {
	Party  string
	Agency workflow.ID
}

func why(zh, en string, args ...any) *workflow.Text {
	t := text.Format(zh, en, args...)
	return &t
}

// has reports whether the seat is the candidate's.
func (pl *Plan) has(s *Seat, c *Candidate) bool {
	switch pl.Def.Seats.Each {
	case person:
		return s.User == c.User
	case agency:
		return s.Agency == c.Agency
	}
	return s.Party == c.Party
}

// Barred says why a person may not sit: they helped the applicant, coached it where the panel scores, or did an act
// that separate_from keeps from answering. It is nil for agencies and parties.
func (pl *Plan) Barred(c *Candidate, f *workflow.Facts, apart []string) *workflow.Text {
	switch {
	case c.User == "":
	case f.Case.Helped(c.User):
		return why("%[1]s 曾为申报方填写本案", "%[2]s wrote part of the case for the applicant", c.Name.ZH, c.Name.In("en"))
	case pl.scores() && f.Coached(c.User):
		return why("%[1]s 曾辅导过该组织", "%[2]s coached the organization", c.Name.ZH, c.Name.In("en"))
	case slices.ContainsFunc(apart, func(act string) bool { return slices.Contains(f.Case.Doers[act], c.User) }):
		return why("%[1]s 办理过须与答复分开的环节", "%[2]s did an act that must be another person's", c.Name.ZH, c.Name.In("en"))
	}
	return nil
}

// fresh reports whether a candidate has no seat, and gave up none for good.
func (pl *Plan) fresh(p *Panel, c *Candidate) bool {
	return !slices.ContainsFunc(p.Seats, func(s Seat) bool {
		return pl.has(&s, c) && (s.Live() || s.Freed != Restarted && s.Freed != Left && s.Freed != Ended)
	})
}

// take seats a candidate. Who declared no interest on an earlier seat need not do it again.
func (pl *Plan) take(p *Panel, c *Candidate, at time.Time) *Seat {
	s := Seat{User: c.User, Agency: c.Agency, Party: c.Party, Kind: c.Kind, Name: c.Name, Asked: at}
	if c.Topic != "" {
		s.Topics = []string{c.Topic}
	}
	for i := range p.Seats {
		earlier := &p.Seats[i]
		s.Declared = s.Declared || pl.has(earlier, c) && earlier.Declared && earlier.Freed != Voided
	}
	return p.seat(s)
}

// Ask opens the panel: candidates without a bar take seats, an agency one for all its topics. It refuses a need above
// the seats there are, and changes nothing then.
func (pl *Plan) Ask(p *Panel, f *workflow.Facts, from []Candidate, apart []string) *workflow.Text {
	at := f.Now
	q := Panel{Times: p.Times + 1, Opened: at, Period: pl.due.Period(f), Seats: slices.Clone(p.Seats)}
	if pl.off(f) {
		q.Off, q.Period = true, p.Period
		*p = q
		return nil
	}
	if len(pl.parties) > 0 {
		from = pl.parties
	}
	for i := range from {
		c := &from[i]
		j := slices.IndexFunc(q.Seats, func(s Seat) bool { return s.Live() && s.Asked.Equal(at) && pl.has(&s, c) })
		if j >= 0 {
			if s := &q.Seats[j]; c.Topic != "" && !slices.Contains(s.Topics, c.Topic) {
				s.Topics = append(s.Topics, c.Topic)
			}
			continue
		}
		if pl.Barred(c, f, apart) == nil && pl.fresh(&q, c) {
			pl.take(&q, c, at)
		}
	}
	if need, have := pl.Need(&q, f), len(q.Live()); need > have {
		return why("%[1]s：需要 %[3]d 份，只有 %[4]d 个席位", "%[2]s: %[3]d are needed, %[4]d seats there are",
			pl.Def.Label.ZH, pl.Def.Label.EN, need, have)
	}
	for _, name := range pl.Def.Mandatory {
		if !slices.ContainsFunc(q.Live(), func(s *Seat) bool { return s.matches(name) }) {
			t := pl.label(name)
			return why("%[1]s：须有%[3]s的答复，而它没有席位", "%[2]s: the answer of %[4]s is required, which has no seat",
				pl.Def.Label.ZH, pl.Def.Label.EN, t.ZH, t.EN)
		}
	}
	*p = q
	return nil
}

// holds reports whether a seat is the actor's.
func (pl *Plan) holds(s *Seat, h *Holder) bool {
	switch pl.Def.Seats.Each {
	case person:
		return s.User == h.User
	case agency:
		return slices.Contains(h.Agencies, s.Agency)
	}
	return slices.ContainsFunc(h.Parties, func(x Played) bool { return x.Party == s.Party })
}

// SeatOf returns the seat on which the actor may answer, or says why there is none. Where parties answer as they come
// it is a seat that is not on record yet, with number 0. There a person has one answer, whatever parties they play.
func (pl *Plan) SeatOf(p *Panel, h *Holder) (*Seat, *workflow.Text) {
	said := func(s *Seat) bool { return s.answered() && s.Answer.By == h.User }
	done := false
	if len(pl.parties) > 0 {
		done = len(p.seats(said)) > 0
	}
	if !pl.opened(p) || p.Off {
		return nil, why("没有请您答复", "you are not asked")
	}
	mine := p.seats(func(s *Seat) bool { return s.Live() && pl.holds(s, h) })
	for _, s := range mine {
		if s.Open() && !done {
			return s, nil
		}
	}
	if !pl.called && !done {
		for _, x := range h.Parties {
			c := &Candidate{User: h.User, Agency: x.Agency, Party: x.Party}
			free := !slices.ContainsFunc(p.Live(), func(s *Seat) bool { return pl.has(s, c) })
			i := slices.IndexFunc(pl.parties, func(c Candidate) bool { return c.Party == x.Party })
			if i >= 0 && free && (pl.Def.Seats.Each != agency || x.Agency != "") {
				s := &Seat{Agency: x.Agency, Party: x.Party, Name: pl.parties[i].Name}
				if pl.Def.Seats.Each == person {
					s.User, s.Name = h.User, workflow.Text{ZH: h.Name, EN: h.Name}
				}
				return s, nil
			}
			done = done || i >= 0
		}
	}
	if done || len(mine) > 0 {
		return nil, why("您（或您一方）已经答复过", "you, or your side, have answered already")
	}
	return nil, why("没有请您答复", "you are not asked")
}

// Declare records that the actor has no interest, or frees the seat where there is one.
func (pl *Plan) Declare(p *Panel, h *Holder, conflict bool, at time.Time) *workflow.Text {
	s, no := pl.SeatOf(p, h)
	switch {
	case no != nil:
		return no
	case s.Declared:
		return why("您已经声明过", "you have declared already")
	case conflict:
		s.free(Conflict, at)
	default:
		s.Declared = true
	}
	return nil
}

// Fill seats the next candidate in place of one who was freed, and returns the seat; nil if there is none.
func (pl *Plan) Fill(p *Panel, f *workflow.Facts, from []Candidate, apart []string) *Seat {
	for i := range from {
		if c := &from[i]; pl.Barred(c, f, apart) == nil && pl.fresh(p, c) {
			return pl.take(p, c, f.Now)
		}
	}
	return nil
}

// Answer records what the actor says. By, Name and At of the answer are the actor's.
func (pl *Plan) Answer(p *Panel, h *Holder, a Answer) *workflow.Text {
	s, no := pl.SeatOf(p, h)
	switch {
	case no != nil:
		return no
	case pl.Def.Declare && !s.Declared:
		return why("请先声明有无需要回避的情形", "please declare your interests first")
	case slices.Contains(pl.reasoned, a.Value) && clean.Blank(a.Reason):
		return why("请说明理由", "please say why")
	}
	known := len(pl.Def.Answers) == 0 && a.Value == ""
	for _, x := range pl.Def.Answers {
		known = known || x.Value == a.Value
	}
	if !known {
		return why("没有这项答复", "there is no such answer")
	}
	a.By, a.Name, a.Silent = h.User, h.Name, false
	if s.N == 0 {
		s.Asked = a.At
		s = p.seat(*s)
	}
	s.Answer = &a
	return nil
}

// Withdraw gives the actor's seat back, before it answers.
func (pl *Plan) Withdraw(p *Panel, h *Holder, at time.Time) *workflow.Text {
	s, no := pl.SeatOf(p, h)
	switch {
	case no != nil:
		return no
	case s.N == 0:
		return why("没有席位可以交回", "there is no seat to give back")
	}
	s.free(Withdrawn, at)
	return nil
}

func (p *Panel) find(n int) (*Seat, *workflow.Text) {
	if s := p.Seat(n); s != nil {
		return s, nil
	}
	return nil, why("没有第 %d 号席位，或它已不计入", "there is no seat %d, or it counts no longer", n)
}

// Add seats one more. It takes anybody without a bar or a seat, whom an earlier seat was taken from too.
func (pl *Plan) Add(p *Panel, f *workflow.Facts, c *Candidate, apart []string) *workflow.Text {
	conflict := p.seats(func(s *Seat) bool { return s.Freed == Conflict && pl.has(s, c) })
	bar := pl.Barred(c, f, apart)
	switch {
	case p.Off || !pl.opened(p):
		return why("尚未开始，不能增补席位", "it has not begun, so no seat can be added")
	case bar != nil:
		return bar
	case len(conflict) > 0:
		return why("%[1]s 已声明回避", "%[2]s declared a conflict of interest", c.Name.ZH, c.Name.In("en"))
	case slices.ContainsFunc(p.Live(), func(s *Seat) bool { return pl.has(s, c) }):
		return why("%[1]s 已有席位", "%[2]s has a seat already", c.Name.ZH, c.Name.In("en"))
	}
	pl.take(p, c, f.Now)
	return nil
}

// Replace gives the seat of a number to another, with a period of its own.
func (pl *Plan) Replace(p *Panel, n int, f *workflow.Facts, c *Candidate, apart []string) *workflow.Text {
	s, no := p.find(n)
	switch {
	case no != nil:
		return no
	case s.Answer != nil:
		return why("%[1]s 已经答复；如须更换，请先作废", "%[2]s has answered: void the answer first", s.Name.ZH, s.Name.In("en"))
	}
	if no := pl.Add(p, f, c, apart); no != nil {
		return no
	}
	p.Seats[n-1].free(Replaced, f.Now)
	return nil
}

// Void takes a seat and its answer out of the counting; both stay on record.
func (pl *Plan) Void(p *Panel, n int, at time.Time) *workflow.Text {
	s, no := p.find(n)
	if no == nil {
		s.free(Voided, at)
	}
	return no
}

// Reopen asks a seat again: its answer counts no longer and stays on record, the holder takes a fresh seat.
func (pl *Plan) Reopen(p *Panel, n int, at time.Time) *workflow.Text {
	s, no := p.find(n)
	switch {
	case no != nil:
		return no
	case s.Answer == nil:
		return why("%[1]s 还没有答复", "%[2]s has not answered yet", s.Name.ZH, s.Name.In("en"))
	}
	s.free(Restarted, at)
	if pl.called { // where parties answer as they come, they come again
		p.seat(Seat{User: s.User, Agency: s.Agency, Party: s.Party, Kind: s.Kind, Name: s.Name, Topics: s.Topics,
			Declared: s.Declared, Asked: at})
	}
	return nil
}

// Remind counts a reminder.
func (pl *Plan) Remind(p *Panel, n int, at time.Time) *workflow.Text {
	s, no := p.find(n)
	switch {
	case no != nil:
		return no
	case s.Answer != nil:
		return why("%[1]s 已经答复", "%[2]s has answered", s.Name.ZH, s.Name.In("en"))
	}
	s.Reminders++
	s.Reminded = at
	return nil
}

// Resolve answers an objection in words; who made it may not.
func (pl *Plan) Resolve(p *Panel, n int, r Resolution) *workflow.Text {
	s, no := p.find(n)
	switch {
	case no != nil:
		return no
	case s.Answer == nil || !slices.Contains(pl.objects, s.Answer.Value):
		return why("%[1]s 没有提出反对意见", "%[2]s has not objected", s.Name.ZH, s.Name.In("en"))
	case s.Resolved != nil:
		return why("%[1]s 的意见已经答复", "the objection of %[2]s has been answered", s.Name.ZH, s.Name.In("en"))
	case s.Answer.By == r.By:
		return why("反对意见须由他人答复", "somebody else answers an objection")
	case clean.Blank(r.Text):
		return why("请写明答复", "please write the answer")
	}
	s.Resolved = &r
	return nil
}

// Restart takes what was said out of the counting, where the case goes back: of every panel, or of this one and later
// ones. What was said stays on record; the panels are opened again.
func (ps Plans) Restart(d *Doc, name string, at time.Time) {
	from := ps.Plan(name)
	if from == nil {
		return
	}
	for _, pl := range ps {
		if p := (*d)[pl.Def.Name]; p != nil && (from.Def.Restart != "later" || pl.Order >= from.Order) {
			for _, s := range p.Live() {
				s.free(Restarted, at)
			}
			p.Opened, p.Off = time.Time{}, false
		}
	}
}

// Leave frees the open seats of a person, in every panel, and returns the names of the panels. What they said stands.
func (d *Doc) Leave(user workflow.ID, at time.Time) []string {
	return d.freeOpen(Left, at, func(s *Seat) bool { return s.User == user })
}

// End frees the open seats of every panel: the case ended before they answered.
func (d *Doc) End(at time.Time) { d.freeOpen(Ended, at, func(*Seat) bool { return true }) }

func (d *Doc) freeOpen(why Freed, at time.Time, is func(*Seat) bool) (names []string) {
	for name, p := range *d {
		for _, s := range p.Waiting() {
			if is(s) {
				s.free(why, at)
				if !slices.Contains(names, name) {
					names = append(names, name)
				}
			}
		}
	}
	slices.Sort(names)
	return names
}

// Waited lists whom the panel waits for: its open seats, and, where parties answer as they come, one seat for each
// party that may still answer while the need is not met.
func (pl *Plan) Waited(p *Panel, f *workflow.Facts) []Seat {
	var out []Seat
	if !pl.opened(p) || p.Off {
		return nil
	}
	for _, s := range p.Waiting() {
		out = append(out, *s)
	}
	if pl.called || pl.Count(p) >= pl.Need(p, f) && len(pl.lacking(p)) == 0 {
		return out
	}
	for _, c := range pl.parties {
		if pl.Def.Seats.Each != party || !slices.ContainsFunc(p.Live(), func(s *Seat) bool { return s.Party == c.Party }) {
			out = append(out, Seat{Party: c.Party, Name: c.Name})
		}
	}
	return out
}

// Stuck reports whether the panel is open and no seat can end it: who adds seats is waited for.
func (pl *Plan) Stuck(p *Panel, f *workflow.Facts) bool {
	return pl.Open(p, f) && len(pl.Waited(p, f)) == 0 && len(pl.Unresolved(p)) == 0
}

// Reads reports whether the holder of a seat may read what another says.
func (pl *Plan) Reads(own *Seat, f *workflow.Facts) bool {
	switch setting(pl.Def.Others, afterOwn, f) {
	case always:
		return own.Live()
	case never:
		return false
	case afterDeclaring:
		return own.Live() && own.Declared
	}
	return own.answered()
}
