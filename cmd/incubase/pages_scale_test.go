package main

import (
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"incubase/cmd/incubase/demo"
	"incubase/web/pagetest"
)

// TestPagesAmongManyCases opens the pages among copies of the demonstration's cases, with their events and awards, and prints how
// long each takes from request to last byte, and as a multiple of a page that reads next to nothing. How many is INCUBASE_CASES
// (make bench-pages CASES=1000000); in the ordinary run there are a few, and every page must still find what it lists.
func TestPagesAmongManyCases(t *testing.T) {
	n := 2000
	if s := os.Getenv("INCUBASE_CASES"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	s := newSite(t, demo.Load)
	s.multiply(n)
	people := map[string]*pagetest.Visitor{}
	floor := 0.0
	for _, p := range []struct{ login, path, says string }{
		{"", "/calls", "正在受理"}, {"", "/", "孵化通"}, {"", "/notices", "公示"}, {"", "/awards", "共 "}, {"", "/statistics", "共 "},
		{"officer", "/", "待办"}, {"reviewer1", "/", "待办"}, {"women", "/", "待办"}, {"officer", "/cases", "GA-"}, {"officer", "/cases?stage=applied", "GA-"},
		{"officer", "/cases?overdue=1", "GA-"}, {"officer", "/cases?q=GA-2001-0000100", "GA-2001-0000100"}, {"officer", "/cases?q=%E6%98%9F%E6%9C%9F%E4%B8%89", "星期三"},
		{"officer", "/cases?q=%E7%89%A7%E5%8C%BA", "没有符合条件"}, {"officer", "/cases?q=%E6%B5%81%E5%8A%A8%E8%AF%BE%E5%A0%82", "没有符合条件"}, // frequent elsewhere, unknown here
		{"officer", "/cases/GA-2001-0000100", "办理过程"}, {"officer", "/board", "进度总览"}, {"analyst", "/board", "进度总览"}, {"officer", "/rounds", "批次"},
		{"officer", "/organizations", "社会组织"}, {"applicant", "/cases", "GA-"},
		{"auditor", "/deeds", "办理记录"}, {"auditor", s.year(), "办理记录"}, {"auditor", s.year() + "&who=officer", "办理记录"}, {"auditor", s.year() + "&who=nobody", "没有这样的记录"},
	} {
		if people[p.login] == nil {
			people[p.login] = s.visitOrNobody(p.login)
		}
		ms := make([]float64, 21)
		for i := range ms {
			begun := time.Now()
			a := people[p.login].Get(p.path)
			ms[i] = float64(time.Since(begun).Microseconds()) / 1000
			if a.Status != http.StatusOK || !strings.Contains(a.Body, p.says) {
				t.Fatalf("%s for %q: %d, without %q", p.path, p.login, a.Status, p.says)
			}
		}
		first := ms[0]
		slices.Sort(ms)
		if floor == 0 {
			floor = ms[10]
		}
		t.Logf("%8d cases  %-10s %-40s first %8.1f ms  median %8.1f ms  worst %8.1f ms  %6.1f of /calls", n, p.login, p.path, first, ms[10], ms[20], ms[10]/floor)
	}
}

// year is the search for who did what in the year up to now.
func (s *site) year() string {
	return "/deeds?since=" + s.now().AddDate(-1, 0, 2).Format(time.DateOnly) + "&until=" + s.now().Format(time.DateOnly)
}

// multiply copies the demonstration's own grants until there are n more, with their events and the postings of their awards, spread
// over 300 days and over the country: a tenth is of the officer's own county, the rest of all counties alike; an organization has
// fifty, and the applicant's own and the officer one in a thousand. Every copy keeps its foreign keys; hashes are its original's, so
// the chain of a copy does not verify.
func (s *site) multiply(n int) {
	s.t.Helper()
	conn, err := s.owner.Conn(s.t.Context()) // temporary tables are a connection's own
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	for _, statement := range []string{
		`create temp table source as select row_number() over (order by c.id) - 1 as k, c.id from cases c where c.workflow = 'grant' and not c.imported`,
		`create temp table place as select row_number() over (order by code) - 1 as k, code from regions where code ~ '^[0-9]{6}$' and code !~ '00$'`,
		`create temp table body as select row_number() over () - 1 as k, gen_random_uuid() as id, p.code
			from generate_series(1, ` + strconv.Itoa(n/50+1) + `) n join place p on p.k = n % (select count(*) from place)`,
		`insert into organizations (id, name, kind, region, province, city, county, created_at, updated_at)
			select id, '第' || k || '社工服务中心', 'unregistered_team', code, left(code, 2), left(code, 4), code, now(), now() from body`,
		`create temp table copy as select gen_random_uuid() as id, 'GA-2001-' || lpad(n::text, 7, '0') as ref, s.id as source, random() * interval '300 days' as ago,
				case when n % 10 > 0 then b.code end as county, case when n % 1000 > 0 then b.id end as organization, n % 1000 = 0 as own
			from generate_series(1, ` + strconv.Itoa(n) + `) n join source s on s.k = (n + n / 10) % (select count(*) from source)
			join body b on b.k = (n * 7919::bigint) % (select count(*) from body)`,
		`with born as (
			insert into cases (id, ref, workflow, definition_version, state, stage, outcome, stored_state, version, last_hash, organization_id, project_id, round_id, track,
				region, province, city, county, street, community, agency_id, lead_id, title, topics, requested_fen, awarded_fen, committed_fen, paid_fen, returned_fen,
				answers_revision, assignments, cosigns, approvals, tranches, clocks, doers, counts, data, due_on, born_at, updated_at, closed_at)
			select k.id, k.ref, workflow, definition_version, state, stage, outcome, stored_state, version, last_hash, coalesce(k.organization, organization_id),
				case when k.own then project_id end, round_id, track, coalesce(k.county, region), coalesce(left(k.county, 2), province), coalesce(left(k.county, 4), city),
				coalesce(k.county, c.county), case when k.county is null then street else '' end, case when k.county is null then community else '' end,
				agency_id, case when k.own then lead_id end, title, topics, requested_fen, awarded_fen, committed_fen, paid_fen, returned_fen,
				answers_revision, assignments, cosigns, approvals, tranches, clocks, doers, counts, data, due_on, born_at - ago, updated_at - ago, closed_at
			from copy k join cases c on c.id = k.source),
		said as (
			insert into events (case_id, seq, workflow, definition_version, action, from_state, to_state, actor_id, at, payload_hash, previous_hash, hash)
			select k.id, e.seq, e.workflow, e.definition_version, e.action, e.from_state, e.to_state, e.actor_id, e.at - k.ago, e.payload_hash, e.previous_hash, e.hash
			from copy k join events e on e.case_id = k.source order by e.at - k.ago)
		insert into postings (case_id, seq, grant_id, round_id, kind, debit, credit, amount_fen, at)
		select k.id, p.seq, k.id, p.round_id, p.kind, p.debit, 'commitment:' || k.id, p.amount_fen, p.at
		from copy k join postings p on p.grant_id = k.source and p.case_id = k.source and p.kind = 'commit'`,
		`insert into case_words (case_id, words, region) select k.id, n.ref || ' ' || n.title || ' ' || o.name || case when n.county <> '230302' then ' 牧区流动课堂' else '' end, n.region
			from copy k join cases n on n.id = k.id join organizations o on o.id = n.organization_id`,
		`insert into board_cells as b (dim, scope, key, stage, n, amount, awards, committed, paid)
			select k.dim, k.scope, k.key, c.stage, count(*), sum(case c.stage when 'applied' then c.requested_fen else c.committed_fen end),
				count(*) filter (where c.committed_fen > 0), coalesce(sum(c.committed_fen), 0), coalesce(sum(c.paid_fen), 0)
			from copy y join cases c on c.id = y.id
			cross join lateral board_keys(c.province, c.city, c.county, c.street, c.agency_id, c.round_id, c.topics) k
			where c.stage <> '' group by k.dim, k.scope, k.key, c.stage
			on conflict (dim, scope, key, stage) do update set n = b.n + excluded.n, amount = b.amount + excluded.amount,
				awards = b.awards + excluded.awards, committed = b.committed + excluded.committed, paid = b.paid + excluded.paid`,
		`analyze cases`, `analyze events`, `analyze postings`, `analyze organizations`, `analyze case_words`,
	} {
		if _, err := conn.ExecContext(s.t.Context(), statement); err != nil {
			s.t.Fatal(err, statement)
		}
	}
}
