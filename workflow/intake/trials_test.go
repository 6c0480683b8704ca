package intake_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"incubase/workflow/intake"
)

// trial returns a shared trial file, or skips the test where the folder is missing.
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

func problemCodes(problems []intake.Problem) []string {
	var out []string
	for _, p := range problems {
		column, _, _ := strings.Cut(p.Column, " ")
		s := fmt.Sprintf("%d%s %s", p.Row, column, p.Code)
		if !p.Lost {
			s += " told"
		}
		out = append(out, s)
	}
	slices.Sort(out)
	return out
}

// TestTrialTables: each trial file is read, or has one clear fault at the cell, as its page says.
func TestTrialTables(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		want  []string // problems
		unfit string
		check func(rows []intake.OrganizationRow) string
	}{
		"org-dates.csv": {[]string{"12E date", "11E date", "2E date", "3E date", "4E date", "5E date", "6E date", "7E date",
			"8E date"}, "", func(rows []intake.OrganizationRow) string {
			return rows[7].New.Founded.String() + " " + rows[8].New.Founded.String()[:10]
		}},
		"org-1904.xlsx": {nil, "", func(rows []intake.OrganizationRow) string { return rows[0].New.Founded.String() }},
		"org-error.xlsx": {[]string{"2G cell_error", "3A cell_error", "4C cell_logical", "4G cell_logical"}, "",
			func(rows []intake.OrganizationRow) string {
				return rows[1].New.Name + rows[0].New.Contact + rows[2].New.Contact + rows[2].New.FilingNumber
			}},
		"org-merged.xlsx": {nil, "", func(rows []intake.OrganizationRow) string { return rows[0].New.Name }},
		"org-sep.csv": {nil, "",
			func(rows []intake.OrganizationRow) string { return rows[0].New.Name + fmt.Sprint(rows[0].Line.Row) }},
		"org-cr.csv": {nil, "",
			func(rows []intake.OrganizationRow) string { return rows[0].New.Name + fmt.Sprint(rows[0].Line.Row) }},
		"org-mixed.csv": {nil, "mixes two encodings: line 2 is UTF-8 and line 3 is not", nil},
		"org-zw.csv": {[]string{"2A cleaned told", "2E cleaned told", "3A cleaned told"}, "",
			func(rows []intake.OrganizationRow) string {
				return rows[0].New.Name + rows[0].New.Contact + rows[1].New.Name + rows[2].New.Contact
			}},
		"org-utf8-pua.csv": {[]string{"2E cleaned told"}, "",
			func(rows []intake.OrganizationRow) string { return rows[0].New.Contact }},
		"org-gbk-pua.csv": {nil, "", func(rows []intake.OrganizationRow) string { return rows[0].New.Contact }},
		"org-phones.csv": {nil, "", func(rows []intake.OrganizationRow) string {
			var names []string
			for _, r := range rows {
				names = append(names, r.New.Contact)
			}
			return strings.Join(names, " ")
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, problems, err := read(trial(t, name))
			if row.unfit != "" {
				if err == nil || !strings.Contains(err.Error(), row.unfit) || len(rows)+len(problems) > 0 {
					t.Errorf("%v, %d rows, %v", err, len(rows), problemCodes(problems))
				}
				return
			}
			slices.Sort(row.want)
			if err != nil || !slices.Equal(problemCodes(problems), row.want) {
				t.Errorf("%v, %v; want %v", err, problemCodes(problems), row.want)
				return
			}
			want := map[string]string{"org-dates.csv": "2019-05-01 2019-05-01", "org-1904.xlsx": "2019-05-01",
				"org-error.xlsx": "", "org-merged.xlsx": "样例有大标题协会",
				"org-sep.csv": "样例分隔提示协会2", "org-cr.csv": "样例苹果换行协会2", "org-zw.csv": "样例零宽协会李四样例软连字符协会👨\u200d👩\u200d👧",
				"org-utf8-pua.csv": "王䶮",
				"org-gbk-pua.csv":  "王䶮", "org-phones.csv": "阿卜杜·热合曼 阿卜杜•热合曼 阿卜杜・热合曼 O'Brien =张三 -李四 赵六 赵七 赵八 赵九"}[name]
			if got := row.check(rows); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

// TestTrialApplications: odd amounts, counts, days and sums are understood or reported, never guessed.
func TestTrialApplications(t *testing.T) {
	t.Parallel()
	schema, err := os.ReadFile("../catalog/forms/grant.json")
	if err != nil {
		t.Fatal(err)
	}
	form := intake.FormOf(json.RawMessage(schema), nil)
	got := map[string]string{}
	rows := map[string]intake.ApplicationRow{}
	told := map[int]string{}
	err = intake.ReadTable(trial(t, "app-amounts.csv"), form.Columns,
		func(p intake.Problem) { told[p.Row] += p.Code + " " }, func(l *intake.Line) error {
			a := form.Read(l)
			var bad []string
			for _, p := range a.Bad {
				if !p.Message.Complete() {
					t.Errorf("%+v", p)
				}
				at := p.Column[strings.Index(p.Column, "(")+1 : len(p.Column)-1]
				bad = append(bad, strings.TrimPrefix(at, "answers.")+" "+p.Code)
			}
			slices.Sort(bad)
			got[a.Key], rows[a.Key] = told[l.Row]+strings.Join(bad, ", "), a
			return nil
		})
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"emptypart": "budget form", "emptyspace": "budget form", "semi": "budget form",
		"round4": "budget amount, requested_fen amount", "roundhalf": "budget amount, requested_fen amount",
		"exp": "spoilt_number ", "hex": "requested_fen amount", "nan": "requested_fen amount", "inf": "requested_fen amount",
		"neg": "requested_fen amount", "wan": "", "wanyuan": "",
		"yuanzheng": "", "cny": "", "rmb": "", "fw": "", "space": "requested_fen amount", "fwcomma": "",
		"eu": "requested_fen amount", "eu2": "requested_fen amount",
		"badgroup": "requested_fen amount", "year": "end date, start date", "ym": "end date, start date",
		"endfirst": "end form", "people": "", "people2": "", "people3": "",
		"people4": "beneficiaries integer", "people5": "beneficiaries integer", "zw": "cleaned ", "vt": "",
		"blank": "summary required", "sumdiff": "requested_fen form",
	} {
		if got[key] != want {
			t.Errorf("%s: %q, want %q", key, got[key], want)
		}
		a := rows[key]
		if want != "" {
			continue
		}
		if key != "people3" && fmt.Sprint(a.Answers["beneficiaries"]) != "24" ||
			fmt.Sprint(a.Answers["requested_fen"]) != "2000000" {
			t.Errorf("%s: %v", key, a.Answers)
		}
	}
	if fmt.Sprint(rows["people3"].Answers["beneficiaries"]) != "1200" || !strings.Contains(fmt.Sprint(rows["vt"].Answers),
		"第一行\n第二行") {
		t.Errorf("%v\n%v", rows["people3"].Answers, rows["vt"].Answers)
	}
	if len(got) != 34 {
		t.Error(len(got), "rows")
	}
}
