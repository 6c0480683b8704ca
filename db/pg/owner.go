package pg

import (
	"database/sql"
)

// lockTimeout is how long a migration waits for a table before it lets the others pass and tries again (quality F10:
// an ALTER TABLE in the queue stalls every query behind it).
const lockTimeout = "300ms"

func OwnerPool(url string) (*sql.DB, error) {
	c, err := connector(Options{URL: url}, &dialer{}, map[string]string{"lock_timeout": lockTimeout})
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(c), nil
}

// AppendOnly are tables that only grow: the server's role may add to them and never change or take away.
var AppendOnly = []string{"events", "event_payloads", "postings", "case_answers", "record_log", "audit", "chain_roots",
	"definitions", "definition_standings", "workflow_states", "workflow_edges", "papers", "paper_voids"}

// OwnersOnly are tables that the server's role may only read.
var OwnersOnly = []string{"schema_releases", "schema_baseline", "goose_db_version", "root_keys", "erasures",
	"retention_periods"}
