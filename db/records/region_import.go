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

type Division struct {
	Code region.Code
	Name string
	Full string
}

// Ending is an ended division; Successor is the one it became or joined, "" if unknown.
type Ending struct{ Code, Successor region.Code }

// RegionImport is a newer table of divisions or its changes.
type RegionImport struct {
	Since     calendar.Date
	Divisions []Division
	Ended     []Ending
	Hash      workflow.Hash // of the file
	Note      string
	At        time.Time
	Dry       bool // count the changes and roll back
}

var errDry = errors.New("a dry run")

// RegionChanges counts changes; Below are divisions renamed with one above them.
type RegionChanges struct{ Loaded, Ended, Below int }

// ImportRegions updates the table of divisions, all or nothing.
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

// DivisionCodes returns the codes of all current divisions of the given levels: a full table ends those it omits.
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
