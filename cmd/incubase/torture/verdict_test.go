package torture

import (
	"database/sql"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"

	"incubase/cmd/e2e/process"
	"incubase/db/dbtest"
)

type event struct {
	id, workflow, ref  string
	seq                int
	action, from, to   string
	actor, hash        string
	write              string // transaction that wrote it
	bySystem, ofParent bool
}

// judge compares the promises with the data.
func (r *run) judge(db *sql.DB) porcupine.CheckResult {
	events := r.events(db)
	byItself := r.explain(events)
	r.paths(events)
	r.laws(db)
	r.program("check")
	r.program("audit", "verify")
	return r.linearizable(r.history, byItself)
}

func (r *run) events(db *sql.DB) (out []event) {
	rows, err := db.Query(
		`select e.case_id, e.workflow, c.ref, e.seq, e.action, e.from_state, e.to_state, u.login, encode(e.hash, 'hex'),
			c.parent_id is not null, e.xmin::text
		from events e join cases c on c.id = e.case_id join users u on u.id = e.actor_id
		where c.round_id = any($1) order by e.case_id, e.seq`, array(r.rounds()))
	if err != nil {
		r.wrong("read the events: %v", err)
		return nil
	}
	defer rows.Close()
	for rows.Next() {
		var e event
		if err := rows.Scan(&e.id, &e.workflow, &e.ref, &e.seq, &e.action, &e.from, &e.to, &e.actor, &e.hash, &e.ofParent,
			&e.write); err != nil {
			r.wrong("read an event: %v", err)
		}
		e.bySystem = e.actor == "system"
		out = append(out, e)
	}
	return out
}

func (r *run) rounds() (ids []string) {
	for _, p := range r.purses {
		ids = append(ids, p.id)
	}
	return ids
}

// array returns PostgreSQL's text form of ids, which need no quotes.
func array(ids []string) string { return "{" + strings.Join(ids, ",") + "}" }

// explain matches log and answers: no acknowledged event is missing, and none exists without an answer or with two
// keys. It returns the system's own acts.
func (r *run) explain(events []event) (byItself []*op) {
	type place struct {
		id  string
		seq int
	}
	there := map[place]event{}
	for _, e := range events {
		there[place{e.id, e.seq}] = e
	}
	told := map[place]*op{}
	opened := map[string]bool{}
	for _, o := range r.history {
		switch {
		case o.Problem == "unanswered":
			r.wrong("%s %s was never answered, in %d tries", o.Kind, o.Action, o.Tries)
		case o.Kind == "open" && o.Status == 201:
			opened[o.Case] = true
			if _, ok := there[place{o.Case, 1}]; !ok {
				r.count("lost")
				r.wrong("case %s was acknowledged and is not there", o.Ref)
			}
		case o.Kind == "act" && o.Status == 200:
			e := there[place{o.Case, o.Seq}]
			if e.hash != o.Hash || o.Hash == "" || e.action != o.Action || e.from != o.From || e.to != o.To {
				r.count("lost")
				r.wrong("acknowledged and lost: %s on %s as event %d %s; there is %s %s", o.Action, o.Ref, o.Seq, o.Hash, e.action,
					e.hash)
			}
			if o.replayed { // the log has its event and what the system did in the same write
				o.Version, o.State = o.Seq, e.to
				for next, ok := there[place{o.Case, o.Version + 1}]; ok && next.write == e.write; next,
					ok = there[place{o.Case, o.Version + 1}] {
					o.Version, o.State = next.seq, next.to
				}
			}
			for seq := o.Seq; seq <= o.Version; seq++ {
				if other := told[place{o.Case, seq}]; other != nil {
					r.count("doubled")
					r.wrong("event %d of %s was the answer to two keys: %s and %s", seq, o.Ref, o.Key, other.Key)
				}
				told[place{o.Case, seq}] = o
			}
		}
	}
	for _, e := range events {
		switch {
		case told[place{e.id, e.seq}] != nil:
			continue
		case e.seq == 1 && !e.ofParent && !opened[e.id]:
			r.count("doubled")
			r.wrong("case %s was opened and nobody was told of it: done twice", e.ref)
		case e.seq > 1 && !e.bySystem:
			r.count("doubled")
			r.wrong("event %d of %s, %s by %s, was acknowledged to nobody: done twice under another key, or refused and done "+
				"all the same", e.seq, e.ref, e.action, e.actor)
			continue // porcupine finds the gap too
		}
		byItself = append(byItself, &op{Kind: "act", Case: e.id, Workflow: e.workflow, Action: e.action, Login: e.actor,
			Status: 200, Seq: e.seq, Version: e.seq,
			From: e.from, To: e.to, State: e.to, Hash: e.hash})
	}
	return byItself
}

// paths checks every history against legal, and counts versions.
func (r *run) paths(events []event) {
	last := event{}
	for _, e := range events {
		if e.id != last.id {
			last = event{id: e.id}
		}
		if e.seq != last.seq+1 || e.from != last.to {
			r.wrong("%s: event %d from %s follows event %d to %s", e.ref, e.seq, e.from, last.seq, last.to)
		}
		if e.seq > 1 && !legal[move{e.workflow, e.from, e.action, e.to}] {
			r.wrong("%s: %s from %s to %s is no move of %s", e.ref, e.action, e.from, e.to, e.workflow)
		}
		last = e
	}
	r.counts["events"] = len(events)
}

