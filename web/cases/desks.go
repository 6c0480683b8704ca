package cases

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/text"
)

var (
	opinionsTitle = text.Text{ZH: "会签意见", EN: "Our co-signatures"}
	reviewsTitle  = text.Text{ZH: "我的评审", EN: "My reviews"}
)

// opinion is a case with an opinion, given or pending, of the reader's agency.
type opinion struct {
	ui.Row
	workflow.Cosign
}

// OurOpinions lists the cases on which the reader's agencies are asked, the latest change first.
func (s *CasePages) OurOpinions(v *ui.Visit) error {
	if !v.Frame.Actor.Has(workflow.RoleCosigner) {
		return workflow.ErrNotFound
	}
	items, next, err := s.Rows(v, workflow.CaseQuery{Asked: true, Cursor: v.QueryParam("cursor"), Limit: 30})
	if err != nil {
		return err
	}
	ours := v.Frame.Actor.Agencies()
	var out []opinion
	for _, r := range items {
		for _, c := range r.Case.Cosigns {
			if slices.Contains(ours, c.Agency) {
				out = append(out, opinion{Row: r, Cosign: c})
			}
		}
	}
	return v.Show(http.StatusOK, opinionsTitle, opinionsPage(out, v.QueryParams(), next))
}

func answerPath(ref, action, field, value string) string {
	return "/cases/" + ref + "/do/" + action + "?" + url.Values{"f." + field: {value}}.Encode()
}

// became describes the case's present state to those who gave an opinion.
func became(ctx context.Context, r *ui.Row) string {
	out := ui.Say(ctx, r.StateLabel)
	if r.Case.Committed > 0 {
		out += ui.Say(ctx, sayAwardedSum) + ui.AmountOf(ctx, &r.Case, r.Case.Committed)
	}
	return out
}

// Progress counts a reviewer's cases; Over reports that there are more.
type Progress struct {
	All, Undeclared, Open, Scored int
	Over                          bool
	Items                         []review
}

type review struct {
	ui.Row
	workflow.Assignment
}

// ReviewsOf reads the cases assigned to the reader, open ones first, by deadline.
func (s *CasePages) ReviewsOf(v *ui.Visit) (*Progress, error) {
	items, next, err := s.Rows(v, workflow.CaseQuery{Assigned: true, Sort: "due", Limit: 200})
	if err != nil {
		return nil, err
	}
	p := &Progress{Over: next != ""}
	for _, r := range items {
		i := slices.IndexFunc(r.Case.Assignments, func(a workflow.Assignment) bool { return a.User == v.Frame.Actor.ID })
		if i < 0 {
			continue
		}
		x := review{Row: r, Assignment: r.Case.Assignments[i]}
		p.Items = append(p.Items, x)
		p.All++
		switch {
		case x.Scored:
			p.Scored++
		case len(x.Next) == 0: // the reader has nothing left to do
		case !x.Declared:
			p.Undeclared++
		default:
			p.Open++
		}
	}
	slices.SortStableFunc(p.Items, func(a, b review) int { return a.rank() - b.rank() })
	return p, nil
}

// rank puts open reviews first.
func (x *review) rank() int {
	if !x.Scored && len(x.Next) > 0 {
		return 0
	}
	return 1
}

func (x *review) stands(ctx context.Context) string {
	switch {
	case x.Scored:
		return ui.Say(ctx, sayMyScore) + ui.Points(x.Points)
	case len(x.Next) == 0:
		return ui.Say(ctx, sayNotScoredNoLonger)
	case !x.Declared:
		return ui.Say(ctx, sayDeclareYourInterestsFirst)
	}
	return ui.Say(ctx, sayToBeScored)
}

func (p *Progress) Told(ctx context.Context) string {
	more := ""
	if p.Over {
		more = ui.Say(ctx, sayOrMore)
	}
	return ui.Say(ctx, sayGivenToYouScored, p.All, more, p.Scored, p.Open, p.Undeclared)
}

// alikeFrom is the number of scores from which similarity is worth a hint.
const alikeFrom = 5

// alike reports whether all of the reader's scores lie within two points.
func (p *Progress) alike() bool {
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

func (s *CasePages) Reviews(v *ui.Visit) error {
	if !v.Frame.Actor.Has(workflow.RoleReviewer) {
		return workflow.ErrNotFound
	}
	p, err := s.ReviewsOf(v)
	if err != nil {
		return err
	}
	return v.Show(http.StatusOK, reviewsTitle, reviewsPage(p))
}
