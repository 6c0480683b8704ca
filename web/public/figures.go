package public

import (
	"context"
	"net/http"
	"slices"
	"time"

	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/machine"
	"incubase/workflow/region"
)

func (s *PublicPages) Statistics(v *ui.Visit) error {
	list, err := s.Figures(v, "", "")
	if err != nil {
		return err
	}
	of := v.QueryParam("workflow")
	if machine.Check(&workflow.CaseQuery{Workflow: of}, s.Desk.Machines) != nil {
		return workflow.ErrNotFound
	}
	return v.Show(http.StatusOK, figuresTitle, statisticsPage(s.figuresOf(list, of)))
}

// statistics are the figures of one workflow, or of all.
type statistics struct {
	Workflow string // empty: all
	Wording  machine.Wording
	Kinds    []workflow.Counts // workflows that have awards, by title
	Rows     []ui.RoundFigures
	All      ui.RoundFigures
}

// Stages are those in which a case can have an award.
func (x *statistics) Stages() []workflow.Stage {
	return slices.DeleteFunc(slices.Clone(x.Wording.Stages), func(s workflow.Stage) bool { return s == workflow.Applied })
}

func (s *PublicPages) figuresOf(list []workflow.Figure, of string) (out statistics) {
	out.Workflow, out.Wording = of, machine.WordingOf(s.Desk.Machines, of)
	var chosen []workflow.Figure
	for _, x := range list {
		if !slices.ContainsFunc(out.Kinds, func(k workflow.Counts) bool { return k.Key == x.Workflow }) {
			out.Kinds = append(out.Kinds, workflow.Counts{Key: x.Workflow})
		}
		if of == "" || x.Workflow == of {
			chosen = append(chosen, x)
		}
	}
	out.Kinds = machine.Titled(workflow.BoardQuery{By: "workflow"}, out.Kinds, s.Desk.Machines)
	out.Rows, out.All = summed(chosen)
	return out
}

// summed returns a row for each round and workflow, and the total.
func summed(list []workflow.Figure) (rows []ui.RoundFigures, all ui.RoundFigures) {
	all.Stages = map[workflow.Stage]ui.Tally{}
	for _, x := range list {
		if last := len(rows) - 1; last < 0 || rows[last].RoundID != x.RoundID || rows[last].Workflow != x.Workflow {
			rows = append(rows, ui.RoundFigures{RoundID: x.RoundID, Round: x.Round, Workflow: x.Workflow,
				Stages: map[workflow.Stage]ui.Tally{}})
		}
		rows[len(rows)-1].Add(x)
		all.Add(x)
	}
	return rows, all
}

func (s *PublicPages) Figures(v *ui.Visit, round workflow.ID, in region.Code) ([]workflow.Figure, error) {
	key, now := round+"/"+string(in), time.Now()
	k, known, due := s.Recent.Find(key, now)
	if known && now.Sub(k.At) < ui.FiguresAtMost {
		if due { // in the background: this reader gets the cached sum
			go s.SumAnew(context.WithoutCancel(v.Ctx), key, round, in)
		}
		return k.List, nil
	}
	list, err := s.Public.PublicFigures(v.Ctx, round, in)
	if err == nil {
		s.Recent.Keep(key, ui.KeptFigures{At: now, Asked: now, List: list})
	}
	return list, err
}

// SumAnew refreshes cached figures. After an error the old ones stay, with their age, and a later request retries.
func (s *PublicPages) SumAnew(ctx context.Context, key string, round workflow.ID, in region.Code) {
	ctx, cancel := context.WithTimeout(ctx, ui.FiguresFor)
	defer cancel()
	begun := time.Now()
	list, err := s.Public.PublicFigures(ctx, round, in)
	if err != nil {
		s.Log.Warn("public figures stay as they were", "error", err)
		return
	}
	s.Recent.Keep(key, ui.KeptFigures{At: begun, Asked: begun, List: list})
}
