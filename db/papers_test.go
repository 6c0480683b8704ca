package db_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"incubase/db/dbtest"
	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/paper"
)

const word = "黑民社孵"

// numbered makes the fixture's round number its papers, with further rules.
func numbered(t *testing.T, f *dbtest.Fixture, rules string) {
	t.Helper()
	if _, err := f.Owner(t).Exec(
		`update rounds set rules = (rules::jsonb || jsonb_build_object('document_word', $2::text) || $3::jsonb)::json
			where id = $1`, f.Round, word, rules); err != nil {
		t.Fatal(err)
	}
	dbtest.Bind(t, f.Owner(t), "round", f.Round)
}

// Many papers are issued at once while the envelope refuses every third award.
func TestNumbersHaveNoGap(t *testing.T) {
	t.Parallel()
	const n, covered = 18, 12
	f := dbtest.New(t, dbtest.Options{Envelope: dbtest.Requested * covered, DB: pg.Options{MaxWrites: 8, MaxReads: 8}})
	numbered(t, f, `{"min_reviews": 0, "pass_points": 0, "cosigners": "none"}`)
	refs := make([]string, n)
	for i := range refs {
		refs[i] = f.NewGrant()
		f.Walk(refs[i], "screened")
	}
	var held []string // covered by the envelope
	for i, err := range together(n, func(i int) error {
		_, err := f.Try("officer", refs[i], "propose", map[string]any{"amount_fen": int64(dbtest.Requested)})
		return err
	}) {
		var no *workflow.Refused
		if err == nil {
			held = append(held, refs[i])
		} else if !errors.As(err, &no) {
			t.Fatalf("propose %s: %v", refs[i], err)
		}
	}
	if len(held) != covered {
		t.Fatalf("%d proposals were taken, the envelope holds %d", len(held), covered)
	}
	f.Clock.Advance(8 * 24 * time.Hour)
	for i, err := range together(covered, func(i int) error {
		_, err := f.Try("decider", held[i], "confirm",
			nil)
		return err
	}) {
		if err != nil {
			t.Fatalf("confirm %s: %v", held[i], err)
		}
	}
	kinds := map[string]int{}
	var serials []int
	for _, ref := range refs {
		for _, p := range papersOf(t, f, ref) {
			if kinds[p.Kind]++; p.Kind == paper.Agreement {
				continue // numbered by the case
			}
			serials = append(serials, p.Serial)
			if want := fmt.Sprintf("%s〔2026〕%d号", word, p.Serial); p.Number() != want {
				t.Errorf("number %q, want %q", p.Number(), want)
			}
		}
	}
	slices.Sort(serials)
	for i, s := range serials {
		if s != i+1 {
			t.Fatalf("serials %v have a gap or a double", serials)
		}
	}
	if kinds[paper.Notice] != covered || kinds[paper.Award] != covered || kinds[paper.Agreement] != covered ||
		len(serials) != 2*covered {
		t.Errorf("papers: %v", kinds)
	}
	sound(t, f)
	if _, err := f.Owner(t).Exec(`update paper_numbers set last = last + 1`); err != nil { // as if one had been taken
		t.Fatal(err)
	}
	var found []string
	if err := f.Check(t.Context(), func(p pg.Problem) { found = append(found, p.String()) }); err != nil ||
		len(found) != 1 || !strings.Contains(found[0], word+"〔2026〕") {
		t.Errorf("a missing number was found as %q, %v", found, err)
	}
}

func papersOf(t *testing.T, f *dbtest.Fixture, ref string) []paper.Paper {
	t.Helper()
	list, err := f.PapersOf(t.Context(), f.ID(ref))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// Checks what each action issues, what it says and what it voids. A void number stays.
func TestPapersOfACase(t *testing.T) {
	t.Parallel()
	underOtherNames(t, papersOfACase)
}

// underOtherNames runs a test on grants as shipped, and on grants whose actions, clocks and outcomes have other
// names.
func underOtherNames(t *testing.T, test func(*testing.T, *dbtest.Fixture)) {
	for name, renamed := range map[string]bool{"as shipped": false, "under other names": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, dbtest.New(t, dbtest.Options{Renamed: renamed}))
		})
	}
}

