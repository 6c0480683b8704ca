package cases

import (
	"context"
	"fmt"

	"incubase/db/pg"
	"incubase/workflow"
)

// resultDocument selects a result x of a case k in the form of workflow.PastResult.
const resultDocument = `jsonb_build_object('case', x.case_id, 'ref', k.ref, 'workflow', k.workflow, 'name', x.name,
      'label', jsonb_build_object('zh', x.label_zh, 'en', x.label_en), 'value', x.value,
      'shown', jsonb_build_object('zh', x.shown_zh, 'en', x.shown_en), 'on', x.on_day, 'until', x.until_day)`

// Results reads the results of an organization, newest first.
func (d *Cases) Results(ctx context.Context, organization workflow.ID) ([]workflow.PastResult, error) {
	var rows []struct {
		Document []byte `db:"document"`
	}
	if err := d.Read.All(ctx, &rows, "result_list", organization); err != nil {
		return nil, fmt.Errorf("read the results of organization %s: %w", organization, err)
	}
	out := make([]workflow.PastResult, len(rows))
	for i := range rows {
		if err := pg.Decode(rows[i].Document, &out[i]); err != nil {
			return nil, fmt.Errorf("read a result of organization %s: %w", organization, err)
		}
	}
	return out, nil
}
