package records

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lib/pq"

	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/region"
)

func init() {
	pg.Rule("region_time_in_order", "region_time_in_order", "区划的终止日期须晚于它的起始日期", "a division ends after it began")
}

// Division is one as a newer table has it.
type Division struct {
	Code region.Code
	Name string
	Full string
}

// Ending is a division that is no more; Successor is what it has become, or become part of ("" where the table does not
// say).
type Ending struct{ Code, Successor region.Code }

// RegionImport is a newer table of divisions, or the part of it that has changed.
type RegionImport struct {
	Since     calendar.Date
	Divisions []Division
	Ended     []Ending
	Hash      workflow.Hash // of the file
	Note      string
	At        time.Time
	Dry       bool // everything is done and taken back: what is counted is what a run would change
}

// errDry takes a dry run back.
var errDry = errors.New("a dry run")

// RegionChanges count what an import has changed; Below are those whose full name follows another's.
type RegionChanges struct{ Loaded, Ended, Below int }

// ImportRegions brings the table of divisions to what a newer one says, whole or not at all.
func (d *Records) ImportRegions(ctx context.Context, x RegionImport) (n RegionChanges, err error) {
	code, name, full, level, parent := []string{}, []string{}, []string{}, []int64{}, []string{}
	for _, r := range x.Divisions {
		code, name, full = append(code, string(r.Code)), append(name, r.Name), append(full, r.Full)
		level, parent = append(level, int64(r.Code.Level())), append(parent, string(r.Code.Parent()))
	}
	ended, successor := []string{}, []string{}
	for _, e := range x.Ended {
		ended, successor = append(ended, string(e.Code)), append(successor, string(e.Successor))
	}
	logged := 0
	err = d.Logged(ctx, "", "", func(t *pg.Tx) error {
		err := t.Row("region_import", []any{pq.Array(code), pq.Array(name), pq.Array(full), pq.Array(level), pq.Array(parent),
			x.Since.String(), pq.Array(ended), pq.Array(successor), x.Hash[:], workflow.SystemID, pg.Micro(x.At), x.Note},
			&n.Loaded, &n.Ended, &n.Below, &logged)
		if err == nil && x.Dry {
			return errDry
		}
		return err
	})
	if err != nil && !errors.Is(err, errDry) {
		return n, fmt.Errorf("take in divisions: %w", err)
	}
	return n, nil
}

// DivisionCodes are the codes of all divisions that have not ended, by level of the codes asked for: what a whole table
// that leaves one out has ended.
func (d *Records) DivisionCodes(ctx context.Context, levels []region.Level) ([]region.Code, error) {
	var codes []region.Code
	numbers := make([]int64, len(levels))
	for i, l := range levels {
		numbers[i] = int64(l)
	}
	if err := d.Read.All(ctx, &codes, "region_codes", pq.Array(numbers)); err != nil {
		return nil, fmt.Errorf("list divisions: %w", err)
	}
	return codes, nil
}