func papersOfACase(t *testing.T, f *dbtest.Fixture) {
	numbered(t, f, `{}`)
	good, bad, poor, late := f.NewGrant(), f.NewGrant(), f.NewGrant(), f.NewGrant()
	f.Walk(poor, "applied")
	f.Do("checker", poor, "reject", nil)
	f.Walk(bad, "proposed")
	f.Do("decider", bad, "decline", nil)
	f.Walk(good, "reviewed")
	f.Do("certifier", good, "sign", f.Signature(good))
	f.Do("officer", good, "sign", f.Signature(good))
	f.Walk(late, "reviewed")
	f.Do("certifier", late, "sign", f.Signature(late))
	f.Clock.Advance(60 * 24 * time.Hour)
	f.Settle()
	for _, c := range []struct {
		name, ref, want string
	}{
		{"not admitted", poor, "refusal"}, {"declined while the notice ran", bad, "notice void, refusal"},
		{"awarded and signed", good, "notice, award, agreement"}, {"lapsed, signed by one", late,
			"notice, award void, agreement void"},
	} {
		var got []string
		for _, p := range papersOf(t, f, c.ref) {
			s := p.Kind
			if p.Voided != nil {
				s += " void"
			}
			if (p.Number() == "") != (p.Kind == paper.Agreement) {
				t.Errorf("%s: the %s has number %q", c.name, p.Kind, p.Number())
			}
			got = append(got, s)
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: papers %q, want %q", c.name, got, c.want)
		}
	}
	x := papersOf(t, f, good)
	if n := x[0].Facts; n.From.IsZero() || n.Until.Before(n.From) || n.Amount != dbtest.Requested ||
		n.Organization == "" || n.Issuer == "" {
		t.Errorf("the notice says %+v", n)
	}
	if a := x[1].Facts; a.SignBy.IsZero() || len(a.Tranches) == 0 {
		t.Errorf("the letter says %+v", a)
	}
	if s := x[2].Signed; len(s) != 2 || s[0].Party != "certifier" || s[1].Party != "officer" || s[0].Name == "" ||
		s[1].Name == "" {
		t.Errorf("the agreement is signed by %+v", s)
	}
	if r := papersOf(t, f, poor)[0].Facts; !r.NotAdmitted || r.Reason != "办理" {
		t.Errorf("the refusal says %+v", r)
	}
	counts, err := f.PaperCounts(t.Context(), f.Round)
	if err != nil || fmt.Sprint(counts) != "map[agreement:1 award:1 notice:2 refusal:2]" {
		t.Errorf("papers that hold: %v, %v", counts, err)
	}
}

// Later changes do not alter issued minutes; before, there is a draft to print.
func TestMinutesAreIssued(t *testing.T) {
	t.Parallel()
	underOtherNames(t, minutesAreIssued)
}

