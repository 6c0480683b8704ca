package db_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"incubase/db/dbtest"
	"incubase/db/records"
	"incubase/workflow/define"
	"incubase/workflow/machine"
)

// A start does not wait for others that store definitions. Other content under a stored version is refused.
func TestADefinitionIsWrittenOnce(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t, dbtest.Options{})
	var machines []*machine.Machine
	f.Desk.Machines.Each(func(m *machine.Machine) { machines = append(machines, m) })
	writing, err := f.Owner(t).Begin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := writing.Exec(`select pg_advisory_xact_lock(4097083629)`); err != nil { // the writers' lock
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := f.Define(ctx, machines...); err != nil {
		t.Errorf("all %d are there: %v", len(machines), err)
	}
	if err := writing.Rollback(); err != nil {
		t.Fatal(err)
	}
	with := func(change func(*define.Definition)) *machine.Machine {
		t.Helper()
		def := machines[0].Definition()
		change(&def)
		m, err := machine.Compile(def)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	other := with(func(d *define.Definition) { d.Title.EN += " otherwise" })
	if err := f.Define(t.Context(), append(machines, other)...); !errors.Is(err, records.ErrDefinitionChanged) {
		t.Errorf("another content under the same version: %v", err)
	}
	newer := with(func(d *define.Definition) { d.Version = 99 })
	if err := f.Define(t.Context(), append(machines, newer)...); err != nil {
		t.Errorf("a new version: %v", err)
	}
	def := newer.Definition()
	var states, edges int
	if err := f.Owner(t).QueryRow(`select (select count(*) from workflow_states where workflow = $1 and version = 99),
		(select count(*) from workflow_edges where workflow = $1 and version =
		99)`, def.Name).Scan(&states, &edges); err != nil {
		t.Fatal(err)
	}
	want := len(newer.Edges()) + len(def.States) // erasing leaves the case in its state
	if states != len(def.States) || edges != want {
		t.Errorf("%d states and %d edges of the new version; want %d and %d", states, edges, len(def.States), want)
	}
}
