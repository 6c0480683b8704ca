package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"incubase/cmd/incubase/app/apptest"
	"incubase/cmd/incubase/demo"
	"incubase/db/dbtest"
	"incubase/db/pg"
)

// trial returns a shared file of past mistakes, or skips the test.
func trial(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("../../../shared/trials/inputs", name)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("INCUBASE_SHARED") == "required" {
			t.Fatal(err)
		}
		t.Skip("the shared trials are not here: ", err)
	}
	return path
}

func commandIn(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(context.WithoutCancel(t.Context()), append(args, "--log-level", "error"), nil, &out, &errs)
	return code, out.String(), errs.String()
}

// TestTrialsComeIn: similar organizations are asked about, understood rows go in once, and a dry run counts what the
// run does.
func TestTrialsComeIn(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, pg.Options{})
	for _, row := range []struct {
		file            string
		rows, good, bad int
		codes           []string // each in the report, as often as given
	}{
		{file: "org-same.csv", rows: 10, good: 3, bad: 7, codes: []string{"similar", "similar", "similar", "similar",
			"similar", "similar", "similar"}},
		{file: "org-dup-name.csv", rows: 4, good: 1, bad: 3, codes: []string{"similar", "twice", "twice"}},
		{file: "org-phones.csv", rows: 10, good: 10},
		{file: "org-zw.csv", rows: 3, good: 3, codes: []string{"cleaned", "cleaned", "cleaned"}},
		{file: "org-error.xlsx", rows: 3, bad: 3, codes: []string{"cell_error", "cell_error", "cell_logical",
			"cell_logical"}},
		{file: "org-dates.csv", rows: 11, good: 2, bad: 9},
		{file: "org-utf8-pua.csv", rows: 1, good: 1}, {file: "org-gbk-pua.csv", rows: 1, good: 1},
		{file: "org-1904.xlsx", rows: 1, good: 1},
		{file: "org-merged.xlsx", rows: 1, good: 1}, {file: "org-sep.csv", rows: 1, good: 1},
		{file: "org-cr.csv", rows: 1, good: 1},
	} {
		path := trial(t, row.file)
		_, dry, _ := command(t, d, "import", "organizations", path, "--good-rows", "--dry-run", "--json")
		wants(t, row.file+" dry", last(t, dry), map[string]any{"rows": row.rows, "written": row.good, "bad": row.bad,
			"known": 0})
		_, run, _ := command(t, d, "import", "organizations", path, "--good-rows", "--json")
		wants(t, row.file, last(t, run), map[string]any{"rows": row.rows, "written": row.good, "bad": row.bad, "known": 0})
		for _, code := range row.codes {
			if n := strings.Count(run, `"code":"`+code+`"`); n != strings.Count(strings.Join(row.codes, " ")+" ", code+" ") ||
				n != strings.Count(dry, `"code":"`+code+`"`) {
				t.Errorf("%s: %d times %s:\n%s", row.file, n, code, run)
			}
		}
		_, again, _ := command(t, d, "import", "organizations", path, "--good-rows", "--json")
		if row.file == "org-dup-name.csv" { // other spellings of a number that is registered now
			row.good += 2
		}
		wants(t, row.file+" again", last(t, again), map[string]any{"written": 0, "known": row.good})
	}
	var phones, names string
	if err := d.Owner(t).QueryRow(
		`select string_agg(phone, ';' order by filing_number collate "C") from organizations
			where filing_number like 'P-%'`).Scan(&phones); err != nil ||
		phones != "0467-2345678-801;13900000000 / 13911111111;13900000000 / "+
			"13911111111;13900000000;0467-2345678;13900000000;13900000000;0467-2345678-801;0467-2345678-801;010-12345678 / "+
			"010-87654321" {
		t.Errorf("telephones %s, %v", phones, err)
	}
	if err := d.Owner(t).QueryRow(
		`select string_agg(contact, ' ' order by filing_number) from organizations where filing_number in ('C-5',
			'C-6')`).Scan(&names); err != nil || names != "王䶮 王䶮" {
		t.Errorf("names %s, %v", names, err)
	}
	another := fileOf(t, "o.csv", "name,kind,region,another\n样例小工坊(东风),unregistered_team,230302004,东风街另有一队\n")
	wants(t, "another", last(t, succeeds(t, d, "import", "organizations", another, "--json")),
		map[string]any{"written": 1, "bad": 0})
	if code, _, errs := command(t, d, "import", "organizations", trial(t, "org-mixed.csv"), "--lang",
		"en"); code != exitFailed || !strings.Contains(errs, "mixes two encodings") {
		t.Errorf("two encodings: exit %d, %s", code, errs)
	}
	if code, _, errs := command(t, d, "import", "360giving", trial(t, "not-360-list.json")); code != exitFailed ||
		!strings.Contains(errs, "no grant is in it") || !strings.Contains(errs, "nothing was imported") {
		t.Errorf("a list of something else: exit %d, %s", code, errs)
	}
	path := trial(t, "360-amounts.json")
	_, dry, _ := command(t, d, "import", "360giving", path, "--dry-run", "--json")
	_, run, _ := command(t, d, "import", "360giving", path, "--json")
	for _, count := range []string{"rows", "imported", "organizations", "flagged", "problems", "left_out"} {
		if last(t, dry)[count] != last(t, run)[count] {
			t.Errorf("%s: %v announced, %v done", count, last(t, dry)[count], last(t, run)[count])
		}
	}
	for id, fen := range map[string]int64{"T-eu-decimal": 0, "T-eu-thousand": 0, "T-eu-point": 0, "T-apos": 0,
		"T-space": 0, "T-nbsp": 0, "T-k": 0, "T-suffix": 2500000, "T-paren": 0, "T-minus-sym": 0,
		"T-negtext": 0, "T-tbc": 0, "T-plus": 0, "T-sci": 0} {
		var got int64
		if err := d.Owner(t).QueryRow(
			`select awarded_fen from cases c join external_ids x on x.record_id = c.id where x.external_id = $1`,
			id).Scan(&got); err != nil || got != fen {
			t.Errorf("%s: %d, want %d, %v", id, got, fen, err)
		}
		if fen == 0 && !strings.Contains(run, `"id":"`+id+`"`) {
			t.Errorf("nothing is told of %s", id)
		}
	}
	verifies(t, d)
}

