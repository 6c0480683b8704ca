package cases

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/text"
)

// inTurn is a run: waiting cases one after another with the same action, such as a round's document check.
type inTurn struct {
	Workflow, Action string
	Left             int      // with this one
	Passed           []string // references skipped
}

const turnPath = "/next/"

func (t *inTurn) Path() string {
	to := turnPath + url.PathEscape(t.Workflow) + "/" + url.PathEscape(t.Action)
	if len(t.Passed) > 0 {
		to += "?" + url.Values{"passed": {strings.Join(t.Passed, ",")}}.Encode()
	}
	return to
}

// without returns the run's address with one more case skipped.
func (t *inTurn) without(ref string) string {
	x := inTurn{Workflow: t.Workflow, Action: t.Action, Passed: append(slices.Clone(t.Passed), ref)}
	return x.Path()
}

// turnOf reads a run from its address, or returns nil.
func turnOf(path string) *inTurn {
	u, err := url.Parse(ui.Local(path))
	if err != nil {
		return nil
	}
	rest, ok := strings.CutPrefix(u.Path, turnPath)
	kind, action, both := strings.Cut(rest, "/")
	if !ok || !both || action == "" || strings.Contains(action, "/") {
		return nil
	}
	t := &inTurn{Workflow: kind, Action: action}
	if s := u.Query().Get("passed"); s != "" {
		t.Passed = strings.Split(s, ",")
	}
	return t
}

// GoOn opens the most urgent waiting case that allows the action; after the last, the reader's other work.
func (s *CasePages) GoOn(v *ui.Visit) error {
	t := turnOf(v.Frame.Here)
	if t == nil {
		return workflow.ErrNotFound
	}
	waiting, _, err := s.Rows(v, workflow.CaseQuery{Workflow: t.Workflow, Waiting: true, Sort: "due", Limit: 200})
	if err != nil {
		return err
	}
	var open []ui.Row
	for _, r := range waiting {
		if !slices.Contains(t.Passed, r.Case.Ref) &&
			slices.ContainsFunc(r.Next, func(o workflow.Offer) bool { return o.Name == t.Action }) {
			open = append(open, r)
		}
	}
	if len(open) == 0 {
		return v.Onward("/", "through")
	}
	q := url.Values{"_back": {t.Path()}, "left": {strconv.Itoa(len(open))}}
	return v.Redirect(http.StatusSeeOther, "/cases/"+url.PathEscape(open[0].Case.Ref)+"/do/"+url.PathEscape(t.Action)+"?"+
		q.Encode())
}

// Run is an action with the number of waiting cases.
type Run struct {
	inTurn
	Label text.Text
	Count int
}

// Told labels the run; more reports that the list goes on.
func (x *Run) Told(ctx context.Context, more bool) string {
	if more {
		return ui.Say(ctx, x.Label) + ui.Say(ctx, sayOrMoreInBrackets, x.Count)
	}
	return ui.Say(ctx, x.Label) + ui.Say(ctx, sayCasesInBrackets, x.Count)
}

// Runs returns the actions with at least two waiting cases.
func Runs(waiting []ui.Row) (out []Run) {
	for _, r := range waiting {
		if len(r.Next) == 0 {
			continue
		}
		o := r.Next[0]
		i := slices.IndexFunc(out, func(x Run) bool { return x.Workflow == r.Case.Workflow && x.Action == o.Name })
		if i < 0 {
			i = len(out)
			out = append(out, Run{inTurn: inTurn{Workflow: r.Case.Workflow, Action: o.Name}, Label: o.Label})
		}
		out[i].Count++
	}
	return slices.DeleteFunc(out, func(x Run) bool { return x.Count < 2 })
}

func (d *actPage) others() []workflow.Offer {
	return slices.DeleteFunc(slices.Clone(d.Offers), func(o workflow.Offer) bool {
		return o.Name == d.Offer.Name ||
			!o.Allowed()
	})
}

func (d *actPage) beside(action string) string {
	return "/cases/" + url.PathEscape(d.Case.Ref) + "/do/" + url.PathEscape(action) + "?" +
		url.Values{"_back": {d.Turn.Path()}, "left": {strconv.Itoa(d.Turn.Left)}}.Encode()
}
