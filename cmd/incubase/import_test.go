package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"incubase/cmd/incubase/app/apptest"
	"incubase/cmd/incubase/demo"
	"incubase/db/dbtest"
	"incubase/db/pg"
)

func command(t *testing.T, d *dbtest.Database, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	args = append(args, "--database-url", d.URL, "--database-owner-url", d.OwnerURL, "--log-level", "error", "--data",
		t.TempDir(),
		"--row-key", apptest.RowKeyFile(t, t.TempDir()))
	code = run(context.WithoutCancel(t.Context()), args, nil, &out, &errs)
	return code, out.String(), errs.String()
}

func succeeds(t *testing.T, d *dbtest.Database, args ...string) string {
	t.Helper()
	code, out, errs := command(t, d, args...)
	if code != 0 {
		t.Fatalf("%v: exit %d\n%s%s", args, code, out, errs)
	}
	return out
}

// last returns the sum that a command printed at its end.
func last(t *testing.T, out string) (sum map[string]any) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &sum); err != nil {
		t.Fatalf("%v: %s", err, lines[len(lines)-1])
	}
	return sum
}

func wants(t *testing.T, what string, sum map[string]any, want map[string]any) {
	t.Helper()
	for k, v := range want {
		if fmt.Sprint(sum[k]) != fmt.Sprint(v) {
			t.Errorf("%s: %s is %v, want %v: %v", what, k, sum[k], v, sum)
		}
	}
}

func verifies(t *testing.T, d *dbtest.Database) {
	t.Helper()
	succeeds(t, d, "audit", "verify")
	succeeds(t, d, "check")
}

func fileOf(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// shared returns a file of real data, or skips the test unless the data is required.
func shared(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("../../../shared/data", name)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("INCUBASE_SHARED") == "required" {
			t.Fatal(err)
		}
		t.Skip("real data is not there: ", err)
	}
	return path
}

// TestRealAwardsComeIn: all rows of two foundations, faults flagged, outside boards and sums, chained; a second run
// changes nothing.
func TestRealAwardsComeIn(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, pg.Options{})
	for _, c := range []struct {
		file                                string
		rows, organizations, flagged, again int
	}{{"360giving/lloyds_bank_foundation_2010_2015.json", 4116, 3624, 6, 1}, {"360giving/wolfson_foundation_2014.json",
		379, 305, 379, 379}} {
		path := shared(t, c.file)
		dry := last(t, succeeds(t, d, "import", "360giving", path, "--dry-run", "--json"))
		wants(t, "dry run", dry, map[string]any{"rows": c.rows, "imported": c.rows, "organizations": c.organizations,
			"dry_run": true})
		first := last(t, succeeds(t, d, "import", "360giving", path, "--json"))
		wants(t, "first run", first, map[string]any{"rows": c.rows, "imported": c.rows, "organizations": c.organizations,
			"flagged": c.flagged, "left_out": 0})
		second := last(t, succeeds(t, d, "import", "360giving", path, "--json"))
		wants(t, "second run", second, map[string]any{"imported": 0, "organizations": 0, "known": c.rows, "changed": 0,
			"flagged": c.again})
	}
	var cases, closed, pounds, rows, boards int
	err := d.Owner(t).QueryRow(
		`select count(*), count(*) filter (where stage = 'reported' and outcome = 'imported' and closed_at is not null
			and imported),
		count(*) filter (where currency = 'GBP' and region = '' and agency_id is null and round_id is null),
		(select count(*) from external_ids where kind = 'case'), (select count(*) from board_deltas) + (select count(*)
		from board_cells) from cases`).
		Scan(&cases, &closed, &pounds, &rows, &boards)
	if err != nil || cases != 4495 || closed != cases || pounds != cases || rows != cases || boards != 0 {
		t.Errorf("%d cases, %d closed, %d in pounds without a place, %d remembered, %d on boards: %v", cases, closed, pounds,
			rows, boards, err)
	}
	verifies(t, d)
}

