package machine

import (
	"slices"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/paper"
)

var paperEffects = []define.EffectDef{
	{Name: "issue", About: "issues an official paper, numbered by the store in the same write, and voids " +
		"earlier ones of the kinds that it names. A notice is public while its clock runs; a paper signed at " +
		"a desk is frozen, and the desk's answers name its hash",
		Params: define.ParamsOf("paper* voids if notice sign_by not_admitted"),
		Make: func(_ *define.Checker, p *workflow.Params) define.Effect {
			x := issue{kind: p.Need("paper"), voids: p.Texts("voids"), notice: p.Text("notice", ""),
				signBy:      p.Text("sign_by", ""),
				notAdmitted: p.Flag("not_admitted")}
			if (x.kind == paper.Notice) != (x.notice != "") {
				p.Fail("a paper of kind notice names its days, and no other does: give its clock as notice")
			}
			if x.notAdmitted && x.kind != paper.Refusal {
				p.Fail("not_admitted is said of a paper of kind refusal")
			}
			for _, k := range append([]string{x.kind}, x.voids...) {
				if k != "" && !slices.Contains(paper.Kinds, k) {
					p.Fail("unknown paper %s", k)
				}
			}
			field := p.Text("if", "")
			t := define.Traits{Keeps: define.Names{Papers: words{x.kind}}}
			for _, clock := range []string{x.notice, x.signBy} {
				if clock != "" {
					t.Reads.Clocks = append(t.Reads.Clocks, clock)
				}
			}
			if x.notice != "" {
				t.Keeps.Notices = words{x.notice}
			}
			return using(t, func(w *define.Work) {
				if field == "" || w.Yes(field) {
					w.Landed(func(w *define.Work) { writePaper(w, x) })
				}
			})
		}},
	{Name: "void_papers", About: "voids earlier papers of these kinds; their numbers stay",
		Params: define.ParamsOf("papers*"),
		Make: func(_ *define.Checker, p *workflow.Params) define.Effect {
			kinds := p.Texts("papers")
			if len(kinds) == 0 {
				p.Fail("papers are missing")
			}
			for _, k := range kinds {
				if !slices.Contains(paper.Kinds, k) {
					p.Fail("unknown paper %s", k)
				}
			}
			return define.Applying(func(w *define.Work) { w.Landed(func(w *define.Work) { voidPapers(w, kinds) }) })
		}},
}

// issue is a paper to write once the action has landed, so that it contains the clocks that the action starts.
type issue struct {
	kind   string
	voids  []string
	notice string // clock of the public notice
	signBy string // clock of the deadline for signing

	notAdmitted bool // a refusal: the application was not admitted
}

func writePaper(w *define.Work, x issue) {
	voidPapers(w, x.voids)
	p := newPaper(w, x)
	if p.Facts.Seats = w.Engine.Signers(x.kind); len(p.Facts.Seats) > 0 {
		p.Freeze()
		w.Record(define.TextFact(x.kind), p.Facts.Wording.SHA256())
	}
	w.D.Papers = append(w.D.Papers, p)
}

func voidPapers(w *define.Work, kinds []string) {
	for _, k := range kinds {
		w.D.Voids = append(w.D.Voids, workflow.Voiding{Kind: k, Seq: w.Next()})
		delete(w.C().Data, define.TextFact(k))
	}
}

func newPaper(w *define.Work, x issue) paper.Paper {
	c, kind := w.C(), x.kind
	return paper.Paper{ID: workflow.DeriveID(w.Now, c.ID, kind, string(w.Secret[:])), Case: c.ID, Kind: kind,
		Word: documentWord(w, kind), Year: w.Today().Year,
		Seq: w.Next(), At: w.Now, Facts: paperFacts(w, x)}
}

// documentWord is empty for an agreement: it is no official letter and has the case's reference.
func documentWord(w *define.Work, kind string) string {
	if kind == paper.Agreement {
		return ""
	}
	return w.Rules().DocumentWord
}

func paperFacts(w *define.Work, by issue) paper.Facts {
	c, rules := w.C(), w.Rules()
	x := paper.Facts{Issuer: w.AgencyName.ZH, Ref: c.Ref, Title: c.Title, Requested: c.Requested, Amount: c.Awarded,
		Contact: rules.Contact, Day: w.Today()}
	if o := w.Organization; o != nil {
		x.Organization, x.CreditCode = o.Name, o.CreditCode
	}
	if r := w.Round; r != nil {
		x.Round = r.Name
	}
	for _, a := range c.Assignments {
		if a.Scored && a.Live() {
			x.Reviews++
		}
	}
	for _, s := range c.Cosigns {
		if !slices.Contains(x.Cosigners, s.Name) {
			x.Cosigners = append(x.Cosigners, s.Name)
		}
	}
	if k := c.Clock(by.notice); k != nil {
		x.From, x.Until = k.Start, k.Due
	}
	switch by.kind {
	case paper.Award, paper.Agreement:
		if k := c.Clock(by.signBy); k != nil {
			x.SignBy = k.Due
		}
	case paper.Refusal:
		x.NotAdmitted, x.Reason = by.notAdmitted, w.Note
		if x.Reason == "" {
			x.Reason = w.Text("reason")
		}
	}
	define.FillPaper(c, by.kind, &x)
	return x
}
