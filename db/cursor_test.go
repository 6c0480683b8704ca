package db_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"testing"

	"incubase/workflow"
	"incubase/workflow/desk"
	"incubase/workflow/registry"
)

func TestForgedCursorsAreRefused(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	officer := r.person(workflow.RoleOfficer, "")
	const id = "01a19b6e-0000-7000-8000-000000000001"
	forged := func(format string, args ...any) string {
		return base64.RawURLEncoding.EncodeToString([]byte(fmt.Sprintf(format, args...)))
	}
	scope, recordList := desk.ScopeOf(officer, r.Catalog), registry.RecordScopeOf(officer)
	refused := func(what, cursor string, err error) {
		t.Helper()
		var invalid *workflow.Invalid
		if !errors.As(err, &invalid) || invalid.Fields[0].Field != "cursor" {
			t.Errorf("%s with %s: %v", what, cursor, err)
		}
	}
	for _, key := range []string{"0000-01-01 00:00:00+00", "2026-11-24 00:00:00+23:59", "2026-11-24T00:00:00Z", "infinity",
		"'", ""} {
		c := forged(`{"s":"updated","k":%q,"i":%q}`, key, id)
		_, _, err := r.List(t.Context(), scope, workflow.CaseQuery{Now: r.Fixture.Clock.Now(), Cursor: c})
		refused("cases by time", key, err)
	}
	for _, key := range []string{"0000-01-01", "-infinity", "2026-13-01", "9"} {
		c := forged(`{"s":"due","k":%q,"i":%q}`, key, id)
		_, _, err := r.List(t.Context(), scope, workflow.CaseQuery{Now: r.Fixture.Clock.Now(), Sort: "due", Cursor: c})
		refused("cases by due date", key, err)
	}
	for key, who := range map[string]string{"0000-01-01T00:00:00Z": id, "2026-11-24T00:00:00+23:59": id,
		"2026-11-24T00:00:00Z": "x", "x": id} {
		_, _, err := r.Organizations(t.Context(), recordList,
			registry.RecordQuery{Cursor: forged(`{"l":"organizations","k":%q,"i":%q}`, key, who)})
		refused("organizations", key, err)
		_, _, err = r.Rounds(t.Context(), recordList,
			registry.RecordQuery{Cursor: forged(`{"l":"rounds","k":%q,"i":%q}`, key, who)})
		refused("rounds", key, err)
		_, _, err = r.Projects(t.Context(), recordList,
			registry.RecordQuery{Cursor: forged(`{"l":"projects","k":%q,"i":%q}`, key,
				who)})
		refused("projects", key, err)
	}
	_, _, err := r.DB.Agencies(t.Context(), registry.RecordQuery{Cursor: forged(`{"l":"agencies","k":"甲","i":"x"}`)})
	refused("agencies", "x", err)
	_, _, err = r.Users(t.Context(), recordList, registry.RecordQuery{Cursor: forged(`{"l":"users","k":"a","i":"x"}`)})
	refused("users", "x", err)
}
