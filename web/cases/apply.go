package cases

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/text"
)

func (s *CasePages) Announced(v *ui.Visit, onlyOpen bool) ([]ui.Call, error) {
	rounds, err := s.Announcements.PublicRounds(v.Ctx)
	if err != nil {
		return nil, err
	}
	var out []ui.Call
	for i := range rounds {
		r := s.Registry.Labelled(&rounds[i])
		open := r.State == "open" && (r.Closes == nil || v.Frame.Now.Before(*r.Closes))
		if onlyOpen && !open {
			continue
		}
		place, err := s.PlacePath(v.Ctx, r.Region)
		if err != nil && !errors.Is(err, workflow.ErrNotFound) {
			return nil, err
		}
		out = append(out, ui.Call{RoundRecord: *r, Place: place, Open: open})
	}
	return out, nil
}

var callsTitle = text.Text{ZH: "正在受理", EN: "Open calls"}

func (s *CasePages) Calls(v *ui.Visit) error {
	open, err := s.Announced(v, true)
	if err != nil {
		return err
	}
	return v.Show(http.StatusOK, callsTitle, callsPage(open))
}

// Call shows a round's rules and its self-check. It stores nothing.
func (s *CasePages) Call(v *ui.Visit) error {
	all, err := s.Announced(v, false)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, Named(v.Param("id")))
	if i < 0 {
		return workflow.ErrNotFound
	}
	return v.Show(http.StatusOK, all[i].Name, callPage(&all[i], selfCheck(all[i].Form, v.QueryParams())))
}

func Named(round string) func(ui.Call) bool {
	return func(c ui.Call) bool { return c.ID == round || c.Ref == round }
}

// check is a question of the self-check, for readers without a sign-in.
type check struct {
	Name     string
	Question text.Text
	Answer   string    // yes, no, ""
	Remedy   text.Text // if the answer is no
}

// selfCheck returns the x-self-check of a round's form with the reader's answers.
func selfCheck(form json.RawMessage, q url.Values) []check {
	var asks struct {
		Check []ui.Property `json:"x-self-check"`
	}
	_ = json.Unmarshal(form, &asks) // a round without a form has none
	var list []check
	for i, p := range asks.Check {
		c := check{Name: fmt.Sprintf("check%d", i+1), Question: text.Text{ZH: p.Title, EN: p.TitleEN},
			Remedy: text.Text{ZH: p.Hint, EN: p.HintEN}}
		if a := q.Get(c.Name); a == "yes" || a == "no" {
			c.Answer = a
		}
		list = append(list, c)
	}
	return list
}
