package db_test

import (
	"testing"

	"incubase/db/dbtest"
	"incubase/db/pg"
)

func TestEveryStatementFitsTheSchema(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, pg.Options{})
	if err := d.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := d.CheckSchema(t.Context(), "0.1.0"); err != nil {
		t.Fatal(err)
	}
}