// TestAnnouncementsAreTheRun: a dry run counts what the run changes, across batches and for existing regions.
func TestAnnouncementsAreTheRun(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, pg.Options{})
	regions := fileOf(t, "r.csv", "code,name\n2303,鸡西市\n230302,鸡冠区\n230303,虚构新名区\n230399,虚构新区\n")
	dry := last(t, succeeds(t, d, "import", "regions", regions, "--since", "2027年1月1日", "--dry-run", "--json"))
	wants(t, "regions announced", dry, map[string]any{"rows": 4, "loaded": 2, "ended": 0})
	run := last(t, succeeds(t, d, "import", "regions", regions, "--since", "2027-01-01", "--json"))
	wants(t, "regions", run, map[string]any{"rows": 4, "loaded": 2, "ended": 0, "below": dry["below"]})
	var rows []string
	for i := range awardBatch + 50 { // the second batch names organizations of the first otherwise
		name := "One"
		if i >= awardBatch {
			name = "Another"
		}
		rows = append(rows,
			`{"id":"`+strings.Repeat("x",
				i+1)+`","title":"T","currency":"EUR","amountAwarded":10,"awardDate":"2020-02-03","fundingOrganization":[{"id":"F","name":"F"}],"recipientOrganization":[{"id":"o","name":"`+name+`"}]}`)
		rows[i] = strings.Replace(rows[i], strings.Repeat("x", i+1), "id"+strings.Repeat("1", i%100)+string(rune('a'+i/100)),
			1)
	}
	grants := fileOf(t, "g.json", "["+strings.Join(rows, ",")+"]")
	announced := last(t, succeeds(t, d, "import", "360giving", grants, "--dry-run", "--json"))
	done := last(t, succeeds(t, d, "import", "360giving", grants, "--json"))
	wants(t, "grants", done, map[string]any{"problems": 50, "flagged": 50, "organizations": 1,
		"imported": awardBatch + 50})
	wants(t, "grants announced", announced, map[string]any{"problems": 50, "flagged": 50, "organizations": 1,
		"imported": awardBatch + 50})
}

// TestTrialApplicationsComeIn: the command reports what the reader of the table reports, and writes the understood
// rows.
func TestTrialApplicationsComeIn(t *testing.T) {
	t.Parallel()
	path := trial(t, "app-amounts.csv")
	s := apptest.New(t, demo.Load)
	organization := fileOf(t, "o.csv",
		"name,kind,filing_number,region\n虚构·来源样例会（示例）,filed_community_org,来源未载备案号（甲）,230302\n")
	_, _, _ = command(t, s.DB, "import", "organizations", organization)
	var round string
	if err := s.Owner.QueryRow(
		`select c.ref from rounds r join cases c on c.id = r.id where r.region = '230302' and r.state = 'open'
			and r.kind = 'grant' order by c.ref desc limit 1`).Scan(&round); err != nil {
		t.Fatal(err)
	}
	_, dry, _ := command(t, s.DB, "import", "applications", path, "--round", round, "--as", "officer", "--good-rows",
		"--dry-run", "--json")
	_, run, errs := command(t, s.DB, "import", "applications", path, "--round", round, "--as", "officer", "--good-rows",
		"--json")
	wants(t, "announced", last(t, dry), map[string]any{"rows": 34, "written": 13, "bad": 21})
	wants(t, "done", last(t, run), map[string]any{"rows": 34, "written": 13, "bad": 21})
	if t.Failed() {
		t.Log(run, errs)
	}
}

// TestAWrongFolderMakesNothing: reading commands name the missing folder and do not make it.
func TestAWrongFolderMakesNothing(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"export", "template", "applications", "--round", "RD-1"}, {"export", "organizations"},
		{"import", "organizations", fileOf(t, "o.csv", "name,kind,region\n")}} {
		dir := filepath.Join(t.TempDir(), "nowhere")
		code, _, errs := commandIn(t, append(args, "--data", dir)...)
		if _, err := os.Stat(dir); code != exitUsage || err == nil || !strings.Contains(errs, "there is no installation in") {
			t.Errorf("%v: exit %d, %v, %s", args, code, err, errs)
		}
	}
}
