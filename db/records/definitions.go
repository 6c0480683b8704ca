package records

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/lib/pq"

	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/machine"
	"incubase/workflow/registry"
	"incubase/workflow/vet"
)

// ErrDefinitionChanged refuses a stored version with other content: cases use it, so a change needs a new version.
var ErrDefinitionChanged = errors.New("this version of the definition exists with other content")

type stateDoc struct {
	State   workflow.State `json:"state"`
	Stage   string         `json:"stage"`
	Outcome string         `json:"outcome"`
}

type edgeDoc struct {
	Action string         `json:"action"`
	From   workflow.State `json:"from_state"`
	To     workflow.State `json:"to_state"`
}

// Define stores definitions with the states and edges that foreign keys refer to. It skips those already stored and
// returns ErrDefinitionChanged for other content under the same version. Servers may run it concurrently.
func (d *Records) Define(ctx context.Context, machines ...*machine.Machine) error {
	unknown, err := d.undefined(ctx, machines)
	if err != nil || len(unknown) == 0 {
		return err
	}
	return d.storeDefinition(ctx, unknown, "", func(*pg.Tx) error { return nil })
}

// undefined returns the machines not stored with this content; at nearly every start there are none.
func (d *Records) undefined(ctx context.Context, machines []*machine.Machine) (unknown []*machine.Machine, err error) {
	var rows []struct {
		Name    string
		Version int
		Hash    []byte
	}
	if err := d.Read.All(ctx, &rows, "definition_hashes"); err != nil {
		return nil, fmt.Errorf("read which definitions there are: %w", err)
	}
	there := map[string]workflow.Hash{}
	for _, r := range rows {
		there[fmt.Sprint(r.Name, "/", r.Version)] = pg.HashOf(r.Hash)
	}
	for _, m := range machines {
		def := m.Definition()
		_, hash, err := content(def)
		if err != nil {
			return nil, err
		}
		if there[fmt.Sprint(def.Name, "/", def.Version)] != hash {
			unknown = append(unknown, m)
		}
	}
	return unknown, nil
}

func content(def define.Definition) (body []byte, hash workflow.Hash, err error) {
	body, err = json.Marshal(def)
	return body, sha256.Sum256(body), err
}

// DefineBy is Define for a definition that a user loads: it waits for another user's approval. Its audit row is
// written in the same transaction.
func (d *Records) DefineBy(ctx context.Context, actor workflow.ID, m *machine.Machine) error {
	def := m.Definition()
	return d.storeDefinition(ctx, []*machine.Machine{m}, actor, func(t *pg.Tx) error {
		return t.Run("audit_put", "workflow_loaded", pg.IdOrNil(actor), fmt.Sprintf("%s %d", def.Name, def.Version), "",
			true,
			"")
	})
}

func (d *Records) storeDefinition(ctx context.Context, machines []*machine.Machine, loader workflow.ID,
	then func(*pg.Tx) error) error {
	return d.Logged(ctx, "", "", func(t *pg.Tx) error {
		var locked bool
		if err := t.Row("definition_lock", nil, &locked); err != nil {
			return err
		}
		for _, m := range machines {
			if err := storeDefinition(t, m, loader); err != nil {
				return fmt.Errorf("define %s version %d: %w", m.Definition().Name, m.Definition().Version, err)
			}
		}
		return then(t)
	})
}

func storeDefinition(t *pg.Tx, m *machine.Machine, loader workflow.ID) error {
	def := m.Definition()
	body, hash, err := content(def)
	if err != nil {
		return err
	}
	var states []stateDoc
	for _, s := range def.States {
		states = append(states, stateDoc{s.Name, s.Stage, s.Outcome})
	}
	var edges []edgeDoc
	for _, e := range m.Edges() {
		edges = append(edges, edgeDoc{e.Action, e.From, e.To})
	}
	for _, s := range def.States { // an erasure leads from each state to itself
		edges = append(edges, edgeDoc{machine.EraseAction, s.Name, s.Name})
	}
	parts, err := json.Marshal(map[string]any{"states": states, "edges": edges})
	if err != nil {
		return err
	}
	var stored []byte
	if err := t.Row("definition_put", []any{def.Name, def.Version, def.Prefix, hash[:], string(body),
		cmp.Or(loader, workflow.SystemID), loader == ""}, &stored); err != nil {
		return err
	}
	if pg.HashOf(stored) != hash {
		return ErrDefinitionChanged
	}
	if err := t.Run("definition_parts", def.Name, def.Version, string(parts)); err != nil {
		return err
	}
	said, err := json.Marshal(registry.RecordBody{Record: pg.Columns{"name": def.Name, "version": def.Version,
		"hash": hash}})
	if err != nil {
		return err
	}
	return t.Run("definition_log", def.Name, def.Version, cmp.Or(loader, workflow.SystemID), string(said))
}

// StoredDefinition is a stored version; Definition may be nil, see Definitions.
type StoredDefinition struct {
	Name       string
	Version    int
	Definition *define.Definition
	Standing   vet.DefinitionStanding
}

// Definitions returns all definitions with their standing, and their content unless known ("grant/1").
func (d *Records) Definitions(ctx context.Context, known ...string) ([]StoredDefinition, error) {
	var rows []struct {
		Name        string
		Version     int
		Body        []byte
		Status      vet.DefinitionStatus
		Loader      workflow.ID `db:"loaded_by_id"`
		By          workflow.ID `db:"stood_by_id"`
		Loaded      time.Time   `db:"loaded_at"`
		Approved    *time.Time  `db:"approved_at"`
		Withdrawn   *time.Time  `db:"withdrawn_at"`
		LoadedBy    string      `db:"loaded_by"`
		ApprovedBy  string      `db:"approved_by"`
		WithdrawnBy string      `db:"withdrawn_by"`
	}
	if err := d.Read.All(ctx, &rows, "definition_list", pq.Array(append([]string{}, known...))); err != nil {
		return nil, fmt.Errorf("read definitions: %w", err)
	}
	out := make([]StoredDefinition, len(rows))
	for i, r := range rows {
		out[i] = StoredDefinition{Name: r.Name, Version: r.Version,
			Standing: vet.DefinitionStanding{Status: r.Status, Loader: r.Loader, By: r.By, Loaded: &r.Loaded,
				LoadedBy: r.LoadedBy, ApprovedBy: r.ApprovedBy, Approved: r.Approved, WithdrawnBy: r.WithdrawnBy,
				Withdrawn: r.Withdrawn}}
		if r.Body == nil {
			continue
		}
		out[i].Definition = &define.Definition{}
		if err := json.Unmarshal(r.Body, out[i].Definition); err != nil {
			return nil, fmt.Errorf("read a definition: %w", err)
		}
	}
	return out, nil
}

// StandDefinition approves or withdraws a version. The caller checks the actor's rights; ErrMoved if it already
// stands so or its loader approves it.
func (d *Records) StandDefinition(ctx context.Context, actor workflow.ID, name string, version int,
	to vet.DefinitionStatus, note string) error {
	var n int64
	err := d.Logged(ctx, workflow.KindWorkflow, fmt.Sprintf("%s.%d", name, version), func(t *pg.Tx) error {
		return t.Row("definition_stand", []any{name, version, string(to), actor, note}, &n)
	})
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return workflow.ErrMoved
	case err != nil:
		return fmt.Errorf("change how %s version %d stands: %w", name, version, err)
	}
	return nil
}
