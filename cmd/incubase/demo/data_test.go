package demo

import (
	"slices"
	"strings"
	"testing"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/catalog"
	"incubase/workflow/region"
	"incubase/workflow/topic"
)

func mustRead(t *testing.T) *data {
	t.Helper()
	d, err := read()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// favourable are the states that organizations of the articles may reach.
var favourable = map[string][]workflow.State{
	"grant":      {"draft", "applied", "screened", "proposed", "reviewed", "funded", "reported"},
	"incubation": {"draft", "applied", "admitted", "diagnosed", "agreed", "resident", "virtual", "assessed", "graduated"},
}

// unkind are the stretches that none of their histories has.
var unkind = []string{"return", "resubmit", "withdraw", "reject", "conflict", "score-low", "cosign-lapse",
	"propose-refusal", "decline", "object", "resolve",
	"uphold", "lapse", "fail", "retry", "cancel", "hand-back", "hand-in-again", "suspend", "resume", "terminate",
	"assess-extend",
	"assess-leave", "extend", "expel", "hand-over"}

func TestOrganizationsOfTheArticlesStandWell(t *testing.T) {
	t.Parallel()
	d := mustRead(t)
	named := 0
	for kind, list := range d.cases {
		for _, h := range list {
			if !d.organization(h.Of).Article {
				continue
			}
			named++
			if !slices.Contains(favourable[kind], h.Stands) {
				t.Errorf("%s of %s stands in %s", h.Key, h.Of, h.Stands)
			}
			for _, s := range h.Life {
				if slices.Contains(unkind, s) {
					t.Errorf("%s of %s goes through %q", h.Key, h.Of, s)
				}
			}
		}
	}
	if named < 8 {
		t.Errorf("only %d cases of the articles' organizations", named)
	}
}

func TestAnInventedOrganizationSaysSo(t *testing.T) {
	t.Parallel()
	for _, o := range mustRead(t).organizations {
		invented := strings.HasPrefix(o.Name, "虚构·") && strings.HasSuffix(o.Name, "（示例）")
		if invented == o.Article {
			t.Errorf("%s: invented by its name %v, of the articles %v", o.Name, invented, o.Article)
		}
		if o.Article && o.code(1) != "" {
			t.Errorf("%s is real and would get a made-up credit code", o.Name)
		}
	}
}

func TestEveryStateHasACase(t *testing.T) {
	t.Parallel()
	d := mustRead(t)
	c, err := catalog.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, kind := range []string{"grant", "incubation"} {
		stands := map[workflow.State]int{}
		for _, h := range d.cases[kind] {
			stands[h.Stands]++
			total++
		}
		for _, s := range c.Machine(kind, 0).Definition().States {
			hidden := slices.Equal(s.See, []string{"system"}) // a deleted draft, which no one can see
			if stands[s.Name] == 0 && !hidden {
				t.Errorf("no %s stands in %s", kind, s.Name)
			}
			delete(stands, s.Name)
		}
		for s := range stands {
			t.Errorf("a %s stands in %s, which is no state", kind, s)
		}
	}
	if total < 55 || total > 75 {
		t.Errorf("%d cases, want about sixty", total)
	}
}

func TestTheDataFitTogether(t *testing.T) {
	t.Parallel()
	d := mustRead(t)
	logins := map[string]bool{}
	for _, u := range d.users {
		if logins[u.Login] {
			t.Errorf("login %s stands twice", u.Login)
		}
		logins[u.Login] = true
	}
	keys := map[string]bool{}
	for kind, list := range d.cases {
		for _, h := range list {
			if keys[h.Key] {
				t.Errorf("case %s stands twice", h.Key)
			}
			keys[h.Key] = true
			d.checkCase(t, kind, h, logins)
		}
	}
	for _, o := range d.organizations {
		for _, list := range append([][]string{o.Topics}, topics(o.Projects)...) {
			if p := topic.Problem(list); p != nil {
				t.Errorf("%s: %s", o.Key, p.EN)
			}
		}
		if o.Host != "" && d.organization(o.Host) == nil {
			t.Errorf("%s has the host %s, which does not exist", o.Key, o.Host)
		}
	}
	for _, r := range d.rounds {
		for _, login := range r.Reviewers {
			if !logins[login] {
				t.Errorf("round %s seats %s, who does not exist", r.Key, login)
			}
		}
	}
}

func topics(list []project) (out [][]string) {
	for _, p := range list {
		out = append(out, p.Topics)
	}
	return out
}

func (d *data) checkCase(t *testing.T, kind string, h history, logins map[string]bool) {
	t.Helper()
	o := d.organization(h.Of)
	r := d.round(h.Round)
	if o == nil || r == nil || r.Kind != kind || r.Region != o.Region.County() {
		t.Errorf("case %s: its organization or round does not exist, or not in the same county", h.Key)
		return
	}
	if h.Project != "" && !slices.ContainsFunc(o.Projects, func(p project) bool { return p.Key == h.Project }) {
		t.Errorf("case %s: %s has no project %q", h.Key, h.Of, h.Project)
	}
	steps, err := d.steps(kind, h)
	if err != nil {
		t.Error(err)
	}
	for _, s := range steps {
		parts := []string{"preparer", "certifier", "reviewers", "agencies", "public", "clock"}
		if !slices.Contains(parts, s.By) && !logins[s.By] {
			t.Errorf("case %s: nobody is called %q", h.Key, s.By)
		}
	}
}

// TestThePlanFitsAnyDay plans as if today were any third day of two years.
func TestThePlanFitsAnyDay(t *testing.T) {
	t.Parallel()
	d := mustRead(t)
	for today := calendar.MustDate("2025-07-01"); today.Before(calendar.MustDate("2027-06-30")); today = today.AddDays(3) {
		tasks, err := d.plan(today, calendar.Shipped())
		if err != nil {
			t.Fatal(err)
		}
		last := map[string]moment{}
		for i, x := range tasks {
			if i > 0 && x.at.compare(tasks[i-1].at) < 0 {
				t.Fatalf("%s: the plan is not in order", today)
			}
			if !x.at.day.Before(today) {
				t.Errorf("%s: %s of %s is planned for %s", today, x.step.Do, x.name(), x.at.day)
			}
			if before, ok := last[x.name()]; ok && x.at.compare(before) <= 0 {
				t.Errorf("%s: %s of %s does not come after the step before it", today, x.step.Do, x.name())
			}
			last[x.name()] = x.at
			d.checkWindow(t, today, x)
		}
	}
}

func (t task) name() string {
	if t.round != nil {
		return "round " + t.round.Key
	}
	return t.case_.Key
}

// checkWindow checks that applications are opened and submitted while their round is open.
func (d *data) checkWindow(t *testing.T, today calendar.Date, x task) {
	t.Helper()
	if x.case_ == nil || x.step.Do != "open" && (x.step.Do != "submit" || x.step.On != "") {
		return
	}
	r := d.round(x.case_.Round)
	if !x.at.day.After(today.AddDays(-r.Opens)) || !x.at.day.Before(today.AddDays(-r.Closes)) {
		t.Errorf("%s: %s of %s on %s lies outside its round", today, x.step.Do, x.case_.Key, x.at.day)
	}
}

func TestPlacesAreOnTheMap(t *testing.T) {
	t.Parallel()
	d := mustRead(t)
	var codes []region.Code
	for _, o := range d.organizations {
		codes = append(codes, o.Region)
	}
	for _, a := range d.agencies {
		codes = append(codes, a.Region)
	}
	for _, c := range codes {
		if p, err := region.Parse(string(c)); err != nil || p != c {
			t.Errorf("%s is no canonical region code", c)
		}
	}
	for _, want := range []region.Code{"230302004", "230302002", "231102001", "330502005", "610702100", "610203102",
		"610602110", "610103007"} {
		if !slices.Contains(codes, want) {
			t.Errorf("the place %s of the articles is missing", want)
		}
	}
}

func TestEightUniversitiesAdvise(t *testing.T) {
	t.Parallel()
	n := 0
	for _, a := range mustRead(t).agencies {
		if a.Kind != "university" {
			continue
		}
		n++
		if len(a.Competent) != 1 || a.Competent[0].Action != "advise" {
			t.Errorf("%s is competent for %v; universities advise", a.EN, a.Competent)
		}
	}
	if n != 8 {
		t.Errorf("%d universities, want 8", n)
	}
}

func TestThePromisedLoginsAreThere(t *testing.T) {
	t.Parallel()
	have := Logins()
	for _, want := range strings.Fields(
		`applicant certifier applicant2 certifier2 officer reviewer1 reviewer2 reviewer3 reviewer4
		reviewer5 reviewer6 reviewer7 decider justice culture women disabled finance1 finance2 evaluator analyst auditor sysadmin
		secadmin auditadmin`) {
		if !slices.Contains(have, want) {
			t.Errorf("the login %s is missing", want)
		}
	}
}
