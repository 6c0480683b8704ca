package edge_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/text"
)

func TestAnErrorAnswerIsBounded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("长<", 300_000)
	invalid, refused := &workflow.Invalid{More: 7}, &workflow.Refused{Action: "admit"}
	for i := range 5000 {
		invalid.Fields = append(invalid.Fields, workflow.FieldError{Field: fmt.Sprint("fields.", i, long[:9000]),
			Message: text.Text{ZH: long[:9000], EN: long[:9000]}})
		refused.Refusals = append(refused.Refusals, workflow.Refusal{Rule: "rule", Message: text.Text{ZH: long[:900],
			EN: long[:900]}})
	}
	rows := map[string]error{
		"many faults with long names": invalid, "many refusals": refused, "a long name": &edge.Malformed{Field: long,
			Message: text.Text{ZH: "没有这一项", EN: "no such item"}},
		"a long word":               &edge.Malformed{Message: text.Text{ZH: long, EN: long}},
		"an act with a long name":   &workflow.NotOffered{Action: long},
		"many short faults":         &workflow.Invalid{Fields: make([]workflow.FieldError, 5000)},
		"an answer that is bounded": edge.From(t.Context(), invalid),
	}
	for name, err := range rows {
		w := httptest.NewRecorder()
		edge.Write(w, edge.From(t.Context(), err))
		var p edge.Problem
		if json.Unmarshal(w.Body.Bytes(), &p) != nil || w.Body.Len() > edge.MaxProblem || len(p.Errors) > edge.MaxFaults ||
			strings.Contains(w.Body.String(), long[:3000]) {
			t.Errorf("%s: %d bytes, %d faults", name, w.Body.Len(), len(p.Errors))
		}
		for _, f := range p.Errors {
			if len([]rune(f.Field)) > 201 || len([]rune(f.Message)) > 501 {
				t.Errorf("%s: a place of %d characters, words of %d", name, len([]rune(f.Field)), len([]rune(f.Message)))
			}
		}
		if err == error(invalid) && len(p.Errors)+p.More != 5007 {
			t.Errorf("%s: %d faults and %d more, of 5007", name, len(p.Errors), p.More)
		}
	}
}
