package records

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/lib/pq"

	"incubase/db/regions"
	"incubase/workflow/region"
	"incubase/workflow/registry"
)

// loadRegionsSQL updates the table to an edition in one statement: it adds rows, renames and ends missing ones. Pilot
// marks stay.
const loadRegionsSQL = `
with edition as (
  select * from unnest($1::text[], $2::text[], $3::text[], $4::smallint[], $5::text[], $6::text[])
    as e (code, name, full_name, level, parent, same)
), ended as (
  update regions r set valid_to = $7::date
  where r.valid_to is null and r.valid_from < $7::date and not exists (select 1 from edition e where e.code = r.code)
), loaded as (
  insert into regions as r (code, name, full_name, level, parent, succeeded_by, valid_from)
  select e.code, e.name, e.full_name, e.level, e.parent, nullif(e.same, ''), $7::date from edition e
  on conflict (code) do update set name = excluded.name, full_name = excluded.full_name, level = excluded.level,
    parent = excluded.parent, succeeded_by = excluded.succeeded_by, valid_to = null
  where (r.name, r.full_name, r.level, r.parent, r.succeeded_by, r.valid_to)
    is distinct from (excluded.name, excluded.full_name, excluded.level, excluded.parent, excluded.succeeded_by, null)
)
insert into region_editions (hash, rows, since) select $8::bytea, count(*), $7::date
from edition on conflict (hash) do update set loaded_at = now()`

// LoadRegions fills the table from the program's edition, unless it or a newer one is loaded. Of several machines
// that start at once one loads and the others wait.
func LoadRegions(ctx context.Context, owner *sql.DB) (err error) {
	tx, err := owner.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("load divisions: %w", err), tx.Rollback())
		}
	}()
	if _, err = tx.ExecContext(ctx,
		`set local lock_timeout = '2min'; select pg_advisory_xact_lock(4097083629)`); err != nil {
		return err
	}
	hash := regions.Hash()
	var there bool
	err = tx.QueryRowContext(ctx, `select exists (select 1 from region_editions where hash = $1 or since > $2::date)`,
		hash[:], regions.Since).Scan(&there)
	if err != nil {
		return err
	}
	if !there {
		if err = fillRegions(ctx, tx, hash[:]); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func fillRegions(ctx context.Context, tx *sql.Tx, hash []byte) error {
	all, err := regions.All()
	if err != nil {
		return err
	}
	var code, name, full, parent, same []string
	var level []int64
	for _, r := range all {
		code, name, full = append(code, string(r.Code)), append(name, r.Name), append(full, r.Full)
		level, parent, same = append(level, int64(r.Level)), append(parent, string(r.Parent)), append(same, string(r.Same))
	}
	if _, err = tx.ExecContext(ctx, loadRegionsSQL, pq.Array(code), pq.Array(name), pq.Array(full), pq.Array(level),
		pq.Array(parent), pq.Array(same), regions.Since, hash); err != nil {
		return err
	}
	// The planner guesses about a table never analyzed: session lookups would scan all divisions.
	_, err = tx.ExecContext(ctx, "analyze regions")
	return err
}

// Divisions answers from the program's edition and the imports since; see workflow.Regions.
type Divisions struct {
	changed atomic.Pointer[map[region.Code]string] // "" has ended
}

var shipped = sync.OnceValue(func() *regions.Names {
	names, err := regions.LoadNames()
	if err != nil {
		panic(err) // it is embedded, and a test reads it
	}
	return names
})

// NewDivisions returns divisions that read the program's edition at first use or by Read.
func NewDivisions() *Divisions {
	d := &Divisions{}
	d.changed.Store(&map[region.Code]string{})
	return d
}

func (*Divisions) Read() { shipped() }

// Refresh reads the changes by imports.
func (d *Divisions) Refresh(ctx context.Context, from *Records) error {
	var rows []struct {
		Code, Name string
	}
	if err := from.Read.All(ctx, &rows, "region_changes", regions.Since); err != nil {
		return fmt.Errorf("read what has become of divisions: %w", err)
	}
	changed := make(map[region.Code]string, len(rows))
	for _, r := range rows {
		changed[region.Code(r.Code)] = r.Name
	}
	d.changed.Store(&changed)
	return nil
}

func (d *Divisions) Known(c region.Code) bool {
	if name, ok := (*d.changed.Load())[c]; ok {
		return name != ""
	}
	return shipped().Of(c) != ""
}

// Name returns a division's full name, for a community its street's, "" if unknown or ended.
func (d *Divisions) Name(c region.Code) string {
	if c.Level() == region.Community {
		c = c.Street()
	}
	if name, ok := (*d.changed.Load())[c]; ok {
		return name
	}
	return shipped().Of(c)
}

// Regions lists the divisions in a division; "" is the country.
func (d *Records) Regions(ctx context.Context, parent region.Code) ([]registry.RegionRecord, error) {
	var docs []string
	if err := d.Read.All(ctx, &docs, "region_list", string(parent)); err != nil {
		return nil, fmt.Errorf("list the divisions in %q: %w", parent, err)
	}
	out := make([]registry.RegionRecord, len(docs))
	for i, doc := range docs {
		if err := json.Unmarshal([]byte(doc), &out[i]); err != nil {
			return nil, fmt.Errorf("decode a division: %w", err)
		}
	}
	return out, nil
}
