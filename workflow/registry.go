package workflow

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"incubase/workflow/calendar"
)

// The closed registry of guards and effects. A definition names them with parameters; nothing else can decide anything.
// Numbers are literals or references: $round.min_reviews, $case.requested_fen (see references below).
//
// Guards (letter; * marks a gate, a condition about the case that everybody is shown):
//
//	round_open                     e* the round is open, its opening has come and its closing has not passed, to the
//	                                  second
//	round_decided                  e* no application of the round waits for a decision
//	no_round                       a  the case belongs to no round (for any_of with round_open)
//	organization_standing          e* the organization is on no list and not barred today
//	not_eligible                   e* the organization is on a list or barred today (for any_of: a refusal needs no
//	                                  reviews then)
//	payable_organization           e* it can receive money: registered, or filed with a fiscal host
//	has_topics                     a* the case names at least one topic
//	scores {min}                   a* at least min scores are in
//	pass_points {min}              a* the mean of the scores is at least min hundredths
//	cosigned                       a* no asked agency is still to answer
//	notice_elapsed {clock}         a* the public notice has run out (also "elapsed" for any clock)
//	running {clock}                a* the clock runs and its last day has not ended
//	no_open_objection              a* no objection that counts is open
//	open_objection                 a  an objection waits to be resolved
//	unconfirmed_objection          a  an objection on top of a day's share waits to be confirmed
//	envelope {field}               b* the round's envelope covers the award, or the sum that the field names
//	max_awards                     b* the round's number of awards is not used up
//	separate_from {actions}        d  the actor did none of these in this case
//	desk_met {desk}                a* the desk has the answers it needs
//	desk_vetoed {desk}             a  a party with a veto said otherwise
//	desk_open {desk}               a  the desk has neither met its need nor been vetoed
//	next_tranche                   a* a tranche is due: reports accepted, none under way
//	nothing_under_way              a* no payment is open
//	all_tranches_paid              a* every tranche is paid
//	something_paid                 a  money has gone out
//	tranche_unpaid                 a  the first tranche has not been paid
//	reports_accepted {kind, min}   a* that many reports of the kind are accepted (kind "" counts all)
//	evaluated {at_least, fact}     a* the grade on record is at least this; the choices of the field "grade" (or fact),
//	                                  the best first
//	settled                        a* unspent money is settled
//	not_declared / declared        d  the reviewer has (not) declared interests
//	not_scored                     d  the reviewer has not scored yet
//	awaited_agency                 d  the actor's agency is asked and has not answered
//	parent_stage {stages, except}  e* the parent stands in one of these stages, in none of the states excepted, and is
//	                                  not over
//	parent_over                    e* the parent has come to an end by an outcome
//	count {name, min, max}         a* a counter of the case
//	data {name, equals|one_of|present} a* a recorded fact
//	field {name, equals|one_of}    (branches only) what the actor said in a field
//	round_complete                 e* rules, form, envelope and dates are there, the closing ahead
//	round_due                      e* the round's closing time has passed
//	stage_is {stages}              a* the case stands in one of these stages
//	once {action}                  a* the action has not been done in this case
//	done {action}                  a* the action has been done in this case
//	within_ceiling                 a* the award does not exceed the round's ceiling
//	any_of {guards}                   one of several guards holds
//
// Effects:
//
//	freeze_answers                 the answers of field "answers" become the case's next revision; title and
//	                               requested_fen follow
//	assign_reviewers               every reviewer granted on the round without a conflict is assigned
//	ask_cosigners                  the agencies competent for the topics are asked; clock "cosign" starts
//	declare / score / cosign       the actor's declaration, score or agency's opinion
//	cosign_lapse                   agencies past their deadline lapse, where the round says silence is no objection
//	propose                        the award from field "amount_fen", with its tranches by the round's rule
//	start_clock {name, period, action, label_zh, label_en} / stop_clock {name}
//	add_objection {clock, period, label_zh, label_en, source} takes an objection; the clock by which it is answered runs
//	                               for the oldest
//	confirm_objection              counts one that came on top of a day's share, or all such (field "objection")
//	resolve_objection              answers one in writing, or all (fields "objection", "upheld", "reason")
//	hold_award                     holds the proposed award in the envelope until it is decided
//	release_hold                   gives back what is held, as any outcome does by itself; the award is proposed no
//	                               longer
//	commit_award                   turns the hold into a commitment: posts the commitment on the envelope
//	release_commitment             posts what is outstanding and not under way back to the envelope
//	cancel_payment                 posts the tranche of a payment that will not be made back to the envelope
//	open_tranche {workflow}        opens the payment of the next tranche as a child
//	open_report {workflow, copy}   opens a report as a child, with amounts of the answers (copy) among its facts
//	open_case {workflow}           opens a case of another definition below this one: same organization, title, amount
//	                               asked
//	signal {action}                tells the parent
//	post_payment                   posts the payment of the parent's tranche
//	tranche_paid / report_accepted what a child told
//	tranche_cancelled              the payment of a tranche was called off
//	settle                         posts the unspent rest from field "returned_fen"
//	record {fields}                keeps fields as facts of the case
//	count {name}                   adds one to a counter
//	coached                        the actor coached the organization: neither scores nor decides on its other cases for
//	                               the round's look-back
//	store_state                    remembers the state for $stored
//	restart_review                 takes back scores and co-signatures, to be given again for what is submitted next
//	forget {facts, actions, counts} takes recorded facts back, lets "once" actions be done again, counts from nought
//	restart_desk {desk}            voids answers by the desk's restart rule
//	bind_attachments               binds the uploads named in field "attachments"
//	delete_draft                   deletes a draft that was never submitted: its answers, its files and its title
//	extend_clock {name, period}    gives a clock more time
//	pause_clock {name} / resume_clock {name} lets a clock stand still in whatever state, until it is let go on
//	emit {topic}                   names a topic of messages about the act; none are sent yet
//	issue {paper, voids, if, notice, sign_by, not_admitted} an official paper (notice, award, refusal, agreement,
//	                               minutes), numbered by
//	                               the store in the same write; earlier papers of the kinds "voids" hold no longer; only
//	                               where the field
//	                               "if" says yes. A notice runs as long as the clock "notice", and is public for these
//	                               days; a refusal
//	                               with not_admitted: true says that the application was not taken up (不予受理);
//	                               one that a desk signs is written out, and its hash is what the desk's answers name
//	void_papers {papers}           earlier papers of these kinds hold no longer; their numbers stay

