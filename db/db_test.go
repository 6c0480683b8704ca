package db_test

import (
	"testing"

	"incubase/db"
	"incubase/db/dbtest"
)

func TestEveryStatementFitsTheSchema(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.Options{})
	if err := d.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := d.CheckSchema(t.Context(), "0.1.0"); err != nil {
		t.Fatal(err)
	}
}
