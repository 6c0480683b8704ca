package panel_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/part/panel"
)

// TestFaults breaks each rule of a panel once.
func TestFaults(t *testing.T) {
	t.Parallel()
	cosign := func(edit func(*define.PanelDef)) []define.PanelDef { return []define.PanelDef{board("cosign", edit)} }
	score := func(edit func(*define.PanelDef)) []define.PanelDef { return []define.PanelDef{review(edit)} }
	sign := func(edit func(*define.PanelDef)) []define.PanelDef { return []define.PanelDef{signing(edit)} }
	act := func(name string, edit func(*define.ActionDef)) func(*define.Definition) {
		return func(d *define.Definition) {
			for i := range d.Actions {
				if d.Actions[i].Name == name {
					edit(&d.Actions[i])
				}
			}
		}
	}
	without := func(names ...string) func(*define.Definition) {
		return func(d *define.Definition) {
			d.Actions = slices.DeleteFunc(d.Actions, func(a define.ActionDef) bool { return slices.Contains(names, a.Name) })
		}
	}
	noFields := func(a *define.ActionDef) { a.Fields = nil }
	does := func(what string) func(*define.ActionDef) {
		return func(a *define.ActionDef) { a.Effects[0].Params["does"] = what }
	}
	for _, row := range []struct {
		panels []define.PanelDef
		edit   func(*define.Definition)
		en     string
	}{
		{append(cosign(nil), cosign(nil)...), nil, "it is declared twice"},
		{cosign(func(d *define.PanelDef) { d.Name = "Co" }), nil,
			"a name is up to 40 of a-z, 0-9 and _, beginning with a letter"},
		{cosign(func(d *define.PanelDef) { d.Label.EN = "" }), nil, "words are missing in one language"},
		{cosign(func(d *define.PanelDef) { d.Counts = "most" }), nil, `counts is one of any, approvals; it is "most"`},
		{cosign(func(d *define.PanelDef) { d.Restart = "none" }), nil, `restart is one of all, later; it is "none"`},
		{cosign(func(d *define.PanelDef) { d.Others = "yes" }), nil,
			`others is one of after_own, after_declaring, always, never; it is "yes"`},
		{cosign(func(d *define.PanelDef) { d.Others = "$round.mood" }), nil, "others: a round has no setting mood"},
		{cosign(func(d *define.PanelDef) { d.Others = "$round.others" }), func(d *define.Definition) { d.Needs = nil },
			"others: others is a setting of the round, and the workflow needs none (needs: [round])"},
		{score(func(d *define.PanelDef) { d.Others = "after_declaring" }), nil,
			"others is after_declaring, and no seat declares interests"},
		{cosign(func(d *define.PanelDef) { d.Seats.Holders = "officer" }), nil,
			"seats follow from one of from, holders, parties, competent; 2 are given"},
		{score(func(d *define.PanelDef) { d.Seats.Holders = "" }), nil,
			"seats follow from one of from, holders, parties, competent; 0 are given"},
		{score(func(d *define.PanelDef) { d.Seats.Holders, d.Seats.From = "", "round.people" }), nil,
			`seats.from is one of round.reviewers; it is "round.people"`},
		{cosign(func(d *define.PanelDef) { d.Seats.Competent = "sing" }), nil,
			`seats.competent is one of cosign, comment, view, decide, advise; it is "sing"`},
		{cosign(func(d *define.PanelDef) { d.Seats.Each = "person" }), nil, `seats.each is one of agency; it is "person"`},
		{score(func(d *define.PanelDef) { d.Seats.Each = "" }), nil, `seats.each is one of person; it is ""`},
		{sign(func(d *define.PanelDef) { d.Seats.Each = "room" }), nil,
			`seats.each is one of party, person, agency; it is "room"`},
		{cosign(func(d *define.PanelDef) { d.Seats.Unless = map[string]string{"cosigners": "none", "others": "never"} }), nil,
			"seats.unless names one setting"},
		{cosign(func(d *define.PanelDef) { d.Seats.Unless = map[string]string{"mood": "bad"} }), nil,
			"seats.unless: a round has no setting mood"},
		{sign(func(d *define.PanelDef) { d.Seats.Parties = []string{"officer", "ghost"} }), nil, "there is no party ghost"},
		{sign(func(d *define.PanelDef) { d.Seats.Parties = []string{"officer", "officer"} }), nil,
			"the party officer has two seats"},
		{sign(func(d *define.PanelDef) { d.Seats.Parties = []string{"officer", "system"} }), nil,
			"system is no person of the case and takes no seat"},
		{cosign(func(d *define.PanelDef) { d.Answers = nil }), nil, "nothing is asked: give answers or asks"},
		{cosign(func(d *define.PanelDef) { d.Answers = []define.PanelAnswer{{Value: "lapsed", Label: words("x")}} }), nil,
			`the answer "lapsed" has no proper name`},
		{cosign(func(d *define.PanelDef) { d.Answers = []define.PanelAnswer{agree, agree} }), nil,
			"the answer agree is given twice"},
		{cosign(func(d *define.PanelDef) { d.Answers = []define.PanelAnswer{{Value: "agree"}} }), nil,
			"the answer agree lacks a language"},
		{score(func(d *define.PanelDef) {
			d.Asks = []define.FieldDef{{Name: "seat", Label: words("x"), Type: "points"}}
		}), nil,
			`the name of the field "seat" is taken, or no proper name`},
		{score(func(d *define.PanelDef) { d.Asks = append(d.Asks, d.Asks[0]) }), nil,
			`the name of the field "points" is taken, or no proper name`},
		{score(func(d *define.PanelDef) { d.Asks = []define.FieldDef{{Name: "points", Type: "points"}} }), nil,
			"the field points lacks a language"},
		{score(func(d *define.PanelDef) { d.Counts = "approvals" }), nil,
			"approvals are counted, and there are no answers: the first is the approval"},
		{sign(func(d *define.PanelDef) { d.Paper = "poem" }), nil, "there is no paper poem"},
		{sign(func(d *define.PanelDef) { d.Paper = "agreement" }), nil,
			"it signs the paper agreement, and no action issues that"},
		{cosign(func(d *define.PanelDef) { d.Need = "some" }), nil, "need is a number, a reference or all; it is some"},
		{cosign(func(d *define.PanelDef) { d.Need = 0 }), nil, "need 0 is always met"},
		{sign(func(d *define.PanelDef) { d.Seats.Each = "person" }), nil,
			"the number of its seats is open, so need cannot be all"},
		{sign(func(d *define.PanelDef) { d.Need = 3 }), nil, "3 are needed, 2 seats there are"},
		{sign(func(d *define.PanelDef) { d.Mandatory = []string{"cosigner"} }), nil, "cosigner has no seat"},
		{cosign(func(d *define.PanelDef) { d.Mandatory = []string{"circus"} }), nil, "there is no kind of agency circus"},
		{score(func(d *define.PanelDef) { d.Mandatory = []string{"women"} }), nil,
			"its seats are persons', who are of no kind: women"},
		{cosign(func(d *define.PanelDef) { d.Answers, d.Veto = []define.PanelAnswer{agree}, []string{"women"} }), nil,
			"there is a veto, and no answer that objects (objection: true)"},
		{cosign(func(d *define.PanelDef) { d.Answers, d.Objection = []define.PanelAnswer{agree}, "answer" }), nil,
			"objections must be answered, and no answer objects (objection: true)"},
		{cosign(func(d *define.PanelDef) { d.Objection = "answer" }), without("cosign_resolve"),
			"objections must be answered, and no action answers them (does: resolve)"},
		{cosign(func(d *define.PanelDef) { d.Objection = "shout" }), nil, `objection is one of answer; it is "shout"`},
		{cosign(func(d *define.PanelDef) { d.Due = "soon" }), nil,
			`due "soon": a period is 10wd, or $round.cosign_period or 10wd`},
		{cosign(func(d *define.PanelDef) { d.Due = "$round.closes" }), nil,
			`due "$round.closes": a period is 10wd, or $round.cosign_period or 10wd`},
		{cosign(nil), without("cosign_open"),
			"it has a period, which begins when an action opens it (does: open), and none does"},
		{cosign(nil), func(d *define.Definition) {
			d.States = []define.StateDef{{Timers: []workflow.TimerDef{{Name: "cosign"}}}}
		}, "there is a clock of that name; the clock of a panel has the panel's"},
		{cosign(nil), func(d *define.Definition) {
			d.Groups = []define.Group{{Timers: []workflow.TimerDef{{Name: "cosign"}}}}
		}, "there is a clock of that name; the clock of a panel has the panel's"},
		{cosign(nil), act("cosign_void", func(a *define.ActionDef) {
			a.Effects = append(a.Effects, define.Spec{Name: "start_clock",
				Params: map[string]any{"name": "cosign", "period": "1d"}})
		}), "there is a clock of that name; the clock of a panel has the panel's"},
		{cosign(func(d *define.PanelDef) { d.OnSilence = "cosign_lapse" }), nil,
			"silence waits, so nothing fires on_silence"},
		{cosign(func(d *define.PanelDef) { d.Silence, d.OnSilence, d.Due = "lapse", "cosign_lapse", "" }), nil,
			"silence answers after a period, and there is none (due)"},
		{cosign(func(d *define.PanelDef) { d.Silence, d.OnSilence = "object", "cosign_lapse" }), nil,
			"silence cannot be object: that answer says why, or is answered in words"},
		{cosign(func(d *define.PanelDef) { d.Silence, d.OnSilence = "$round.mood", "cosign_lapse" }), nil,
			"silence: a round has no setting mood"},
		{cosign(func(d *define.PanelDef) { d.Silence, d.OnSilence, d.Counts = "lapse", "cosign_lapse", "approvals" }), nil,
			"approvals are counted: name the answer that silence gives"},
		{cosign(func(d *define.PanelDef) { d.Silence, d.OnSilence = "consent", "cosign_lapse" }), nil,
			`silence is wait, lapse or one of the answers; it is "consent"`},
		{cosign(func(d *define.PanelDef) { d.Silence = "lapse" }), nil,
			"silence answers: name the action that does it (on_silence)"},
		{cosign(func(d *define.PanelDef) { d.Silence, d.OnSilence = "lapse", "cosign_void" }), nil,
			"on_silence: cosign_void is no action of the system that asks for nothing and does: lapse"},
		{cosign(func(d *define.PanelDef) { d.Silence, d.OnSilence = "lapse", "cosign_lapse" }),
			act("cosign_lapse", func(a *define.ActionDef) { a.By = []string{"officer"} }),
			"on_silence: cosign_lapse is no action of the system that asks for nothing and does: lapse"},
		{score(func(d *define.PanelDef) { d.Due = "" }), without("review_open"), "no action asks its seats (does: open)"},
		{cosign(nil), without("cosign_answer"), "no action answers (does: answer)"},
		{score(func(d *define.PanelDef) { d.Declare = true }), without("review_declare"),
			"interests are declared, and no action does it (does: declare)"},
		{sign(func(d *define.PanelDef) { d.Declare = true }), act("signing_void", does("declare")),
			"its seats arise as people answer, so none can declare interests before"},
		{sign(nil), act("signing_void", does("remind")),
			"signing_void: its parties come by themselves, so there is nothing to remind"},
		{sign(func(d *define.PanelDef) { d.Seats.Each, d.Need = "person", 2 }), act("signing_void", does("open")),
			"signing_void: its seats arise as people answer, so nothing opens them"},
		{score(func(d *define.PanelDef) { d.Declare = true }), act("review_declare", noFields),
			"review_declare: the required field conflict (boolean) is missing"},
		{cosign(nil), act("cosign_void", does("declare")), "cosign_void: no seat declares interests (declare: true)"},
		{sign(nil), act("signing_answer", func(a *define.ActionDef) { a.By = []string{"cosigner"} }),
			"signing_answer: cosigner has no seat"},
		{cosign(nil), act("cosign_answer", noFields), "cosign_answer: the required field answer (choice) is missing"},
		{cosign(nil), act("cosign_answer", func(a *define.ActionDef) { a.Fields[0].Choices[0].Value = "maybe" }),
			"cosign_answer: it does not know the answer maybe"},
		{cosign(func(d *define.PanelDef) {
			d.Answers = []define.PanelAnswer{agree, {Value: "comment", Label: words("x"), Reason: true}}
		}), act("cosign_answer", func(a *define.ActionDef) { a.Fields = a.Fields[:1] }),
			"cosign_answer: an answer must say why, and the text field reason is missing"},
		{cosign(nil), act("cosign_add", noFields), "cosign_add: the required field who (user) is missing"},
		{cosign(nil), act("cosign_replace", noFields), "cosign_replace: the required field seat (integer) is missing"},
		{cosign(nil), act("cosign_replace", func(a *define.ActionDef) { a.Fields = a.Fields[:1] }),
			"cosign_replace: the required field who (user) is missing"},
		{cosign(nil), act("cosign_remind", func(a *define.ActionDef) { a.Fields[0].Type = "text" }),
			"cosign_remind: the required field seat (integer) is missing"},
		{cosign(nil), act("cosign_void", func(a *define.ActionDef) { a.Fields[0].Required = false }),
			"cosign_void: the required field seat (integer) is missing"},
		{cosign(nil), act("cosign_reopen", noFields), "cosign_reopen: the required field seat (integer) is missing"},
		{cosign(func(d *define.PanelDef) { d.Objection = "answer" }), act("cosign_resolve", noFields),
			"cosign_resolve: the required field reason (text) is missing"},
		{cosign(nil), act("cosign_add", func(a *define.ActionDef) { a.Note = "" }),
			"cosign_add: changing a seat needs its reason (note: required)"},
		{cosign(nil), without("cosign_add", "cosign_replace", "cosign_void"),
			"it can stay open: a party of scope adds, replaces or voids seats (does: add, replace, void), or silence ends it"},
		{cosign(nil), func(d *define.Definition) { d.Parties[0].Relation = workflow.RelLead },
			"it can stay open: a party of scope adds, replaces or voids seats (does: add, replace, void), or silence ends it"},
	} {
		_, faults := compile(row.panels, row.edit)
		want := "panel " + row.panels[0].Name + ": " + row.en
		i := slices.IndexFunc(faults, func(f workflow.Text) bool { return f.EN == want })
		if i < 0 {
			t.Errorf("want %q, the faults are %v", want, faults)
		} else if !strings.ContainsFunc(faults[i].ZH, func(r rune) bool { return unicode.Is(unicode.Han, r) }) ||
			strings.Contains(faults[i].ZH+faults[i].EN, "%!") {
			t.Errorf("in Chinese: %q", faults[i].ZH)
		}
	}

	for en, params := range map[string]map[string]any{
		"action cosign_void: there is no panel jury": {"name": "jury", "does": "void"},
		`action cosign_void: does is one of open, declare, answer, withdraw, add, replace, remind, reopen, void, resolve, ` +
			`lapse, restart; it is "judge"`: {"name": "cosign", "does": "judge"},
	} {
		_, faults := compile(cosign(nil), act("cosign_void", func(a *define.ActionDef) { a.Effects[0].Params = params }))
		if !slices.ContainsFunc(faults, func(f workflow.Text) bool { return f.EN == en }) {
			t.Errorf("want %q, the faults are %v", en, faults)
		}
	}
}

