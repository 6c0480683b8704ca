package workflow

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"incubase/workflow/calendar"
)

// Params reads parameters and reports unread ones.
type Params struct {
	Given map[string]any
	used  []string
	errs  []string
}

func (p *Params) Get(name string) (any, bool) {
	p.used = append(p.used, name)
	v, ok := p.Given[name]
	return v, ok
}

func (p *Params) Fail(format string, args ...any) {
	p.errs = append(p.errs, fmt.Sprintf(format, args...))
}

// Read lists the parameters that were asked for.
func (p *Params) Read() []string { return p.used }

func (p *Params) Text(name, otherwise string) string {
	v, ok := p.Get(name)
	if !ok {
		return otherwise
	}
	s, ok := v.(string)
	if !ok {
		p.Fail("%s must be a word", name)
	}
	return s
}

func (p *Params) Flag(name string) bool {
	v, ok := p.Get(name)
	if !ok {
		return false
	}
	b, ok := v.(bool)
	if !ok {
		p.Fail("%s must be true or false", name)
	}
	return b
}

func (p *Params) Need(name string) string {
	s := p.Text(name, "")
	if s == "" {
		p.Fail("%s is missing", name)
	}
	return s
}

func (p *Params) Texts(name string) []string {
	v, ok := p.Get(name)
	if !ok {
		return nil
	}
	list, ok := v.([]any)
	if !ok {
		p.Fail("%s must be a list of words", name)
	}
	var out []string
	for _, x := range list {
		s, ok := x.(string)
		if !ok {
			p.Fail("%s must be a list of words", name)
		}
		out = append(out, s)
	}
	return out
}

func (p *Params) Stages() []string {
	list := p.Texts("stages")
	if len(list) == 0 {
		p.Fail("stages are missing")
	}
	for _, s := range list {
		if !slices.Contains(Stages, Stage(s)) {
			p.Fail("unknown stage %s", s)
		}
	}
	return list
}

func (p *Params) Number(name string, otherwise int64) Ref {
	v, ok := p.Get(name)
	if !ok {
		return Ref{N: otherwise}
	}
	r, err := NewRef(v)
	if err != nil {
		p.Fail("%s: %v", name, err)
	}
	return r
}

func (p *Params) Err() error {
	var unknown []string
	for k := range p.Given {
		if !slices.Contains(p.used, k) {
			unknown = append(unknown, k)
		}
	}
	sort.Strings(unknown)
	for _, k := range unknown {
		p.Fail("unknown parameter %s", k)
	}
	if len(p.errs) == 0 {
		return nil
	}
	return fmt.Errorf("%s", strings.Join(p.errs, ", "))
}

// Ref is a number, or a reference to one.
type Ref struct {
	N    int64
	Path string
}

const factPath = "$fact."

// references are the numbers that definitions may name. limit means that 0 is "no limit".
var references = map[string]struct {
	Of    func(*Facts) int64
	limit bool
}{
	"$case.requested_fen":   {Of: func(f *Facts) int64 { return int64(f.Case.Requested) }},
	"$case.awarded_fen":     {Of: func(f *Facts) int64 { return int64(f.Case.Awarded) }},
	"$case.paid_fen":        {Of: func(f *Facts) int64 { return int64(f.Case.Paid) }},
	"$case.outstanding_fen": {Of: func(f *Facts) int64 { return int64(f.Case.Outstanding()) }},
	"$case.unreturned_fen":  {Of: func(f *Facts) int64 { return int64(f.Case.Paid - f.Case.Returned) }},
	"$parent.paid_fen": {Of: func(f *Facts) int64 {
		if f.Parent == nil {
			return 0
		}
		return int64(f.Parent.Paid)
	}},
	"$round.min_reviews":       {Of: func(f *Facts) int64 { return int64(f.Rules().MinReviews) }},
	"$round.pass_points":       {Of: func(f *Facts) int64 { return int64(f.Rules().PassPoints) }},
	"$round.award_ceiling_fen": {Of: func(f *Facts) int64 { return int64(f.Rules().AwardCeiling) }, limit: true},
	"$round.max_awards":        {Of: func(f *Facts) int64 { return int64(f.Rules().MaxAwards) }, limit: true},
}

func NewRef(v any) (Ref, error) {
	switch v := v.(type) {
	case int:
		return Ref{N: int64(v)}, nil
	case int64:
		return Ref{N: v}, nil
	case uint64:
		return Ref{N: int64(v)}, nil
	case float64:
		if v == float64(int64(v)) {
			return Ref{N: int64(v)}, nil
		}
	case string:
		if _, ok := references[v]; ok || len(v) > len(factPath) && strings.HasPrefix(v, factPath) {
			return Ref{Path: v}, nil
		}
		return Ref{}, fmt.Errorf("unknown reference %q", v)
	}
	return Ref{}, fmt.Errorf("%v is no number and no reference", v)
}

func (r Ref) Value(f *Facts) int64 {
	if r.Path == "" {
		return r.N
	}
	if name, ok := strings.CutPrefix(r.Path, factPath); ok {
		n, _ := Integer(f.Case.Data[name]) // 0 for an unknown fact
		return n
	}
	return references[r.Path].Of(f)
}

func (r Ref) Unlimited(f *Facts) bool {
	return r.Path != "" && references[r.Path].limit && r.Value(f) == 0
}

func (r Ref) String() string {
	if r.Path != "" {
		return r.Path
	}
	return fmt.Sprint(r.N)
}

// Rules returns the round's rules, empty ones for a case without a round.
func (f *Facts) Rules() *Rules {
	if f.Round == nil {
		return &Rules{}
	}
	return &f.Round.Rules
}

// Span is a period in a definition.
type Span struct {
	rule     string
	fallback calendar.Period
	Closes   bool
}

var periods = map[string]func(*Rules) calendar.Period{
	"$round.notice_period":     func(r *Rules) calendar.Period { return r.NoticePeriod },
	"$round.correction_period": func(r *Rules) calendar.Period { return r.CorrectionPeriod },
	"$round.cosign_period":     func(r *Rules) calendar.Period { return r.CosignPeriod },
	"$round.sign_period":       func(r *Rules) calendar.Period { return r.SignPeriod },
	"$round.report_period":     func(r *Rules) calendar.Period { return r.ReportPeriod },
	"$round.objection_period":  func(r *Rules) calendar.Period { return r.ObjectionPeriod },
}

// NewSpan reads "5wd", "$round.notice_period", "$round.sign_period or 15wd", "$round.closes".
func NewSpan(s string) (Span, error) {
	if s == "$round.closes" {
		return Span{Closes: true}, nil
	}
	rule, fallback, both := strings.Cut(s, " or ")
	if !strings.HasPrefix(s, "$") {
		rule, fallback, both = "", s, true
	}
	out := Span{rule: rule}
	if rule != "" && periods[rule] == nil {
		return out, fmt.Errorf("unknown period %q", rule)
	}
	if !both {
		return out, nil
	}
	var err error
	out.fallback, err = calendar.ParsePeriod(fallback)
	return out, err
}

// Period is zero, so that no clock runs, without rule and fallback.
func (s Span) Period(f *Facts) calendar.Period {
	if s.rule != "" && f.Round != nil {
		if p := periods[s.rule](&f.Round.Rules); !p.IsZero() {
			return p
		}
	}
	return s.fallback
}