// params hands a guard's or effect's parameters over and notices what nobody asked for.
type params struct {
	given map[string]any
	used  []string
	errs  []string
}

func (p *params) get(name string) (any, bool) {
	p.used = append(p.used, name)
	v, ok := p.given[name]
	return v, ok
}

func (p *params) fail(format string, args ...any) {
	p.errs = append(p.errs, fmt.Sprintf(format, args...))
}

func (p *params) text(name, otherwise string) string {
	v, ok := p.get(name)
	if !ok {
		return otherwise
	}
	s, ok := v.(string)
	if !ok {
		p.fail("%s must be a word", name)
	}
	return s
}

// flag is yes or no; no where it is not said.
func (p *params) flag(name string) bool {
	v, ok := p.get(name)
	if !ok {
		return false
	}
	b, ok := v.(bool)
	if !ok {
		p.fail("%s must be true or false", name)
	}
	return b
}

func (p *params) need(name string) string {
	s := p.text(name, "")
	if s == "" {
		p.fail("%s is missing", name)
	}
	return s
}

func (p *params) texts(name string) []string {
	v, ok := p.get(name)
	if !ok {
		return nil
	}
	list, ok := v.([]any)
	if !ok {
		p.fail("%s must be a list of words", name)
	}
	var out []string
	for _, x := range list {
		s, ok := x.(string)
		if !ok {
			p.fail("%s must be a list of words", name)
		}
		out = append(out, s)
	}
	return out
}

// stages reads a list of stages, at least one.
func (p *params) stages() []string {
	list := p.texts("stages")
	if len(list) == 0 {
		p.fail("stages are missing")
	}
	for _, s := range list {
		if !slices.Contains(Stages, Stage(s)) {
			p.fail("unknown stage %s", s)
		}
	}
	return list
}

func (p *params) number(name string, otherwise int64) ref {
	v, ok := p.get(name)
	if !ok {
		return ref{n: otherwise}
	}
	r, err := newRef(v)
	if err != nil {
		p.fail("%s: %v", name, err)
	}
	return r
}

// err is everything wrong, the unknown names included.
func (p *params) err() error {
	var unknown []string
	for k := range p.given {
		if !slices.Contains(p.used, k) {
			unknown = append(unknown, k)
		}
	}
	sort.Strings(unknown)
	for _, k := range unknown {
		p.fail("unknown parameter %s", k)
	}
	if len(p.errs) == 0 {
		return nil
	}
	return fmt.Errorf("%s", strings.Join(p.errs, ", "))
}

// ref is a number, or a reference to one.
type ref struct {
	n    int64
	path string
}