// laws are recounts that must find nothing.
var laws = []struct{ name, query string }{
	{"an envelope is exceeded",
		`select r.id::text from rounds r where r.total_fen < (select coalesce(sum(case kind when 'hold' then amount_fen
			when 'commit' then amount_fen when 'unhold' then -amount_fen when 'release' then -amount_fen end), 0)
		from postings p where p.round_id = r.id) or r.held_fen + r.committed_fen > r.total_fen`},
	{"a tranche is paid twice",
		`select grant_id::text || ' ' || tranche from postings where kind = 'pay' group by grant_id, tranche
			having count(*) > 1
		union all select parent_id::text || ' ' || tranche from cases where workflow = 'payment' group by parent_id, tranche
		having count(*) > 1`},
	{"a payment and the ledger disagree", `select c.ref from cases c where c.workflow = 'payment' and (c.state = 'paid')
		<> exists (select 1 from postings p where p.grant_id = c.parent_id and p.tranche = c.tranche and p.kind = 'pay')`},
	{"a grant's sums are not its postings'",
		`select c.ref from cases c where c.workflow = 'grant' and (c.held_fen, c.committed_fen, c.paid_fen) <> (
		select coalesce(sum(case kind when 'hold' then amount_fen when 'unhold' then -amount_fen end), 0),
		coalesce(sum(case kind when 'commit' then amount_fen when 'release' then -amount_fen end), 0),
		coalesce(sum(amount_fen) filter (where kind = 'pay'), 0)
		from postings p where p.grant_id = c.id)`},
	{"more is paid than was promised", `select grant_id::text from postings group by grant_id
		having sum(case kind when 'commit' then amount_fen when 'release' then -amount_fen when 'pay' then -amount_fen
		else 0 end) < 0`},
	{"money is held for a case that is not proposed",
		`select c.ref from cases c where c.workflow = 'grant' and (c.state = 'proposed') <> (c.held_fen > 0)`},
	{"a project has two live applications in a round",
		`select project_id::text from cases where workflow = 'grant' and stage <> '' and outcome = ''
		group by organization_id, project_id, round_id having count(*) > 1`},
	{"versions have a gap",
		`select c.ref from cases c where c.version <> (select count(*) from events e where e.case_id = c.id)
		or c.version <> (select max(seq) from events e where e.case_id = c.id)`},
	{"a link of the chain is broken", `select case_id::text || ' ' || seq from (select case_id, seq, previous_hash,
		lag(hash, 1, decode(repeat('00', 32), 'hex')) over (partition by case_id order by seq) as before from events) x
		where previous_hash <> before`},
	{"an event says nothing",
		`select e.case_id::text || ' ' || e.seq from events e left join event_payloads p on p.case_id = e.case_id
			and p.seq = e.seq where p.case_id is null`},
	{"a board differs from a recount", `with counted as (` + dbtest.Counted + `),
		kept as (select stage, sum(n) as n from (select stage, n from board_cells where dim = 'region' and scope = ''
		union all select stage, sign from board_deltas) x group by stage having sum(n) <> 0)
		select stage from counted full join kept using (stage) where counted.n is distinct from kept.n`},
	{"a payment was released by who made it",
		`select a.case_id::text from events a join events b on b.case_id = a.case_id and b.action in ('create', 'retry')
		where a.workflow = 'payment' and a.action = 'release' and a.actor_id = b.actor_id`},
	{"an award was confirmed by who handled it",
		`select a.case_id::text from events a join events b on b.case_id = a.case_id and b.action in ('submit', 'admit',
			'return', 'score', 'propose')
		where a.workflow = 'grant' and a.action in ('confirm', 'decline') and a.actor_id = b.actor_id`},
	{"a reviewer scored twice",
		`select e.case_id::text from events e where e.action = 'score' and not exists (select 1 from events r
			where r.case_id = e.case_id and r.action = 'return')
		group by e.case_id, e.actor_id having count(*) > 1`},
	{"a clock fired twice",
		`select case_id::text || ' ' || action from events where action in ('lapse', 'cosign_lapse') group by case_id, action
			having count(*) > 1
		and not bool_or(exists (select 1 from events r where r.case_id = events.case_id and r.action = 'resubmit'))`},
	{"a child has not told its parent", `select key from signals where done_at is null`},
}

func (r *run) laws(db *sql.DB) {
	for _, l := range laws {
		rows, err := db.Query(l.query)
		if err != nil {
			r.wrong("%s: %v", l.name, err)
			continue
		}
		var found []string
		for rows.Next() {
			var s sql.NullString
			_ = rows.Scan(&s)
			found = append(found, s.String)
		}
		_ = rows.Close()
		if len(found) > 0 {
			r.wrong("%s: %d, such as %s", l.name, len(found), found[0])
		}
	}
}

func (r *run) program(args ...string) {
	args = append(args, "--database-url", r.database("incubase_server"), "--database-owner-url",
		r.database("incubase_owner"), "--data", r.srv.Data)
	if out, err := r.srv.Run(args...); err != nil {
		r.wrong("incubase %s: %v\n%s", strings.Join(args, " "), err, process.Tail(out, 2000))
	}
}

// settle waits until the children's signals are processed.
func (r *run) settle(db *sql.DB) {
	var signals, deltas int
	var problem string
	for end := time.Now().Add(40 * time.Second); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		err := db.QueryRow(
			`select count(*), coalesce(max(action || ' ' || problem || ' tries ' || tries || ' next in ' || (next_at - now())),
				''), (select count(*) from board_deltas) from signals where done_at is null`).Scan(&signals, &problem, &deltas)
		if err == nil && signals == 0 && deltas == 0 {
			return
		}
	}
	r.wrong("40 s after the last act %d signals and %d deltas of boards wait: %s", signals, deltas, problem)
}
