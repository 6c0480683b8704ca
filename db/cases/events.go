package cases

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"incubase/db/pg"
	"incubase/workflow"
)

type EventRow struct {
	Case              string         `db:"case_id"`
	Seq               int            `db:"seq"`
	Workflow          string         `db:"workflow"`
	DefinitionVersion int            `db:"definition_version"`
	Action            string         `db:"action"`
	From              workflow.State `db:"from_state"`
	To                workflow.State `db:"to_state"`
	Actor             string         `db:"actor_id"`
	ActorName         string         `db:"actor_name"`
	At                time.Time      `db:"at"`
	PayloadHash       []byte         `db:"payload_hash"`
	Previous          []byte         `db:"previous_hash"`
	Hash              []byte         `db:"hash"`
	Body              *string        `db:"body"`
	Erased            bool           `db:"erased"`
}

func (r *EventRow) Event() workflow.Event {
	return workflow.Event{Case: r.Case, Seq: r.Seq, Workflow: r.Workflow, DefinitionVersion: r.DefinitionVersion,
		Action: r.Action,
		From:   r.From, To: r.To, Actor: r.Actor, ActorName: r.ActorName, At: r.At.UTC(), Payload: pg.Str(r.Body),
		PayloadHash: pg.HashOf(r.PayloadHash), Previous: pg.HashOf(r.Previous), Hash: pg.HashOf(r.Hash), Erased: r.Erased}
}

// Events reads the events of a case, oldest first. The caller has loaded the case and so checked access.
func (d *Cases) Events(ctx context.Context, caseID workflow.ID) ([]workflow.Event, error) {
	var rows []EventRow
	if err := d.Read.All(ctx, &rows, "event_list", pg.IdOrNil(caseID)); err != nil {
		return nil, fmt.Errorf("read events of case %s: %w", caseID, err)
	}
	events := make([]workflow.Event, len(rows))
	for i := range rows {
		events[i] = rows[i].Event()
	}
	return events, nil
}

// Entered reads the event that led each case into its present state; see desk.Returns.
func (d *Cases) Entered(ctx context.Context, cases []workflow.ID) (map[workflow.ID]workflow.Event, error) {
	var rows []EventRow
	if err := d.Read.All(ctx, &rows, "event_entered", pq.Array(cases)); err != nil {
		return nil, fmt.Errorf("read how %d cases came to their states: %w", len(cases), err)
	}
	out := make(map[workflow.ID]workflow.Event, len(rows))
	for i := range rows {
		out[rows[i].Case] = rows[i].Event()
	}
	return out, nil
}
