package workflow_test

import (
	"encoding/json"
	"strings"
	"testing"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/money"
)

func TestMoreThanTheCeilingIsNotTaken(t *testing.T) {
	t.Parallel()
	schema := json.RawMessage(`{"type": "object", "properties": {"requested_fen": {"type": "integer"}}}`)
	for _, row := range []struct {
		name      string
		ceiling   int64
		requested string
		refused   bool
	}{
		{"200,000 on a ceiling of 50,000", 5_000_000, "20000000", true},
		{"the ceiling itself", 5_000_000, "5000000", false},
		{"no ceiling", 0, "20000000", false},
	} {
		_, faults := define.CheckAnswers(schema, workflow.Bounds{Ceiling: money.Fen(row.ceiling)},
			map[string]any{"requested_fen": json.Number(row.requested)})
		if row.refused != (len(faults) == 1 && faults[0].Field == "requested_fen" && strings.Contains(faults[0].Message.ZH,
			"50,000") &&
			strings.Contains(faults[0].Message.EN, "200,000")) || !row.refused && len(faults) > 0 {
			t.Errorf("%s: %v", row.name, faults)
		}
	}
}
