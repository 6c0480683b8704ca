package db_test

import (
	"fmt"
	"strings"
	"testing"

	"incubase/db/dbtest"
	"incubase/workflow"
)

// A grade is read by the staff and the organization where it applies again, until an audit reopens the case and another
// is given.
func TestResultsOfAnOrganization(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	first, second := f.NewGrant(), f.NewGrant()
	f.Walk(first, "reported")
	f.Walk(second, "screened")
	seen := func(who, ref string) string {
		t.Helper()
		v, err := f.Desk.Show(t.Context(), f.Actor(who), ref)
		if err != nil {
			t.Fatal(err)
		}
		return listed(v.Results)
	}
	for who, want := range map[string]string{"officer": first + " project_grade good 良好", "decider": first +
		" project_grade good 良好", "preparer": first + " project_grade good 良好", "reviewer1": "", "cosigner": ""} {
		if got := seen(who, second); got != want {
			t.Errorf("%s reads %q, not %q", who, got, want)
		}
	}
	if got := seen("officer", first); got != "" {
		t.Errorf("a case lists its own result as an earlier one: %s", got)
	}
	f.Do("decider", first, "reopen", map[string]any{"audit_request": "审〔2026〕12号"})
	if got := seen("officer", second); got != "" {
		t.Errorf("a result that was withdrawn: %s", got)
	}
	f.Do("evaluator", first, "evaluate", map[string]any{"grade": "pass"})
	if got, want := seen("officer", second), first+" project_grade pass 合格"; got != want {
		t.Errorf("the second grade: %q, not %q", got, want)
	}
	all, err := f.Results(t.Context(), f.Organization)
	if got, want := listed(all), first+" project_grade pass 合格"; err != nil || got != want {
		t.Errorf("of the organization: %q, %v", got, err)
	}
	other, err := f.Results(t.Context(), f.AddOrganization(f.Owner(t), "另一社会组织"))
	if err != nil || len(other) != 0 {
		t.Errorf("of another: %v, %v", other, err)
	}
	sound(t, f)
	for _, change := range []string{`update results set value = '"excellent"', shown_zh = '优秀' where case_id = $1
		and value = '"pass"'`, `delete from results where case_id = $1 and value = '"pass"'`} {
		if _, err := f.Server(t).Exec(change, f.ID(first)); err == nil || !strings.Contains(err.Error(), "permission") {
			t.Errorf("the server's role: %s: %v", change, err)
		}
	}
	if _, err := f.Owner(t).Exec(`update results set value = '"excellent"' where case_id = $1 and value = '"pass"'`,
		f.ID(first)); err != nil {
		t.Fatal(err)
	}
	if found := problemsBy(t, f.DB); found["events"] != 1 {
		t.Errorf("a better grade: verify names %v", found)
	}
	if _, err := f.Owner(t).Exec(`update results set value = 'null' where case_id = $1`, f.ID(first)); err != nil {
		t.Fatal(err)
	}
	if all, err := f.Results(t.Context(), f.Organization); err != nil || len(all) != 1 {
		t.Errorf("a result whose value was taken away is listed no more: %v, %v", all, err)
	}
}

func listed(results []workflow.PastResult) string {
	var out []string
	for _, r := range results {
		out = append(out, fmt.Sprintf("%s %s %v %s", r.Ref, r.Name, r.Value, r.Shown.ZH))
	}
	return strings.Join(out, ", ")
}
