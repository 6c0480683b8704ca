package pg

import (
	"database/sql"
)

// lockTimeout bounds a migration's wait for a table: a queued ALTER TABLE stalls every query behind it (quality F10).
const lockTimeout = "300ms"

func OwnerPool(url string) (*sql.DB, error) {
	c, err := connector(Options{URL: url}, &dialer{}, map[string]string{"lock_timeout": lockTimeout})
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(c), nil
}

// AppendOnly lists tables into which the server's role may only insert.
var AppendOnly = []string{"events", "event_payloads", "postings", "case_answers", "record_log", "audit", "chain_roots",
	"definitions", "definition_standings", "workflow_states", "workflow_edges", "papers", "paper_voids"}

// OwnersOnly lists tables that the server's role may only read.
var OwnersOnly = []string{"schema_releases", "schema_baseline", "goose_db_version", "root_keys", "erasures",
	"retention_periods"}