func minutesAreIssued(t *testing.T, f *dbtest.Fixture) {
	numbered(t, f, `{}`)
	good, open := f.NewGrant(), f.NewGrant()
	f.Walk(open, "proposed")
	f.Walk(good, "reviewed")
	for _, who := range []string{"officer", "decider", "auditor"} {
		p, err := f.Desk.DraftMinutes(t.Context(), f.Actor(who), f.RoundRef)
		if err != nil || !p.Draft || p.Number() != "" || len(p.Facts.Decided.Cases) != 2 {
			t.Fatalf("a draft for %s: %+v, %v", who, p, err)
		}
	}
	for _, who := range []string{"certifier", "reviewer1", "cosigner"} {
		if _, err := f.Desk.DraftMinutes(t.Context(), f.Actor(who), f.RoundRef); !errors.Is(err, workflow.ErrNotFound) {
			t.Errorf("a draft for %s: %v", who, err)
		}
	}
	for _, action := range []string{"close", "decide"} {
		f.Do("officer", f.RoundRef, action, nil)
	}
	var waits *workflow.Refused
	if _, err := f.Try("officer", f.RoundRef, "finish", nil); !errors.As(err, &waits) ||
		waits.Refusals[0].Rule != "round_decided" {
		t.Errorf("finished while an application was undecided: %v", err)
	}
	f.Do("decider", open, "decline", nil)
	f.Do("officer", f.RoundRef, "finish", nil)
	f.Do("decider", good, "terminate", nil)
	list := papersOf(t, f, f.RoundRef)
	if len(list) != 1 || list[0].Kind != paper.Minutes || list[0].Number() != word+"〔2026〕5号" {
		t.Fatalf("papers of the round: %+v", list)
	}
	x := list[0].Facts
	if x.Ref != f.RoundRef || x.Issuer == "" || x.Decided.Reviewers == 0 || len(x.Decided.Deciders) != 1 ||
		len(x.Decided.Cases) != 2 {
		t.Errorf("they say %+v", x)
	}
	said := paper.Compose(&list[0])
	var body strings.Builder
	for _, b := range said.Body {
		body.WriteString(b.Text)
	}
	if s := body.String(); !strings.Contains(s, "不予立项或者不予受理1件") || !strings.Contains(s, "批准立项1件") ||
		strings.Contains(s, "拟立项（公示中）") || said.Stamp != "" {
		t.Errorf("after a later end they say %s %s", said.Stamp, s)
	}
	read := func(who string) error {
		_, err := f.Desk.Paper(t.Context(), f.Actor(who), list[0].ID, f.DB)
		return err
	}
	for who, want := range map[string]error{"officer": nil, "auditor": nil, "finance_maker": nil,
		"certifier": workflow.ErrNotFound, "reviewer1": workflow.ErrNotFound, "analyst": workflow.ErrNotFound} {
		if err := read(who); !errors.Is(err, want) {
			t.Errorf("%s reads them: %v, want %v", who, err, want)
		}
	}
	if all, err := f.Desk.RoundPapers(t.Context(), f.Actor("officer"), f.RoundRef, paper.Minutes, f.DB); err != nil ||
		len(all) != 1 {
		t.Errorf("the round's minutes: %d, %v", len(all), err)
	}
	sound(t, f)
}

// Minutes count an application by who ended it and what was awarded, whatever the definition's names.
func TestHowMinutesCount(t *testing.T) {
	t.Parallel()
	underOtherNames(t, func(t *testing.T, f *dbtest.Fixture) {
		rows := []struct {
			name string
			to   workflow.State
			end  func(ref string)
			want string
		}{
			{"an award that nobody signs", "reviewed", nil, paper.StandsEnded},
			{"an award", "reviewed", func(ref string) {
				for _, who := range []string{"certifier", "officer"} {
					f.Do(who, ref, "sign", f.Signature(ref))
				}
			}, paper.StandsAwarded},
			{"an award that was ended later", "reviewed", func(ref string) { f.Do("decider", ref, "terminate", nil) },
				paper.StandsAwarded},
			{"closed out", "reported", nil, paper.StandsAwarded},
			{"not taken up", "applied", func(ref string) { f.Do("checker", ref, "reject", nil) }, paper.StandsRefused},
			{"refused", "proposed", func(ref string) { f.Do("decider", ref, "decline", nil) }, paper.StandsRefused},
			{"withdrawn", "proposed", func(ref string) { f.Do("certifier", ref, "withdraw", nil) }, paper.StandsEnded},
			{"never corrected", "applied", func(ref string) { f.Do("checker", ref, "return", nil) }, paper.StandsEnded},
			{"under public notice", "proposed", nil, paper.StandsProposed},
			{"being reviewed", "screened", nil, paper.StandsPending},
		}
		want := map[string]string{}
		for _, r := range rows {
			ref := f.NewGrant()
			f.Walk(ref, r.to)
			if r.end != nil {
				r.end(ref)
			}
			want[ref] = r.name + ": " + r.want
		}
		f.Clock.Advance(40 * 24 * time.Hour)
		f.Settle()
		p, err := f.Desk.DraftMinutes(t.Context(), f.Actor("officer"), f.RoundRef)
		if err != nil || len(p.Facts.Decided.Cases) != len(rows) {
			t.Fatalf("minutes: %+v, %v", p, err)
		}
		for _, c := range p.Facts.Decided.Cases {
			if name, _, _ := strings.Cut(want[c.Ref], ": "); want[c.Ref] != name+": "+c.Standing {
				t.Errorf("%s: they say %s", want[c.Ref], c.Standing)
			}
		}
		if d := p.Facts.Decided; fmt.Sprint(d.Officers, d.Deciders) != "[officer] [decider]" {
			t.Errorf("proposed by %v, awarded by %v", d.Officers, d.Deciders)
		}
	})
}

