package db_test

import (
	"testing"

	"incubase/db"
	"incubase/db/dbtest"
)

func TestRegionsAreLoadedOnce(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.Options{})
	owner := d.Owner(t)
	var rows, repeated, editions int
	err := owner.QueryRowContext(t.Context(), `select count(*), count(succeeded_by), (select count(*) from region_editions) from regions`).
		Scan(&rows, &repeated, &editions)
	if err != nil {
		t.Fatal(err)
	}
	if rows != 44703 || repeated != 4 || editions != 1 {
		t.Errorf("%d divisions, %d repetitions, %d editions; want 44703, 4, 1", rows, repeated, editions)
	}
}
