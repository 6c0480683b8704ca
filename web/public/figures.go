package public

import (
	"context"
	"net/http"
	"time"

	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/region"
)

func (s *PublicPages) Statistics(v *ui.Visit) error {
	list, err := s.Figures(v, "", "", "")
	if err != nil {
		return err
	}
	rows, all := summed(list)
	return v.Show(http.StatusOK, figuresTitle, statisticsPage(rows, all))
}

// summed returns a row for each round, and the total.
func summed(list []workflow.Figure) (rows []ui.RoundFigures, all ui.RoundFigures) {
	all.Stages = map[workflow.Stage]ui.Tally{}
	for _, x := range list {
		if len(rows) == 0 || rows[len(rows)-1].RoundID != x.RoundID {
			rows = append(rows, ui.RoundFigures{RoundID: x.RoundID, Round: x.Round, Stages: map[workflow.Stage]ui.Tally{}})
		}
		rows[len(rows)-1].Add(x)
		all.Add(x)
	}
	return rows, all
}

func (s *PublicPages) Figures(v *ui.Visit, round workflow.ID, in region.Code, of string) ([]workflow.Figure, error) {
	key, now := round+"/"+string(in)+"/"+of, time.Now()
	k, known, due := s.Recent.Find(key, now)
	if known && now.Sub(k.At) < ui.FiguresAtMost {
		if due { // in the background: this reader gets the cached sum
			go s.SumAnew(context.WithoutCancel(v.Ctx), key, round, in, of)
		}
		return k.List, nil
	}
	list, err := s.Public.PublicFigures(v.Ctx, round, in, of)
	if err == nil {
		s.Recent.Keep(key, ui.KeptFigures{At: now, Asked: now, List: list})
	}
	return list, err
}

// SumAnew refreshes cached figures. After an error the old ones stay, with their age, and a later request retries.
func (s *PublicPages) SumAnew(ctx context.Context, key string, round workflow.ID, in region.Code, of string) {
	ctx, cancel := context.WithTimeout(ctx, ui.FiguresFor)
	defer cancel()
	begun := time.Now()
	list, err := s.Public.PublicFigures(ctx, round, in, of)
	if err != nil {
		s.Log.Warn("public figures stay as they were", "error", err)
		return
	}
	s.Recent.Keep(key, ui.KeptFigures{At: begun, Asked: begun, List: list})
}
