package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"incubase/cmd/e2e/process"
	"incubase/cmd/incubase/app/apptest"
	"incubase/cmd/incubase/demo"
	"incubase/web/pagetest"
	"incubase/workflow"
	"incubase/workflow/machine"
)

type offered struct {
	Name     string // of an allowed one: its page says it
	Label    string
	Refusals string
}

// TestPagesOfferWhatTheAPIOffers: for every login and every case, in both languages, the buttons of the page are the
// actions of the API, disabled ones with the same reasons; nothing that only others learn is in the page.
func TestPagesOfferWhatTheAPIOffers(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.Load)
	s.allStates()
	covered := map[string]map[string]bool{}   // workflow/state: logins that see a case there
	learned := map[string]map[string]string{} // ref, login: everything the API tells
	secrets := map[string]map[string]bool{}   // ref: what somebody learns about people and opinions
	refused, allowed := 0, 0
	pages := map[[2]string][]*pagetest.Page{}
	for _, login := range demo.Logins() {
		visitors := map[string]*pagetest.Visitor{"zh": s.Visit(login, "zh"), "en": s.Visit(login, "en")}
		for _, ref := range s.Cases(login) {
			c := s.Want(http.StatusOK, "GET", "/cases/"+ref, login, nil).Body
			if learned[ref] == nil {
				learned[ref], secrets[ref] = map[string]string{}, map[string]bool{}
			}
			learned[ref][login] = s.everything(login, ref, c, secrets[ref])
			at := fmt.Sprintf("%v/%v", c["workflow"].(map[string]any)["name"], c["state"])
			if covered[at] == nil {
				covered[at] = map[string]bool{}
			}
			covered[at][login] = true
			for lang, v := range visitors {
				p := v.Get("/cases/" + ref)
				if p.Status != http.StatusOK {
					t.Fatalf("%s for %s: %d", ref, login, p.Status)
				}
				pages[[2]string{ref, login}] = append(pages[[2]string{ref, login}], p)
				want, got := actionsOf(c, lang), buttonsOf(p, ref)
				if fmt.Sprint(want) != fmt.Sprint(got) {
					t.Errorf("%s for %s in %s:\nAPI  %v\npage %v", ref, login, lang, want, got)
				}
				for _, o := range want {
					if o.Refusals == "" {
						allowed++
					} else {
						refused++
					}
				}
			}
		}
	}
	if allowed < 100 || refused < 100 {
		t.Errorf("only %d allowed and %d refused actions were compared", allowed, refused)
	}
	hidden := 0
	for at, list := range pages {
		for secret := range secrets[at[0]] {
			if strings.Contains(learned[at[0]][at[1]], secret) {
				continue
			}
			hidden++
			for _, p := range list {
				if strings.Contains(p.Main(), secret) {
					t.Errorf("%s tells %s %q, which the API does not", at[0], at[1], secret)
				}
			}
		}
	}
	if hidden < 500 {
		t.Errorf("only %d secrets were looked for", hidden)
	}
	s.refusedPages(pages)
	s.coversEveryState(covered)
}