// factPath begins a reference to a number among the case's facts.
const factPath = "$fact."

// references are the numbers that definitions may name. limit says that 0 means "no limit".
var references = map[string]struct {
	of    func(*Facts) int64
	limit bool
}{
	"$case.requested_fen":   {of: func(f *Facts) int64 { return int64(f.Case.Requested) }},
	"$case.awarded_fen":     {of: func(f *Facts) int64 { return int64(f.Case.Awarded) }},
	"$case.paid_fen":        {of: func(f *Facts) int64 { return int64(f.Case.Paid) }},
	"$case.outstanding_fen": {of: func(f *Facts) int64 { return int64(f.Case.Outstanding()) }},
	"$case.unreturned_fen":  {of: func(f *Facts) int64 { return int64(f.Case.Paid - f.Case.Returned) }},
	"$parent.paid_fen": {of: func(f *Facts) int64 {
		if f.Parent == nil {
			return 0
		}
		return int64(f.Parent.Paid)
	}},
	"$round.min_reviews":       {of: func(f *Facts) int64 { return int64(f.rules().MinReviews) }},
	"$round.pass_points":       {of: func(f *Facts) int64 { return int64(f.rules().PassPoints) }},
	"$round.award_ceiling_fen": {of: func(f *Facts) int64 { return int64(f.rules().AwardCeiling) }, limit: true},
	"$round.max_awards":        {of: func(f *Facts) int64 { return int64(f.rules().MaxAwards) }, limit: true},
}

func newRef(v any) (ref, error) {
	switch v := v.(type) {
	case int:
		return ref{n: int64(v)}, nil
	case int64:
		return ref{n: v}, nil
	case uint64:
		return ref{n: int64(v)}, nil
	case float64:
		if v == float64(int64(v)) {
			return ref{n: int64(v)}, nil
		}
	case string:
		if _, ok := references[v]; ok || len(v) > len(factPath) && strings.HasPrefix(v, factPath) {
			return ref{path: v}, nil
		}
		return ref{}, fmt.Errorf("unknown reference %q", v)
	}
	return ref{}, fmt.Errorf("%v is no number and no reference", v)
}

func (r ref) value(f *Facts) int64 {
	if r.path == "" {
		return r.n
	}
	if name, ok := strings.CutPrefix(r.path, factPath); ok {
		n, _ := integer(f.Case.Data[name]) // 0 where the case does not know it
		return n
	}
	return references[r.path].of(f)
}

// unlimited reports whether the reference is a limit that is not set.
func (r ref) unlimited(f *Facts) bool {
	return r.path != "" && references[r.path].limit && r.value(f) == 0
}

func (r ref) String() string {
	if r.path != "" {
		return r.path
	}
	return fmt.Sprint(r.n)
}

// rules of the case's round; a case without one has no rules, so definitions that need some give fallbacks.
func (f *Facts) rules() *Rules {
	if f.Round == nil {
		return &Rules{}
	}
	return &f.Round.Rules
}

// span is a period in a definition: a literal, a round's rule, with a fallback, or the round's closing time.
type span struct {
	rule     string
	fallback calendar.Period
	closes   bool
}

var periods = map[string]func(*Rules) calendar.Period{
	"$round.notice_period":     func(r *Rules) calendar.Period { return r.NoticePeriod },
	"$round.correction_period": func(r *Rules) calendar.Period { return r.CorrectionPeriod },
	"$round.cosign_period":     func(r *Rules) calendar.Period { return r.CosignPeriod },
	"$round.sign_period":       func(r *Rules) calendar.Period { return r.SignPeriod },
	"$round.report_period":     func(r *Rules) calendar.Period { return r.ReportPeriod },
	"$round.objection_period":  func(r *Rules) calendar.Period { return r.ObjectionPeriod },
}

// newSpan reads "5wd", "$round.notice_period", "$round.sign_period or 15wd", "$round.closes".
func newSpan(s string) (span, error) {
	if s == "$round.closes" {
		return span{closes: true}, nil
	}
	rule, fallback, both := strings.Cut(s, " or ")
	if !strings.HasPrefix(s, "$") {
		rule, fallback, both = "", s, true
	}
	out := span{rule: rule}
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

// period is the span's length in a case; zero where the rule is not set and there is no fallback: then nothing runs.
func (s span) period(f *Facts) calendar.Period {
	if s.rule != "" && f.Round != nil {
		if p := periods[s.rule](&f.Round.Rules); !p.IsZero() {
			return p
		}
	}
	return s.fallback
}