// TestAwardsOfOtherPublishers: faulty rows come in flagged, rows without meaning are named, and a broken file leaves
// nothing.
func TestAwardsOfOtherPublishers(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, pg.Options{})
	row := func(id, more string) string {
		return `{"id":"` + id +
			`","title":"T","currency":"EUR","amountAwarded":10,"awardDate":"2020-02-30","fundingOrganization":[{"id":"F","name":"F"}],` + more + `}`
	}
	path := fileOf(t, "a.json", `{"grants":[`+strings.Join([]string{
		row("a", `"recipientOrganization":[{"id":"o","name":"One"}],"amountDisbursed":20`),
		row("b", `"recipientOrganization":[{"id":"o","name":"Another"}],"plannedDates":[{"startDate":"2020-02-02","endDate":"2020-01-01"}]`),
		row("a", `"recipientOrganization":[{"id":"o","name":"One"}]`),
		row("c", `"recipientOrganization":[{"name":"X"}],"currency":"JPY","awardDate":"2019-07-01"`),
		`5`, `{}`, `{"amountAwarded":5,"awardDate":"2019-07-01"}`}, ",")+`]}`)
	code, out, _ := command(t, d, "import", "360giving", path, "--json")
	wants(t, "dirty", last(t, out), map[string]any{"rows": 7, "imported": 4, "organizations": 2, "left_out": 3})
	for _, want := range []string{`"paid_above_awarded"`, `"ends_before_start"`, `"other_name"`, `"duplicate_id"`,
		`"not_an_object"`, `"not_a_grant"`, `"bad_date"`, `"no_id"`, `"no_recipient"`} {
		if !strings.Contains(out, want) {
			t.Errorf("%s was not told", want)
		}
	}
	if code != exitFailed {
		t.Error("rows were left out, and the command exits with", code)
	}
	changed := fileOf(t, "a.json", `[`+row("c", `"recipientOrganization":[{"name":"X"}],"amountAwarded":11`)+`]`)
	wants(t, "changed", last(t, succeeds(t, d, "import", "360giving", changed, "--json")),
		map[string]any{"imported": 0, "changed": 1})
	broken := fileOf(t, "b.json", `{"grants":[`+row("z", `"recipientOrganization":[]`)+`,{"id":`)
	if code, _, errs := command(t, d, "import", "360giving", broken); code != exitFailed ||
		!strings.Contains(errs, "nothing was imported") {
		t.Errorf("a broken file: exit %d, %s", code, errs)
	}
	if code, _, _ := command(t, d, "import", "360giving", "no such file"); code != exitUsage {
		t.Error("no such file: exit", code)
	}
	var refs string
	if err := d.Owner(t).QueryRow(
		`select string_agg(left(ref, 7) || ' ' || awarded_fen || ' ' || currency, ', ' order by external_id)
		from cases join external_ids x on x.record_id = cases.id where x.external_id in ('a', 'b', 'c',
		'z')`).Scan(&refs); err != nil || !strings.HasSuffix(refs, "IM-2019 10 JPY") || strings.Count(refs, "1000 EUR") != 2 {
		t.Error(refs, err)
	}
	verifies(t, d)
}