// allStates adds cases in the states in which the demonstration leaves none.
func (s *site) allStates() {
	s.T.Helper()
	org := s.Want(http.StatusOK, "GET", "/me", "certifier2", nil).Body["organization"]
	s.Want(http.StatusCreated, "POST", "/cases", "applicant2", map[string]any{"workflow": "incubation",
		"organization": org})
	_, closed := s.Round()
	s.Act("officer", closed, "close", nil)
	_, deciding := s.Round()
	s.Act("officer", deciding, "close", nil)
	s.Act("officer", deciding, "decide", nil)
	s.Want(http.StatusCreated, "POST", "/rounds", "officer",
		map[string]any{"name": map[string]any{"zh": "筹备中的批次", "en": "A round in preparation"}, "kind": "grant",
			"region": "230302"})
	ref := s.Want(http.StatusOK, "GET", "/cases?workflow=grant&stage=funded&limit=1", "applicant",
		nil).Body["items"].([]any)[0].(map[string]any)["ref"].(string)
	before := s.Cases("applicant")
	for range 2 {
		s.Act("applicant", ref, "report", map[string]any{"kind": "progress"})
	}
	drafts := slices.DeleteFunc(s.Cases("applicant"), func(r string) bool { return slices.Contains(before, r) })
	s.Act("certifier", drafts[0], "submit", s.Example("certifier", drafts[0], "submit"))
	s.Act("officer", drafts[0], "return", nil)
	file := filepath.Join(s.T.TempDir(), "past.json")
	if err := os.WriteFile(file, []byte(`[{"id":"x","title":"A past award","currency":"GBP","amountAwarded":15000,
		"awardDate":"2015-06-10","recipientOrganization":[{"id":"GB-1","name":"An organization"}],
		"fundingOrganization":[{"id":"F","name":"A funder"}]}]`), 0o600); err != nil {
		s.T.Fatal(err)
	}
	if out, err := process.Build(s.T).Run("import", "360giving", file, "--database-url", s.DB.URL, "--database-owner-url",
		s.DB.OwnerURL, "--data", s.T.TempDir(), "--row-key", apptest.RowKeyFile(s.T, s.T.TempDir())); err != nil {
		s.T.Fatal(err, out)
	}
}

// coversEveryState: every state of shipped definitions was seen, by more than one person.
func (s *site) coversEveryState(covered map[string]map[string]bool) {
	s.T.Helper()
	s.In.Desk.Machines.Each(func(m *machine.Machine) {
		for _, state := range m.Definition().States {
			at := fmt.Sprintf("%s/%s", m.Definition().Name, state.Name)
			if slices.Equal(state.See, []string{"system"}) {
				if len(covered[at]) > 0 {
					s.T.Errorf("deleted drafts are seen: %s by %v", at, covered[at])
				}
				continue
			}
			if logins := slices.Sorted(maps.Keys(covered[at])); len(logins) < 2 {
				s.T.Errorf("offers in %s were compared for %v only", at, logins)
			}
		}
	})
}

func actionsOf(c map[string]any, lang string) (out []offered) {
	for _, x := range c["actions"].([]any) {
		a := x.(map[string]any)
		o := offered{Name: a["name"].(string), Label: spaced(a["label"].(map[string]any)[lang].(string))}
		list, _ := a["refusals"].([]any)
		for _, r := range list {
			o.Name = ""
			o.Refusals += spaced(r.(map[string]any)["message"].(map[string]any)[lang].(string)) + "\n"
		}
		out = append(out, o)
	}
	return out
}

func buttonsOf(p *pagetest.Page, ref string) (out []offered) {
	for _, b := range p.Find(".offers [role=button]").EachIter() {
		o := offered{Label: pagetest.Words(b)}
		if to, ok := b.Attr("href"); ok {
			name, isAct := strings.CutPrefix(to, "/cases/"+ref+"/do/")
			if !isAct {
				continue // filling in is no action
			}
			o.Name = name
		}
		for _, li := range b.Parent().Find(".reasons > li").EachIter() {
			o.Refusals += pagetest.Words(li) + "\n"
		}
		out = append(out, o)
	}
	return out
}

func spaced(s string) string { return strings.Join(strings.Fields(s), " ") }

// everything returns what the API tells a login about a case as one text, and notes people, opinions, scores, answers
// and files as secrets.
func (s *site) everything(login, ref string, c map[string]any, secrets map[string]bool) string {
	s.T.Helper()
	events := s.Want(http.StatusOK, "GET", "/cases/"+ref+"/events", login, nil).Body
	files := s.Want(http.StatusOK, "GET", "/cases/"+ref+"/attachments", login, nil).Body
	var all strings.Builder
	for _, part := range []any{c, events, files, s.Want(http.StatusOK, "GET", "/me", login, nil).Body} {
		b, err := json.Marshal(part)
		if err != nil {
			s.T.Fatal(err)
		}
		var plain any
		_ = json.Unmarshal(b, &plain)
		leaves(plain, func(x string) { all.WriteString(x + "\n") })
	}
	for _, part := range []any{c["reviews"], c["objections"], c["cosigns"], c["approvals"], c["form"], c["draft"],
		events["items"], files["items"]} {
		leaves(part, func(x string) {
			if utf8.RuneCountInString(x) > 1 && len(x) > 4 {
				secrets[x] = true
			}
		})
	}
	return all.String()
}

