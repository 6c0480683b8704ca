package panel

import (
	"slices"
	"strings"

	"incubase/workflow"
	"incubase/workflow/text"
)

// Need returns how many seats must count.
func (pl *Plan) Need(p *Panel, f *workflow.Facts) int {
	switch {
	case !pl.all:
		return int(pl.need.Value(f))
	case !pl.called:
		return len(pl.parties)
	}
	// where seats were asked and all were freed, all of none is not enough
	asked := p.seats(func(s *Seat) bool { return !s.Asked.Before(p.Opened) })
	return max(len(p.Live()), min(len(asked), 1))
}

// Count returns how many seats count to the need.
func (pl *Plan) Count(p *Panel) (n int) {
	for _, s := range p.Live() {
		if pl.counts(s) {
			n++
		}
	}
	return n
}

// opened reports whether its seats may answer.
func (pl *Plan) opened(p *Panel) bool { return !pl.called || !p.Opened.IsZero() }

// Vetoes lists the seats that end the panel by their objection. Answering it in words does not lift a veto.
func (pl *Plan) Vetoes(p *Panel) []*Seat {
	return p.seats(func(s *Seat) bool {
		return pl.against(s) && slices.ContainsFunc(pl.Def.Veto, s.matches)
	})
}

// Vetoed reports whether an objection ends the panel.
func (pl *Plan) Vetoed(p *Panel) bool { return len(pl.Vetoes(p)) > 0 }

// Unresolved lists objections that must still be answered in words.
func (pl *Plan) Unresolved(p *Panel) []*Seat {
	if pl.Def.Objection == "" {
		return nil
	}
	return p.seats(func(s *Seat) bool {
		return s.answered() && slices.Contains(pl.objects, s.Answer.Value) && s.Resolved == nil
	})
}

// lacking lists the parties and kinds of agency whose answer is mandatory and does not count yet.
func (pl *Plan) lacking(p *Panel) (out []string) {
	for _, name := range pl.Def.Mandatory {
		theirs := p.seats(func(s *Seat) bool { return s.Live() && s.matches(name) })
		if len(theirs) == 0 || slices.ContainsFunc(theirs, func(s *Seat) bool { return !pl.counts(s) }) {
			out = append(out, name)
		}
	}
	return out
}

// Met reports whether enough have answered, those who must among them, with no veto and no objection unanswered.
func (pl *Plan) Met(p *Panel, f *workflow.Facts) bool { return pl.Missing(p, f) == nil }

// Open reports whether the panel is neither met nor vetoed.
func (pl *Plan) Open(p *Panel, f *workflow.Facts) bool {
	return pl.opened(p) && !pl.Met(p, f) && !pl.Vetoed(p)
}

// Missing says what the panel still lacks, nil if it is met. It names no seat of a secret panel.
func (pl *Plan) Missing(p *Panel, f *workflow.Facts) *workflow.Text {
	if p.Off {
		return nil
	}
	label := pl.Def.Label
	if !pl.opened(p) {
		t := text.Format("%[1]s：尚未开始", "%[2]s: not begun", label.ZH, label.EN)
		return &t
	}
	var zh, en []string
	say := func(t workflow.Text) { zh, en = append(zh, t.ZH), append(en, t.EN) }
	if seats := pl.Vetoes(p); len(seats) > 0 {
		say(pl.naming("被否决", "vetoed", seats))
	}
	if n := pl.Need(p, f) - pl.Count(p); n > 0 {
		say(text.Format("还差 %[1]d 份答复", "answers still missing: %[1]d", n))
	}
	if names := pl.lacking(p); len(names) > 0 {
		say(pl.required(names))
	}
	if seats := pl.Unresolved(p); len(seats) > 0 {
		say(pl.naming("反对意见尚未书面答复", "objections not answered in words", seats))
	}
	if len(zh) == 0 {
		return nil
	}
	t := text.Format("%[1]s：%[3]s", "%[2]s: %[4]s", label.ZH, label.EN, strings.Join(zh, "；"), strings.Join(en, "; "))
	return &t
}

// naming adds the names of seats to a sentence; their number where the panel is secret.
func (pl *Plan) naming(zh, en string, seats []*Seat) workflow.Text {
	if pl.Def.Secret {
		return text.Format("%[1]s（%[3]d 个席位）", "%[2]s (seats: %[3]d)", zh, en, len(seats))
	}
	var zhs, ens []string
	for _, s := range seats {
		zhs, ens = append(zhs, s.Name.ZH), append(ens, s.Name.In("en"))
	}
	return text.Format("%[1]s（%[3]s）", "%[2]s (%[4]s)", zh, en, strings.Join(zhs, "、"), strings.Join(ens, ", "))
}

// required says whose answer is mandatory and missing.
func (pl *Plan) required(names []string) workflow.Text {
	var zhs, ens []string
	for _, name := range names {
		t := pl.label(name)
		zhs, ens = append(zhs, t.ZH), append(ens, t.EN)
	}
	return text.Format("须有%[1]s的答复", "the answer of %[2]s is required", strings.Join(zhs, "、"), strings.Join(ens, ", "))
}

// label returns the words for a party or a kind of agency.
func (pl *Plan) label(name string) workflow.Text {
	for _, c := range pl.parties {
		if c.Party == name {
			return c.Name
		}
	}
	if k := workflow.AgencyKindOf(name); k != nil {
		return k.Label
	}
	return workflow.Text{ZH: name, EN: name}
}

// Figures sum up what the seats of a panel gave.
type Figures struct {
	Seats, Answers, Scores int
	Mean, Lowest, Highest  int // hundredths of a point
}

// Spread is the distance of the highest from the lowest.
func (x Figures) Spread() int { return x.Highest - x.Lowest }

// Figures counts the seats that count, and their points; the mean is rounded to the nearest.
func (p *Panel) Figures() (x Figures) {
	sum := 0
	for _, s := range p.Live() {
		x.Seats++
		if s.Answer == nil {
			continue
		}
		x.Answers++
		if !s.Answer.Scored {
			continue
		}
		n := s.Answer.Points
		if x.Scores == 0 {
			x.Lowest, x.Highest = n, n
		}
		x.Scores++
		x.Lowest, x.Highest = min(x.Lowest, n), max(x.Highest, n)
		sum += n
	}
	if x.Scores > 0 {
		x.Mean = (2*sum + x.Scores) / (2 * x.Scores)
	}
	return x
}