// TestTablesComeIn: organizations and applications, dry run first, all or nothing, repeatable; declarations stay the
// certifier's.
func TestTablesComeIn(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, demo.Load)
	head := "名称,类型,统一社会信用代码,所在地代码,服务领域和人群\n"
	goodRow := "虚构·测试助老社（示例）,social service organization,52230302007000003F,230302,老年人\n"
	bad := fileOf(t, "o.csv", head+goodRow+"x,foundation,,999999,\n")
	if code, out, _ := command(t, s.DB, "import", "organizations", bad, "--lang", "en"); code != exitFailed ||
		strings.Count(out, "row 3, column") != 3 || !strings.Contains(out, "nothing was written") {
		t.Errorf("a bad row: exit %d\n%s", code, out)
	}
	table := fileOf(t, "o.csv", head+goodRow)
	wants(t, "dry run", last(t, succeeds(t, s.DB, "import", "organizations", table, "--dry-run", "--json")),
		map[string]any{"written": 1, "bad": 0})
	wants(t, "organizations", last(t, succeeds(t, s.DB, "import", "organizations", table, "--as", "officer", "--json")),
		map[string]any{"written": 1, "known": 0})
	wants(t, "again", last(t, succeeds(t, s.DB, "import", "organizations", table, "--json")),
		map[string]any{"written": 0, "known": 1})
	var round string
	if err := s.Owner.QueryRow(
		`select c.ref from rounds r join cases c on c.id = r.id where r.region = '230302' and r.state = 'open'
			and r.kind = 'grant' order by c.ref desc limit 1`).Scan(&round); err != nil {
		t.Fatal(err)
	}
	template := filepath.Join(t.TempDir(), "a.xlsx")
	succeeds(t, s.DB, "export", "template", "applications", "--round", round, "-o", template)
	applications := fillIn(t, template, "K1")
	out := succeeds(t, s.DB, "import", "applications", applications, "--round", round, "--as", "officer", "--json")
	wants(t, "applications", last(t, out), map[string]any{"written": 1, "bad": 0})
	wants(t, "again", last(t, succeeds(t, s.DB, "import", "applications", applications, "--round", round, "--as",
		"officer", "--json")), map[string]any{"written": 0, "known": 1})
	if code, out, _ := command(t, s.DB, "import", "applications", fillIn(t, template, "K2"), "--round", round, "--as",
		"reviewer1", "--dry-run"); code != exitFailed || !strings.Contains(out, "第 2 行") {
		t.Errorf("a reviewer may enter nothing: exit %d, %s", code, out)
	}
	found := s.Want(http.StatusOK, "GET", "/cases?q=%E9%93%B6%E5%8F%91%E9%99%AA%E4%BC%B4%E6%B5%8B%E8%AF%95", "officer",
		nil).Body["items"].([]any)
	if len(found) != 1 || found[0].(map[string]any)["state"] != "draft" {
		t.Fatalf("the application: %v", found)
	}
	one := s.Want(http.StatusOK, "GET", "/cases/"+found[0].(map[string]any)["ref"].(string), "officer", nil).Body
	answers := one["draft"].(map[string]any)["answers"].(map[string]any)
	if fmt.Sprint(answers["budget"]) != "[map[amount_fen:1.2e+06 item:材料费] map[amount_fen:800050 item:补贴]]" ||
		answers["truthful"] != nil || fmt.Sprint(answers["requested_fen"]) != "2.00005e+06" {
		t.Errorf("the answers: %v", answers)
	}
	verifies(t, s.DB)
}