// TestWhatTheLanguageHolds: the panels of the grant and of the trials' programmes compile.
func TestWhatTheLanguageHolds(t *testing.T) {
	t.Parallel()
	panels := []define.PanelDef{
		review(func(d *define.PanelDef) {
			d.Seats = define.SeatsDef{From: "round.reviewers", Each: "person"}
			d.Declare, d.Secret, d.Need, d.Others = true, true, "$round.min_reviews", "$round.others"
		}),
		board("cosign", func(d *define.PanelDef) {
			d.Seats.Unless = map[string]string{"cosigners": "none"}
			d.Mandatory, d.Veto, d.Objection = []string{"civil_affairs"}, []string{"women"}, "answer"
			d.Due, d.Silence, d.OnSilence = "$round.cosign_period or 10wd", "$round.cosign_silence", "cosign_lapse"
		}),
		signing(func(d *define.PanelDef) { d.Paper = "agreement" }),
		signing(func(d *define.PanelDef) { // two inspectors
			d.Name, d.Seats, d.Need = "two", define.SeatsDef{Parties: []string{"officer"}, Each: "person"}, 2
		}),
		board("five", func(d *define.PanelDef) { // three of five, ten days, a change voids later desks only
			d.Seats = define.SeatsDef{Parties: []string{"officer", "certifier", "cosigner"}, Each: "party"}
			d.Need, d.Veto, d.Silence, d.OnSilence, d.Restart = 2, []string{"certifier"}, "agree", "five_lapse", "later"
		}),
	}
	d := definition(panels)
	c := &define.Checker{Def: d, Known: define.Names{Papers: []string{"agreement"}}}
	plans := panel.Compile(c, panels)
	if len(c.Errs) > 0 || len(plans) != 5 || plans.Plan("two").Order != 3 || plans.Plan("none") != nil {
		t.Error(c.Errs)
	}
}
