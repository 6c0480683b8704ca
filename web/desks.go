package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"incubase/workflow"
	"incubase/workflow/text"
)

var (
	opinionsTitle = text.Text{ZH: "会签意见", EN: "Our co-signatures"}
	reviewsTitle  = text.Text{ZH: "我的评审", EN: "My reviews"}
)

// opinion is what the reader's agency said of a case, or has still to say.
type opinion struct {
	row
	workflow.Cosign
}

// ourOpinions are the cases on which an agency of the reader's was asked, the ones that moved last first: what it said,
// and what became of them.
func (s *site) ourOpinions(v *visit) error {
	if !v.frame.Actor.Has(workflow.RoleCosigner) {
		return workflow.ErrNotFound
	}
	items, next, err := s.rows(v, workflow.CaseQuery{Asked: true, Cursor: v.QueryParam("cursor"), Limit: 30})
	if err != nil {
		return err
	}
	ours := v.frame.Actor.Agencies()
	var out []opinion
	for _, r := range items {
		for _, c := range r.Case.Cosigns {
			if slices.Contains(ours, c.Agency) {
				out = append(out, opinion{r, c})
			}
		}
	}
	return v.show(http.StatusOK, opinionsTitle, opinionsPage(out, v.QueryParams(), next))
}

// became is how a case stands now, for who spoke on it before.
func became(ctx context.Context, r *row) string {
	out := words(ctx, r.StateLabel)
	if r.Case.Committed > 0 {
		out += say(ctx, "，立项 ", ", awarded ") + amountOf(ctx, &r.Case, r.Case.Committed)
	}
	return out
}

// progress counts a reviewer's cases. Over is more than were counted.
type progress struct {
	All, Undeclared, Open, Scored int
	Over                          bool
	Items                         []review
}

// review is a case with the reader's own part in it.
type review struct {
	row
	workflow.Assignment
}

// reviewsOf reads the cases assigned to the reader, open ones first, each by its deadline.
func (s *site) reviewsOf(v *visit) (*progress, error) {
	items, next, err := s.rows(v, workflow.CaseQuery{Assigned: true, Sort: "due", Limit: 200})
	if err != nil {
		return nil, err
	}
	p := &progress{Over: next != ""}
	for _, r := range items {
		i := slices.IndexFunc(r.Case.Assignments, func(a workflow.Assignment) bool { return a.User == v.frame.Actor.ID })
		if i < 0 {
			continue
		}
		x := review{r, r.Case.Assignments[i]}
		p.Items = append(p.Items, x)
		p.All++
		switch {
		case x.Scored:
			p.Scored++
		case len(x.Next) == 0: // nothing is asked of the reader any more
		case !x.Declared:
			p.Undeclared++
		default:
			p.Open++
		}
	}
	slices.SortStableFunc(p.Items, func(a, b review) int { return a.rank() - b.rank() })
	return p, nil
}

// rank puts what is to be done before what is done.
func (x *review) rank() int {
	if !x.Scored && len(x.Next) > 0 {
		return 0
	}
	return 1
}

// stands says in words where the reader's review stands.
func (x *review) stands(ctx context.Context) string {
	switch {
	case x.Scored:
		return say(ctx, "我的评分：", "My score: ") + points(x.Points)
	case len(x.Next) == 0:
		return say(ctx, "没有评分，已不再需要", "not scored; no longer asked")
	case !x.Declared:
		return say(ctx, "请先声明有无利害关系", "declare your interests first")
	}
	return say(ctx, "待评分", "to be scored")
}

// told says the progress in one sentence.
func (p *progress) told(ctx context.Context) string {
	more := ""
	if p.Over {
		more = say(ctx, "以上", " or more")
	}
	return say(ctx, fmt.Sprintf("分给您 %d 件%s：已评 %d 件，待评分 %d 件，待声明 %d 件。", p.All, more, p.Scored, p.Open, p.Undeclared),
		fmt.Sprintf("%d%s given to you: %d scored, %d to be scored, %d to be declared.", p.All, more, p.Scored, p.Open,
			p.Undeclared))
}

// alikeFrom is how many scores it takes before their likeness says something.
const alikeFrom = 5

// alike reports whether the reader's scores hardly differ: all of them within two points.
func (p *progress) alike() bool {
	n, least, most := 0, 0, 0
	for _, x := range p.Items {
		if !x.Scored {
			continue
		}
		if n == 0 {
			least, most = x.Points, x.Points
		}
		n, least, most = n+1, min(least, x.Points), max(most, x.Points)
	}
	return n >= alikeFrom && most-least <= 200
}

func (s *site) reviews(v *visit) error {
	if !v.frame.Actor.Has(workflow.RoleReviewer) {
		return workflow.ErrNotFound
	}
	p, err := s.reviewsOf(v)
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, reviewsTitle, reviewsPage(p))
}

// tap is an answer that a list offers as one press.
type tap struct {
	workflow.Offer
	Field  string
	Answer workflow.Choice
	Others []workflow.Choice
	Key    string
}

// taps of a case: the definition says which answer may be given so.
func (r *row) taps(key func() string) (out []tap) {
	for _, o := range r.Next {
		for _, f := range o.Fields {
			if f.Tap == "" {
				continue
			}
			x := tap{Offer: o, Field: f.Name, Key: key()}
			for _, c := range f.Choices {
				if c.Value == f.Tap {
					x.Answer = c
				} else {
					x.Others = append(x.Others, c)
				}
			}
			out = append(out, x)
		}
	}
	return out
}