func fillIn(t *testing.T, template, key string) string {
	t.Helper()
	f, err := excelize.OpenFile(template)
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("每周上门陪伴和助餐服务，由志愿者结对。", 5)
	values := map[string]string{"外部编号": key, "组织信用代码或备案编号": "52230302007000003F", "品牌项目": "银发陪伴测试", "项目名称": "银发陪伴测试",
		"项目简介":   long,
		"要解决的需求": long, "受益人群": "老年人", "受益人数": "120", "活动安排": long, "预算": "材料费 | 12000\n补贴 | 8000.50", "申请资助（元）": "20000.50",
		"开始日期": "2026-12-20", "结束日期": "2027-10-31"}
	rows, err := f.GetRows("申报")
	if err != nil {
		t.Fatal(err)
	}
	for i, h := range rows[0] {
		name, _, _ := strings.Cut(h, " / ")
		at, _ := excelize.CoordinatesToCellName(i+1, 2)
		if err := f.SetCellStr("申报", at, values[name]); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "filled.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestAnEndedDivisionIsReachedBySuccessors: cases keep their codes, roles in a successor reach them alone, in lists and
// as duties; nothing new is placed there.
func TestAnEndedDivisionIsReachedBySuccessors(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, demo.Load)
	count := func(login string) int {
		return len(s.Want(http.StatusOK, "GET", "/cases?region=230302&limit=200", login, nil).Body["items"].([]any))
	}
	all := count("officer")
	succeeds(t, s.DB, "import", "regions", fileOf(t, "r.csv", "code,name,successor\n230399,虚构新区,\n230302,,230399\n"),
		"--since", "2027-01-01")
	for login, place := range map[string]string{"successor": "230399", "twin": "230302"} {
		var user, officer, checker string
		if err := s.Owner.QueryRow(`with u as (insert into users (id, login, name, password_hash)
				select gen_random_uuid(), $1, '官员', password_hash from users where login = 'officer' returning id),
			g as (insert into role_grants (id, user_id, role, region)
				select gen_random_uuid(), u.id, r, $2 from u, unnest(array['officer', 'checker']) r returning id, user_id)
			select user_id, min(id::text), max(id::text) from g group by
			user_id`, login, place).Scan(&user, &officer, &checker); err != nil {
			t.Fatal(err)
		}
		dbtest.Bind(t, s.Owner, "user", user)
		dbtest.Bind(t, s.Owner, "role", officer)
		dbtest.Bind(t, s.Owner, "role", checker)
	}
	if n, twin := count("successor"), count("twin"); n != twin || n == 0 {
		t.Errorf("the successor's officer sees %d cases of the ended division, another of its own sees %d", n, twin)
	}
	if n := count("officer"); n != all {
		t.Errorf("the officer of the ended division sees %d of %d cases", n, all)
	}
	waiting := s.Want(http.StatusOK, "GET", "/cases?waiting=me", "successor", nil).Body["items"].([]any)
	if len(waiting) == 0 {
		t.Error("nothing waits for the successor's officer")
	}
	region := s.Want(http.StatusOK, "GET", "/regions?parent=2303", "successor", nil).Body["items"].([]any)
	if out := fmt.Sprint(region); strings.Contains(out, "230302 ") || !strings.Contains(out, "230399") {
		t.Errorf("the divisions to choose from: %s", out)
	}
	wants(t, "again",
		last(t, succeeds(t, s.DB, "import", "regions",
			fileOf(t, "r.csv", "code,name,successor\n230399,虚构新区,\n230302,,230399\n"), "--since", "2027-01-01", "--json")),
		map[string]any{"loaded": 0, "ended": 0})
	verifies(t, s.DB)
}

// TestHolidaysComeIn: the days of a notice enter once, and clocks that waited for it become certain.
func TestHolidaysComeIn(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, demo.Load)
	provisional := func() (n int) {
		if err := s.Owner.QueryRow(`select count(*) from cases where clocks @> '[{"provisional": true}]'`).Scan(
			&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := provisional()
	table := fileOf(t, "h.csv",
		"date,kind,name\n2027-01-01,放假,元旦\n2027-02-06,上班,春节\n2027-02-08,holiday,春节\n2027-02-07,off,星期日\n")
	out := last(t, succeeds(t, s.DB, "import", "holidays", table, "--json"))
	wants(t, "holidays", out, map[string]any{"days": 3, "through": "2027-12-31", "changed": true})
	if after := provisional(); before == 0 || after >= before || fmt.Sprint(out["remeasured"]) == "0" {
		t.Errorf("%d cases with provisional clocks before, %d after; %v", before, after, out)
	}
	var late int
	if err := s.Owner.QueryRow(`select count(*) from duties d join cases c on c.id = d.case_id
		where d.agency_id is null and d.key not like 'timer/%'
		and (d.due_at at time zone 'Asia/Shanghai' - interval '1 microsecond')::date is distinct from c.due_on`).Scan(
		&late); err != nil || late > 0 {
		t.Errorf("%d duties have other days than their cases: %v", late, err)
	}
	wants(t, "again", last(t, succeeds(t, s.DB, "import", "holidays", table, "--json")), map[string]any{"changed": false,
		"remeasured": 0})
	if code, _, errs := command(t, s.DB, "import", "holidays",
		fileOf(t, "2028.json", `{"year":2028,"papers":[],"days":[]}`), "--lang", "en"); code != exitFailed ||
		!strings.Contains(errs, "not out yet") {
		t.Errorf("a notice without days: exit %d, %s", code, errs)
	}
	verifies(t, s.DB)
}

// TestListsGoOut: a file has what its reader sees, no formula is active, and scores go to those who may know them.
func TestListsGoOut(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, demo.Load)
	if _, err := s.Owner.Exec(
		`update cases set title = '=HYPERLINK("http://x")' where id = (select id from cases where workflow = 'grant'
			and region like '230302%' order by id limit 1)`); err != nil {
		t.Fatal(err)
	}
	staff, own := table(s, "officer", "/exports/cases?workflow=grant"),
		table(s, "applicant", "/exports/cases?workflow=grant")
	if len(staff) < 10 || len(own) == 0 || len(own) >= len(staff) {
		t.Fatalf("%d rows for the officer, %d for an applicant", len(staff), len(own))
	}
	scored, inert := 0, false
	for _, row := range staff {
		if row["Reviewer 1"] != "" && row["Score 1"] != "" {
			scored++
			if !strings.Contains(row["All reviews"], row["Score 1"]) || row["Version of the round's rules"] == "" ||
				row["Pass mark"] == "" || row["Criteria for moving on"] == "" && row["State"] == "Under review and co-signature" {
				t.Errorf("a scored case: %v", row)
			}
		}
		inert = inert || strings.HasPrefix(row["Title"], "'=HYPERLINK")
		if strings.HasPrefix(row["Title"], "=") {
			t.Error("a title acts as a formula")
		}
	}
	if scored == 0 || !inert {
		t.Error("no score, or no title to neutralise, among the rows")
	}
	for _, row := range own {
		if row["Reviewer 1"]+row["All reviews"]+row["Mean score"]+row["Pass mark"] != "" {
			t.Errorf("an applicant is told of reviews: %v", row)
		}
	}
	visitor := s.Visit("officer", "en")
	for _, at := range []string{"/cases", "/organizations", "/rounds", "/board", "/awards"} {
		for _, format := range []string{"csv", "xlsx"} {
			to := "/exports" + at + "?format=" + format
			if p := visitor.Get(at); !strings.Contains(p.Body, "/exports"+at+"?") ||
				!strings.Contains(p.Body, "format="+format) {
				t.Errorf("%s has no link to %s", at, to)
			}
			p := visitor.Get(to)
			if p.Status != http.StatusOK || !strings.HasPrefix(p.Header.Get("Content-Disposition"), "attachment") ||
				p.Header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s: %d %v", to, p.Status, p.Header)
			}
		}
	}
	path := filepath.Join(t.TempDir(), "o.xlsx")
	succeeds(t, s.DB, "export", "cases", "-o", path, "--as", "officer", "--workflow", "grant")
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.GetRows("案件")
	if err != nil || len(rows) != len(staff)+1 {
		t.Errorf("%d rows in the workbook, %d in the table: %v", len(rows)-1, len(staff), err)
	}
	for _, list := range []string{"organizations", "rounds", "awards", "board"} {
		if out := succeeds(t, s.DB, "export", list, "--lang", "en"); strings.Count(out, "\r\n") < 2 ||
			!strings.HasPrefix(out, "\xEF\xBB\xBF") {
			t.Errorf("export %s: %s", list, out)
		}
	}
	if code, _, _ := command(t, s.DB, "export", "cases", "--as", "nobody-of-that-name"); code != exitUsage {
		t.Error("an unknown login: exit", code)
	}
}

// table downloads a list as CSV.
func table(s *apptest.Site, login, path string) (out []map[string]string) {
	s.T.Helper()
	a := s.Send("GET", path, login, nil, nil)
	if a.Status != http.StatusOK {
		s.T.Fatal(a.Status, string(a.Raw))
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(a.Raw), "\xEF\xBB\xBF"))).ReadAll()
	if err != nil {
		s.T.Fatal(err)
	}
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, cell := range row {
			m[rows[0][i]] = cell
		}
		out = append(out, m)
	}
	return out
}
