// Package db keeps cases and records in PostgreSQL. It decides nothing: it reads facts and writes decisions.
//
// One statement loads a case and one writes a decision; what was answered as done is durable; a lost answer is
// reported as unknown and never repeated silently; schema constraints that are rules come back as refusals in words.
// A reader can only read (its connections are read-only for PostgreSQL too); a writer sends each statement exactly
// once.
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

type DB struct {
	*pg.DB
	*cases.Cases
	*records.Records
	*accounts.Accounts
	*board.Boards
	*audit.Verifier

	// Spread reads the same, on a standby where there is one that has everything. It is for reads that are heavy or
	// public and that decide nothing: boards, exports, public pages, verification.
	Spread *Spread
}

type Spread struct {
	*pg.DB
	*cases.Cases
	*records.Records
	*board.Boards
	*audit.Verifier
}

// Open connects lazily: only a malformed address fails. Ping reports whether the database answers.
func Open(_ context.Context, o pg.Options) (*DB, error) {
	texts, err := statements()
	if err != nil {
		return nil, err
	}
	c, err := pg.Connect(o, texts)
	if err != nil {
		return nil, err
	}
	w := c.WithStandby()
	return &DB{c, cases.New(c), records.New(c), accounts.New(c), board.New(c), audit.New(c),
		&Spread{w, cases.New(w), records.New(w), board.New(w), audit.New(w)}}, nil
}

func statements() (pg.Queries, error) {
	return pg.LoadQueries(cases.Fragments(), pg.SQL, cases.SQL, records.SQL, accounts.SQL, board.SQL, audit.SQL)
}