// leaves tells the texts in a JSON value.
func leaves(v any, tell func(string)) {
	switch x := v.(type) {
	case string:
		tell(spaced(x))
	case []any:
		for _, e := range x {
			leaves(e, tell)
		}
	case map[string]any:
		for _, e := range x {
			leaves(e, tell)
		}
	}
}

// refusedPages: the page of a refused action says why, and has no form.
func (s *site) refusedPages(pages map[[2]string][]*pagetest.Page) {
	s.T.Helper()
	seen := map[string]bool{}
	visitors := map[string]*pagetest.Visitor{}
	for at := range pages {
		ref, login := at[0], at[1]
		kind := login + " " + ref[:2]
		if seen[kind] {
			continue
		}
		if visitors[login] == nil {
			visitors[login] = s.Visit(login, "en")
		}
		c := s.Want(http.StatusOK, "GET", "/cases/"+ref, login, nil).Body
		for i, o := range actionsOf(c, "en") {
			if o.Refusals == "" {
				continue
			}
			seen[kind] = true
			name := c["actions"].([]any)[i].(map[string]any)["name"].(string)
			p := visitors[login].Get("/cases/" + ref + "/do/" + name)
			for line := range strings.Lines(o.Refusals) {
				if !strings.Contains(p.Main(), strings.TrimSpace(line)) {
					s.T.Errorf("%s of %s for %s does not say %q: %s", name, ref, login, line, p.Main())
				}
			}
			for _, f := range p.Forms() {
				if strings.HasPrefix(f.Action, "/cases/") {
					s.T.Errorf("%s of %s for %s is refused and has a form for %s", name, ref, login, f.Action)
				}
			}
		}
	}
	if len(seen) < 10 {
		s.T.Errorf("only %d refused actions were opened", len(seen))
	}
}

func TestEveryCaseOfOthersIsNotFound(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	org := s.Want(200, "GET", "/me", "certifier2", nil).Body["organization"]
	ref := s.Want(201, "POST", "/cases", "applicant2", map[string]any{"workflow": "incubation",
		"organization": org}).Body["ref"].(string)
	for _, login := range []string{"certifier", "reviewer1", "women", "finance1"} {
		v := s.Visit(login, "zh")
		token := v.Get("/").Form("/logout").Values.Get("_token")
		for _, path := range []string{"", "/do/submit", "/do/no_such", "/form", "/form?step=review", "/receipt"} {
			p := v.Get("/cases/" + ref + path)
			if p.Status != http.StatusNotFound || len(p.Links()) < 3 {
				t.Errorf("GET %s%s for %s: %d", ref, path, login, p.Status)
			}
			if strings.Contains(p.Main(), ref) {
				t.Errorf("GET %s%s for %s names the case", ref, path, login)
			}
		}
		for _, path := range []string{"/do/submit", "/form", "/files"} {
			if p := v.Post("/cases/"+ref+path, map[string][]string{"_token": {token},
				"_key": {workflow.NewID(s.In.Clock.Now())}}); p.Status != http.StatusNotFound {
				t.Errorf("POST %s%s for %s: %d", ref, path, login, p.Status)
			}
		}
	}
	v := s.Visit("", "en")
	v.Post("/preferences", map[string][]string{"lang": {"zh"}})
	if p := v.Get("/no/such/page"); p.Status != http.StatusNotFound || !strings.Contains(p.Main(), "没有找到") ||
		strings.Contains(p.Main(), "Not found") {
		t.Errorf("an unknown page in the chosen language: %d %s", p.Status, p.Main())
	}
	p := s.Visit("", "zh").Stay("GET", "/cases/"+ref, nil)
	if p.Status != http.StatusSeeOther || !strings.HasPrefix(p.Header.Get("Location"), "/login?next=") {
		t.Errorf("nobody opens a case: %d %s", p.Status, p.Header.Get("Location"))
	}
}
