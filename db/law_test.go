package db_test

import (
	"database/sql"
	"strings"
	"testing"

	"github.com/lib/pq"

	"incubase/db/dbtest"
)

// What no program may do, tried as the server's role and as the schema's owner.
func TestTheSchemaIsTheLaw(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	ref := f.NewGrant()
	f.Walk(ref, "funded")
	id := f.ID(ref)
	owner, server := f.Owner(t), f.Server(t)
	nothing := strings.Repeat("00", 32)
	for _, c := range []struct {
		name, statement, constraint string
		ownersRight                 bool // the owner may; the server's role has no right to
	}{
		{"a state edited by hand",
			`update cases set state = 'reported' where id = $1`, "case_is_its_latest_event", false},
		{"a version counted up without an event",
			`update cases set version = version + 1 where id = $1`, "case_is_its_latest_event", false},
		{"a case of another definition",
			`update cases set definition_version = 2 where id = $1`, "case_is_its_latest_event", false},
		{"a head that is another event's",
			`update cases set last_hash = decode('` + nothing + `', 'hex') where id = $1`, "case_is_its_latest_event", false},
		{"a case born without an event",
			`insert into cases (id, ref, workflow, definition_version, state, version, last_hash, born_at, updated_at)
			 select gen_random_uuid(), 'GA-2026-9999', workflow, definition_version, 'draft', 1, last_hash, now(), now()
			 from cases where id = $1`,
			"case_is_its_latest_event", false},
		{"the latest event deleted",
			`delete from events where case_id = $1 and seq = (select version from cases where id = $1)`,
			"event_payloads_case_id_seq_fkey", true},
		{"the latest event deleted with what was said",
			`with p as (delete from event_payloads where case_id = $1) delete from events where case_id = $1
				and seq = (select version from cases where id = $1)`,
			"case_is_its_latest_event", true},
		{"an event in the middle deleted",
			`with p as (delete from event_payloads where case_id = $1) delete from events where case_id = $1 and seq = 2`,
			"event_follows_the_last", true},
		{"an event moved to another state",
			`update events set to_state = 'reported' where case_id = $1 and seq = 3`, "event_follows_the_last", true},
		{"an event's hash rewritten",
			`update events set hash = decode('` + nothing + `', 'hex') where case_id = $1 and seq = 3`, "event_follows_the_last",
			true},
		{"an edge that the definition does not have",
			`insert into events (case_id, seq, workflow, definition_version, action, from_state, to_state, actor_id, at,
				payload_hash, previous_hash, hash)
			 select c.id, c.version + 1, c.workflow, c.definition_version, 'close', 'draft', 'reported', e.actor_id, now(),
			 e.payload_hash, c.last_hash, e.payload_hash
			 from cases c join events e on e.case_id = c.id and e.seq = c.version
			 where c.id = $1`, "event_follows_an_edge", false},
		{"an event that lies about where it came from",
			`insert into events (case_id, seq, workflow, definition_version, action, from_state, to_state, actor_id, at,
				payload_hash, previous_hash, hash)
			 select c.id, c.version + 1, c.workflow, c.definition_version, 'submit', 'draft', 'applied', e.actor_id, now(),
			 e.payload_hash, c.last_hash, e.payload_hash
			 from cases c join events e on e.case_id = c.id and e.seq = c.version
			 where c.id = $1`, "event_follows_the_last", false},
		{"an event that does not carry the hash before it",
			`insert into events (case_id, seq, workflow, definition_version, action, from_state, to_state, actor_id, at,
				payload_hash, previous_hash, hash)
			 select c.id, c.version + 1, c.workflow, c.definition_version, 'close', 'funded', 'reported', e.actor_id, now(),
			 e.payload_hash, e.payload_hash, e.payload_hash
			 from cases c join events e on e.case_id = c.id and e.seq = c.version
			 where c.id = $1`, "event_follows_the_last", false},
		{"a second birth",
			`insert into events (case_id, seq, workflow, definition_version, action, from_state, to_state, actor_id, at,
				payload_hash, previous_hash, hash)
			 select c.id, c.version + 1, c.workflow, c.definition_version, 'create', '', 'draft', e.actor_id, now(),
			 e.payload_hash, c.last_hash, e.payload_hash
			 from cases c join events e on e.case_id = c.id and e.seq = c.version
			 where c.id = $1`, "birth_comes_from_nothing", false},
		{"a second payment of a tranche",
			`insert into postings (case_id, seq, grant_id, round_id, kind, debit, credit, amount_fen, tranche, at)
			 select case_id, seq, grant_id, round_id, kind, debit, credit, amount_fen, tranche, at from postings
			 where grant_id = $1 and kind = 'pay'`,
			"one_payment_per_tranche", false},
		{"a posting of nothing",
			`insert into postings (case_id, seq, grant_id, round_id, kind, debit, credit, amount_fen, at)
			 select case_id, seq, grant_id, round_id, kind, debit, credit, 0, at from postings where grant_id = $1
			 and kind = 'commit'`,
			"posting_amount_positive", false},
		{"a negative posting",
			`insert into postings (case_id, seq, grant_id, round_id, kind, debit, credit, amount_fen, at)
			 select case_id, seq, grant_id, round_id, kind, debit, credit, -1, at from postings where grant_id = $1
			 and kind = 'commit'`,
			"posting_amount_positive", false},
		{"money from an account into none",
			`insert into postings (case_id, seq, grant_id, round_id, kind, debit, credit, amount_fen, at)
			 select case_id, seq, grant_id, round_id, kind, debit, 'pocket:1', amount_fen, at from postings where grant_id = $1
			 and kind = 'commit'`,
			"posting_between_its_accounts", false},
		{"a posting of another kind than its accounts",
			`update postings set kind = 'release' where grant_id = $1 and kind = 'commit'`, "posting_between_its_accounts",
			true},
		{"a posting taken away",
			`delete from postings where grant_id = $1 and kind = 'pay'`, "", true},
		{"an envelope overspent",
			`update rounds set committed_fen = total_fen + 1 where id = (select round_id from cases where id = $1)`,
			"envelope_covers_commitments", false},
		{"more paid than promised",
			`update cases set paid_fen = committed_fen + 1 where id = $1`, "paid_within_commitment", false},
		{"a second payment case of a tranche",
			`update cases set tranche = 1, parent_id = $1, workflow = 'payment' where id = (select round_id from cases
				where id = $1)`,
			"one_payment_case_per_tranche", false},
		{"an edge added by the server", `delete from workflow_edges where $1::uuid is not null`, "event_follows_an_edge",
			true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.constraint != "" {
				refusedBy(t, owner, c.statement, id, c.constraint)
			}
			if c.ownersRight {
				refusedBy(t, server, c.statement, id, "permission denied")
			} else {
				refusedBy(t, server, c.statement, id, c.constraint)
			}
		})
	}
	sound(t, f)
}

// refusedBy runs a statement with every deferred check and reports the constraint or right that refuses it.
func refusedBy(t *testing.T, pool *sql.DB, statement, id, who string) {
	t.Helper()
	tx, err := pool.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err = tx.Exec(statement, id); err == nil {
		_, err = tx.Exec("set constraints all immediate")
	}
	e := pq.As(err)
	if e == nil {
		t.Fatalf("was not refused: %v", err)
	}
	if e.Constraint != who && !strings.HasPrefix(e.Message, who) {
		t.Errorf("refused by %q (%s), expected %q", e.Constraint, e.Message, who)
	}
}