// Another organization's paper does not exist; anyone reads a notice while it runs.
func TestWhoReadsPapers(t *testing.T) {
	t.Parallel()
	underOtherNames(t, whoReadsPapers)
}

func whoReadsPapers(t *testing.T, f *dbtest.Fixture) {
	numbered(t, f, `{}`)
	owner := f.Owner(t)
	stranger := f.AddOrganization(owner, "演示另一组织")
	f.AddUser(owner, "stranger", workflow.Grant{Role: workflow.RoleCertifier, Organization: stranger})
	ref := f.NewGrant()
	f.Walk(ref, "proposed")
	notice := papersOf(t, f, ref)[0]
	read := func(who string, id workflow.ID) error {
		_, err := f.Desk.Paper(t.Context(), f.Actor(who), id, f.DB)
		return err
	}
	for who, want := range map[string]error{"certifier": nil, "officer": nil, "decider": nil,
		"stranger": workflow.ErrNotFound} {
		if err := read(who, notice.ID); !errors.Is(err, want) {
			t.Errorf("%s reads the notice: %v, want %v", who, err, want)
		}
	}
	if _, err := f.Desk.PublicPaper(t.Context(), f.ID(ref), f.DB); err != nil {
		t.Errorf("the running notice is public: %v", err)
	}
	f.Do("decider", ref, "decline", nil)
	if _, err := f.Desk.PublicPaper(t.Context(), f.ID(ref), f.DB); !errors.Is(err, workflow.ErrNotFound) {
		t.Errorf("a void notice is public: %v", err)
	}
	refusal := papersOf(t, f, ref)[1]
	if err := read("reviewer1", refusal.ID); !errors.Is(err, workflow.ErrNotFound) {
		t.Errorf("a reviewer reads a letter of refusal: %v", err)
	}
	if _, err := f.Desk.RoundPapers(t.Context(), f.Actor("officer"), f.Round, paper.Refusal, f.DB); err != nil {
		t.Errorf("the officer prints a round: %v", err)
	}
	for _, who := range []string{"certifier", "reviewer1", "stranger"} {
		if _, err := f.Desk.RoundPapers(t.Context(), f.Actor(who), f.Round, paper.Refusal, f.DB); !errors.Is(err,
			workflow.ErrNotFound) {
			t.Errorf("%s prints a round: %v", who, err)
		}
	}
}

func TestTheSchemaKeepsPapers(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	numbered(t, f, `{}`)
	ref := f.NewGrant()
	f.Walk(ref, "proposed")
	again := `insert into papers select gen_random_uuid(), case_id, seq, round_id, kind, word, year, serial, facts, at
		from papers`
	if _, err := f.Owner(t).Exec(again); err == nil || !strings.Contains(err.Error(), "paper_number") {
		t.Errorf("a number was given twice: %v", err)
	}
	for _, s := range []string{`update papers set facts = '{}'`, `delete from papers`, `delete from paper_voids`} {
		if _, err := f.Server(t).Exec(s); err == nil || !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("%s: %v", s, err)
		}
	}
}
