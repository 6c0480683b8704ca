package pg

import (
	"context"
	"fmt"
)

// Replication says how the database that this server writes to is replicated.
type Replication struct {
	Primary             int     // 1; 0 on a standby
	Timeline            int     // grows by one with each change of the primary
	Synchronous         bool    // commits wait for a standby
	Standbys            int     // connected now
	SynchronousStandbys int     `db:"synchronous_standbys"` // of these, whose answer commits wait for
	Lag                 float64 // seconds by which the slowest is behind; 0 where the role may not see it
}

func (d *DB) Replication(ctx context.Context) (r Replication, err error) {
	if err := d.Write.Row(ctx, "replication", nil, &r.Primary, &r.Timeline, &r.Synchronous, &r.Standbys,
		&r.SynchronousStandbys, &r.Lag); err != nil {
		return r, fmt.Errorf("look at the replication: %w", err)
	}
	return r, nil
}

// Several reports whether the address names several hosts.
func (d *DB) Several() bool { return d.several }

// Connections of one pool.
type Connections struct {
	Pool   string
	InUse  int
	Waited int64 // how often a caller had to wait for one, since the start
}

// Connections returns how much each kind of connection is used.
func (d *DB) Connections() []Connections {
	out := make([]Connections, 0, 6)
	for p, name := range []string{"read", "list", "search", "whole"} {
		s := d.Read.pool(pool(p)).Stats()
		out = append(out, Connections{name, s.InUse, s.WaitCount})
	}
	if d.standby != nil {
		c := Connections{Pool: "standby"}
		for p := pages; p <= whole; p++ {
			s := d.standby.reader.pool(p).Stats()
			c.InUse, c.Waited = c.InUse+s.InUse, c.Waited+s.WaitCount
		}
		out = append(out, c)
	}
	return append(out, Connections{"write", d.Write.count - len(d.Write.slots), d.Write.waited.Load()})
}
