package cases

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/desk"
	"incubase/workflow/machine"
	"incubase/workflow/text"
)

var actsTitle = text.Text{ZH: "办理记录", EN: "Who did what"}

type actList struct {
	Rows    []workflow.Act
	Query   url.Values // with the default period filled in
	Faults  map[string]string
	Next    string
	Actions []ui.Option
}

const actRows = 50

// ActsPage shows auditors the actions across cases, by person, action and period.
func (s *CasePages) ActsPage(v *ui.Visit) error {
	given := v.QueryParams()
	p := &actList{Query: url.Values{}, Faults: map[string]string{}, Actions: s.actionNames()}
	q := workflow.ActQuery{Who: given.Get("who"), Action: given.Get("action"), Cursor: given.Get("cursor"), Limit: actRows}
	for name, day := range map[string]*calendar.Date{"since": &q.Since, "until": &q.Until} {
		if said := given.Get(name); said != "" {
			d, err := calendar.ReadDate(said)
			if err != nil {
				p.Faults[name] = text.Text{ZH: "请填日期，如 2026-11-23", EN: "write a day, such as 2026-11-23"}.In(v.Frame.Lang)
			}
			*day = d
		}
	}
	var err error
	p.Rows, p.Next, err = s.Desk.Acts(v.Ctx, *v.Frame.Actor, &q, s.Acts)
	var invalid *workflow.Invalid
	if errors.As(err, &invalid) {
		for _, f := range invalid.Fields {
			if p.Faults[f.Field] == "" {
				p.Faults[f.Field] = f.Message.In(v.Frame.Lang)
			}
		}
	} else if err != nil {
		return err
	}
	for name, said := range map[string]string{"who": q.Who, "action": q.Action, "since": q.Since.String(),
		"until": q.Until.String()} {
		if given.Get(name) != "" {
			said = given.Get(name)
		}
		p.Query.Set(name, said)
	}
	status := http.StatusOK
	if len(p.Faults) > 0 {
		p.Rows, p.Next, status = nil, "", http.StatusUnprocessableEntity
	}
	return v.Show(status, actsTitle, actsPage(p))
}

// actionNames returns the actions of all definitions, labelled by the first that has each.
func (s *CasePages) actionNames() []ui.Option {
	out := []ui.Option{{Value: workflow.CreateAction, Label: workflow.CreateLabel},
		{Value: machine.EraseAction, Label: desk.EraseLabel}}
	s.Desk.Machines.Each(func(m *machine.Machine) {
		for _, a := range m.Definition().Actions {
			if !slices.ContainsFunc(out, func(o ui.Option) bool { return o.Value == a.Name }) {
				out = append(out, ui.Option{Value: a.Name, Label: a.Label})
			}
		}
	})
	slices.SortFunc(out, func(a, b ui.Option) int { return strings.Compare(a.Value, b.Value) })
	return out
}

func (p *actList) earlier() string { return "/acts?" + Following(p.Query, p.Next) }
