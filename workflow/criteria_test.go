package workflow_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"incubase/workflow"
	"incubase/workflow/desk"
)

func TestScoresGoByTheRoundsCriteria(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("grant", 0)
	s := play(t, m,
		"certifier submit\nchecker admit\nreviewer1 declare conflict=false\nreviewer2 declare conflict=false\nreviewer2 "+
			"score points=7000")
	f := s.Facts("reviewer1")
	round := *f.Round
	round.Rules.Criteria = []workflow.Criterion{{Code: "need", Name: workflow.Text{ZH: "需求", EN: "Need"},
		Guide: workflow.Text{ZH: "服务谁", EN: "Whom"}, Weight: 33},
		{Code: "rest", Name: workflow.Text{ZH: "其他", EN: "The rest"}, Weight: 67}}
	f.Round = &round
	var asked []string
	for _, o := range m.Offers(f) {
		for _, x := range o.Fields {
			if o.Name == "score" {
				asked = append(asked, x.Name+" "+x.Hint.EN)
			}
		}
	}
	if got := strings.Join(asked,
		"; "); got != "points_need 33 % of the whole. Whom; points_rest 67 % of the whole; comment " {
		t.Errorf("asked: %s", got)
	}
	score := func(said fields) (workflow.Decision, error) {
		return m.Decide(context.Background(), f, workflow.Command{Action: "score", Fields: said})
	}
	d, err := score(fields{"points_need": json.Number("8550"), "points_rest": json.Number("7001")})
	if err != nil {
		t.Fatal(err)
	}
	a := d.Case.Assignments[0]
	if a.Points != 7512 || len(a.Criteria) != 2 || a.Criteria[0].Points != 8550 || a.Criteria[1].Weight != 67 { // 75.1217
		t.Errorf("scored: %+v", a)
	}
	for field, said := range map[string]fields{
		"fields.points_rest": {"points_need": json.Number("8550")},
		"fields.points_need": {"points_need": json.Number("10001"), "points_rest": json.Number("1")},
		"fields.points": {"points_need": json.Number("1"), "points_rest": json.Number("1"),
			"points": json.Number("9999")},
	} {
		_, err := score(said)
		var invalid *workflow.Invalid
		if !errors.As(err, &invalid) || len(invalid.Fields) != 1 || invalid.Fields[0].Field != field {
			t.Errorf("%v: %v", said, err)
		}
	}
	for _, open := range []bool{false, true} {
		round.Rules.OpenScores = open
		v := desk.Show(m, workflow.Loaded{Facts: f})
		if sees := len(v.Case.Assignments) > 1 && strings.Contains(asJSON(t, v.Case.Assignments), "7000"); sees != open {
			t.Errorf("open scores %t: %+v", open, v.Case.Assignments)
		}
		if strings.Contains(asJSON(t, v.Case.Assignments), "reviewer2") {
			t.Error("a reviewer learns the name of another")
		}
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
