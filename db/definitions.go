package db

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

	"incubase/workflow"
)

// ErrDefinitionChanged is a definition whose version is already there with other content. Cases live under it: a change
// needs a new version.
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

// Define writes definitions with their states and edges, so that foreign keys know them. It does nothing for those that
// are there, and refuses the same version with other content. Several servers may do it at once.
func (d *DB) Define(ctx context.Context, machines ...*workflow.Machine) error {
	unknown, err := d.undefined(ctx, machines)
	if err != nil || len(unknown) == 0 {
		return err
	}
	return d.define(ctx, unknown, "", func(*txn) error { return nil })
}

// undefined are those that are not there with this very content: at nearly every start there are none.
func (d *DB) undefined(ctx context.Context, machines []*workflow.Machine) (unknown []*workflow.Machine, err error) {
	var rows []struct {
		Name    string
		Version int
		Hash    []byte
	}
	if err := d.read.all(ctx, &rows, "definition_hashes"); err != nil {
		return nil, fmt.Errorf("read which definitions there are: %w", err)
	}
	there := map[string]workflow.Hash{}
	for _, r := range rows {
		there[fmt.Sprint(r.Name, "/", r.Version)] = hashOf(r.Hash)
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

// content is a definition as it is stored, and the hash of that.
func content(def workflow.Definition) (body []byte, hash workflow.Hash, err error) {
	body, err = json.Marshal(def)
	return body, sha256.Sum256(body), err
}

// DefineBy is Define for a definition that a person loads: it waits for another's approval. The row of the audit trail
// is written with it or not at all.
func (d *DB) DefineBy(ctx context.Context, actor workflow.ID, m *workflow.Machine) error {
	def := m.Definition()
	return d.define(ctx, []*workflow.Machine{m}, actor, func(t *txn) error {
		return t.exec("audit_put", "workflow_loaded", idOrNil(actor), fmt.Sprintf("%s %d", def.Name, def.Version), "", true,
			"")
	})
}

func (d *DB) define(ctx context.Context, machines []*workflow.Machine, loader workflow.ID,
	then func(*txn) error) error {
	return d.logged(ctx, "", "", func(t *txn) error {
		var locked bool
		if err := t.row("definition_lock", nil, &locked); err != nil {
			return err
		}
		for _, m := range machines {
			if err := define(t, m, loader); err != nil {
				return fmt.Errorf("define %s version %d: %w", m.Definition().Name, m.Definition().Version, err)
			}
		}
		return then(t)
	})
}

func define(t *txn, m *workflow.Machine, loader workflow.ID) error {
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
	for _, s := range def.States { // an erasing leads from each state to itself
		edges = append(edges, edgeDoc{workflow.EraseAction, s.Name, s.Name})
	}
	parts, err := json.Marshal(map[string]any{"states": states, "edges": edges})
	if err != nil {
		return err
	}
	var stored []byte
	if err := t.row("definition_put", []any{def.Name, def.Version, def.Prefix, hash[:], string(body),
		cmp.Or(loader, workflow.SystemID), loader == ""}, &stored); err != nil {
		return err
	}
	if hashOf(stored) != hash {
		return ErrDefinitionChanged
	}
	if err := t.exec("definition_parts", def.Name, def.Version, string(parts)); err != nil {
		return err
	}
	said, err := json.Marshal(workflow.RecordBody{Record: columns{"name": def.Name, "version": def.Version, "hash": hash}})
	if err != nil {
		return err
	}
	return t.exec("definition_log", def.Name, def.Version, cmp.Or(loader, workflow.SystemID), string(said))
}

// StoredDefinition is a version as the database has it. Definition is nil where it is known to who asked.
type StoredDefinition struct {
	Name       string
	Version    int
	Definition *workflow.Definition
	Standing   workflow.DefinitionStanding
}

// Definitions reads how the definitions stand that there are, the shipped ones and those loaded into this installation;
// the content only of those that are not known already ("grant/1").
func (d *DB) Definitions(ctx context.Context, known ...string) ([]StoredDefinition, error) {
	var rows []struct {
		Name        string
		Version     int
		Body        []byte
		Status      workflow.DefinitionStatus
		Loader      workflow.ID `db:"loaded_by_id"`
		By          workflow.ID `db:"stood_by_id"`
		Loaded      time.Time   `db:"loaded_at"`
		Approved    *time.Time  `db:"approved_at"`
		Withdrawn   *time.Time  `db:"withdrawn_at"`
		LoadedBy    string      `db:"loaded_by"`
		ApprovedBy  string      `db:"approved_by"`
		WithdrawnBy string      `db:"withdrawn_by"`
	}
	if err := d.read.all(ctx, &rows, "definition_list", pq.Array(append([]string{}, known...))); err != nil {
		return nil, fmt.Errorf("read definitions: %w", err)
	}
	out := make([]StoredDefinition, len(rows))
	for i, r := range rows {
		out[i] = StoredDefinition{Name: r.Name, Version: r.Version,
			Standing: workflow.DefinitionStanding{Status: r.Status, Loader: r.Loader, By: r.By, Loaded: &r.Loaded,
				LoadedBy: r.LoadedBy, ApprovedBy: r.ApprovedBy, Approved: r.Approved, WithdrawnBy: r.WithdrawnBy,
				Withdrawn: r.Withdrawn}}
		if r.Body == nil {
			continue
		}
		out[i].Definition = &workflow.Definition{}
		if err := json.Unmarshal(r.Body, out[i].Definition); err != nil {
			return nil, fmt.Errorf("read a definition: %w", err)
		}
	}
	return out, nil
}

// StandDefinition approves or withdraws a version. Who may is decided before; ErrMoved where it stands so by now, or
// its loader approves it.
func (d *DB) StandDefinition(ctx context.Context, actor workflow.ID, name string, version int,
	to workflow.DefinitionStatus, note string) error {
	var n int64
	err := d.logged(ctx, workflow.KindWorkflow, fmt.Sprintf("%s.%d", name, version), func(t *txn) error {
		return t.row("definition_stand", []any{name, version, string(to), actor, note}, &n)
	})
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return workflow.ErrMoved
	case err != nil:
		return fmt.Errorf("change how %s version %d stands: %w", name, version, err)
	}
	return nil
}
