// Package db keeps cases and records in PostgreSQL. It decides nothing: it reads facts and writes decisions.
//
// It promises: a case is loaded by one statement and a decision is written by one; what was answered as done is
// durable; a lost answer is reported as unknown and never repeated silently; constraints of the schema that are rules
// come back as refusals in words. Reads and writes go through different types: a reader can only read (its connections
// are read-only for PostgreSQL too), and a writer sends each statement exactly once.
package db

import (
	"context"

	"incubase/db/accounts"
	"incubase/db/audit"
	"incubase/db/board"
	"incubase/db/cases"
	"incubase/db/pg"
	"incubase/db/records"
)

// DB is an open database with its stores.
type DB struct {
	*pg.DB
	*cases.Cases
	*records.Records
	*accounts.Accounts
	*board.Boards
	*audit.Verifier
}

// Open connects lazily: it fails on an address that is malformed, and Ping reports whether the database answers.
func Open(_ context.Context, o pg.Options) (*DB, error) {
	texts, err := statements()
	if err != nil {
		return nil, err
	}
	c, err := pg.Connect(o, texts)
	if err != nil {
		return nil, err
	}
	return &DB{c, cases.New(c), records.New(c), accounts.New(c), board.New(c), audit.New(c)}, nil
}

// statements reads the statements of all stores.
func statements() (pg.Queries, error) {
	return pg.LoadQueries(cases.Fragments(), pg.SQL, cases.SQL, records.SQL, accounts.SQL, board.SQL, audit.SQL)
}
