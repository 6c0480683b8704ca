package workflow_test

import (
	"strings"
	"testing"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/machine"
)

func both(s string) workflow.Text { return workflow.Text{ZH: s, EN: s} }

// small is a definition with one of most things: a group, a desk, a timer, branches, a stored state, an automatic
// move.
func small() define.Definition {
	yes := []workflow.Choice{{Value: "yes", Label: both("yes")}, {Value: "no", Label: both("no")}}
	party := func(name string, r workflow.Relation, roles ...workflow.Role) workflow.Party {
		return workflow.Party{Name: name, Label: both(name), Roles: roles, Relation: r}
	}
	state := func(name workflow.State, in workflow.State, stage, outcome string) define.StateDef {
		return define.StateDef{Name: name, In: in, Label: both(string(name)), Stage: stage, Outcome: outcome}
	}
	d := define.Definition{Name: "small", Version: 1, Title: both("small"), About: both("small"), Prefix: "SM",
		Initial: "a", Needs: []string{"round"}, Open: []string{"officer"},
		Parties: []workflow.Party{party("officer", workflow.RelScope, workflow.RoleOfficer),
			party("checker", workflow.RelScope, workflow.RoleChecker),
			party("owner", workflow.RelOwn, workflow.RoleCertifier), party("system", workflow.RelSystem)},
		Groups: []define.Group{{Name: "live", Label: both("live")}},
		States: []define.StateDef{state("a", "live", "applied", ""), state("b", "live", "reviewed", ""),
			state("held", "", "keep", ""), state("done", "", "reported", "done")},
		Desks: []define.DeskDef{{Name: "board", Label: both("board"), Parties: []string{"officer", "checker"},
			Each: "party", Need: 2, Answers: yes}},
		Actions: []define.ActionDef{
			{Name: "go", Label: both("go"), From: []workflow.State{"a"}, By: []string{"officer"},
				To: define.Target{{To: "b",
					When: []define.Spec{{Name: "field", Params: map[string]any{"name": "way", "equals": "yes"}}}},
					{To: define.Stay}},
				Fields: []define.FieldDef{{Name: "way", Label: both("way"), Type: "choice", Required: true, Example: "yes",
					Choices: yes},
					{Name: "n", Label: both("n"), Type: "integer", Min: 1, Max: 5, Example: 3}},
				Effects: []define.Spec{{Name: "record", Params: map[string]any{"fields": []any{"way"}}},
					{Name: "count", Params: map[string]any{"name": "gone"}},
					{Name: "result", Params: map[string]any{"name": "way", "field": "way", "label_zh": "路", "label_en": "way"}},
					{Name: "start_clock", Params: map[string]any{"name": "tick", "period": "5wd", "action": "expire", "label_zh": "钟",
						"label_en": "tick"}}}},
			{Name: "answer", Label: both("answer"), From: []workflow.State{"b"}, By: []string{"officer", "checker"},
				Desk: "board",
				Fields: []define.FieldDef{{Name: "answer", Label: both("answer"), Type: "choice", Required: true, Example: "yes",
					Choices: yes}}},
			{Name: "finish", Label: both("finish"), From: []workflow.State{"b"}, To: define.Target{{To: "done"}},
				By: []string{"system"}, Auto: true,
				Guards: []define.Spec{{Name: "desk_met", Params: map[string]any{"desk": "board"}}}},
			{Name: "hold", Label: both("hold"), From: []workflow.State{"live"}, To: define.Target{{To: "held"}},
				By: []string{"checker"}, Effects: []define.Spec{{Name: "store_state"}}},
			{Name: "resume", Label: both("resume"), From: []workflow.State{"held"}, To: define.Target{{To: define.Stored}},
				By: []string{"checker"}},
			{Name: "expire", Label: both("expire"), From: []workflow.State{"live"}, To: define.Target{{To: "done"}},
				By:     []string{"system"},
				Guards: []define.Spec{{Name: "elapsed", Params: map[string]any{"clock": "tick"}}}},
		}}
	return d
}

func TestSmallCompiles(t *testing.T) {
	t.Parallel()
	m, err := machine.Compile(small())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range m.Edges() {
		names = append(names, e.Action+":"+string(e.From)+">"+string(e.To))
	}
	want := "create:>a go:a>b go:a>a hold:a>held expire:a>done answer:b>b finish:b>done hold:b>held expire:b>done " +
		"resume:held>a resume:held>b"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("edges\n%s, want\n%s", got, want)
	}
}

func TestCompileLeavesTheDefinitionAlone(t *testing.T) {
	t.Parallel()
	d := small()
	if _, err := machine.Compile(d); err != nil {
		t.Fatal(err)
	}
	if d.Desks[0].Restart != "" {
		t.Error("compiling filled in the caller's definition: its hash would change")
	}
}

func TestCompileRefusesAndNamesThePlace(t *testing.T) {
	t.Parallel()
	spec := func(name string, kv ...any) define.Spec {
		p := map[string]any{}
		for i := 0; i < len(kv); i += 2 {
			p[kv[i].(string)] = kv[i+1]
		}
		return define.Spec{Name: name, Params: p}
	}
	result := func(field string) define.Spec {
		return spec("result", "name", "mark", "field", field, "label_zh", "分", "label_en", "mark")
	}
	guard := func(s define.Spec) func(*define.Definition) {
		return func(d *define.Definition) { d.Actions[3].Guards = append(d.Actions[3].Guards, s) }
	}
	effect := func(s define.Spec) func(*define.Definition) {
		return func(d *define.Definition) { d.Actions[3].Effects = append(d.Actions[3].Effects, s) }
	}
	timer := func(t workflow.TimerDef) func(*define.Definition) {
		return func(d *define.Definition) { t.Label = both("t"); d.States[0].Timers = append(d.States[0].Timers, t) }
	}
	for _, tt := range []struct {
		name   string
		change func(*define.Definition)
		want   string
	}{
		{"a name with a capital", func(d *define.Definition) { d.Actions[0].Name = "Go" }, `action "Go": a name is`},
		{"a name of 41 letters", func(d *define.Definition) { d.States[0].Name = workflow.State(strings.Repeat("a", 41)) },
			"a name is up to 40"},
		{"money posted without a round", func(d *define.Definition) {
			d.Needs, d.Actions[5].Effects = nil, []define.Spec{spec("release_commitment")}
		}, "the workflow needs a round"},
		{"money taken by the applicant", func(d *define.Definition) {
			d.Actions[3].By, d.Actions[3].Effects = []string{"owner"}, []define.Spec{spec("store_state"), spec("hold_award")}
		}, "it is the staff's: not of owner"},
		{"money taken by the system",
			func(d *define.Definition) { d.Actions[2].Effects = []define.Spec{spec("commit_award")} },
			"the system acts without a key"},
		{"a result of words", func(d *define.Definition) {
			d.Actions[3].Fields = []define.FieldDef{{Name: "text", Label: both("text"), Type: "text"}}
			d.Actions[3].Effects = append(d.Actions[3].Effects, result("text"))
		}, "action hold: effect result: field text: a result is a choice, a number"},
		{"a result of nothing", effect(result("text")), "effect result: the action has no field text"},
		{"a result until the round closes", func(d *define.Definition) {
			d.Actions[0].Effects[2].Params["until"] = "$round.closes"
		}, `until: a period such as 1y, not "$round.closes"`},
		{"a result that nobody gives is withdrawn", effect(spec("withdraw_result", "name", "mark")),
			"effect withdraw_result: no action gives a result mark"},
		{"a result of a confidential act", func(d *define.Definition) { d.Actions[0].Secret = true },
			"action go: the organization reads its results, and may not read this act"},
		{"a result in a state that is hidden", func(d *define.Definition) {
			d.States[0].Shown, d.States[0].See = "b", []string{"officer"}
			d.States[0].Stage = "reviewed"
		}, "action go: the organization reads its results, and is shown state a as b"},
		{"an objection that nobody can resolve", func(d *define.Definition) {
			d.Actions[0].Fields = append(d.Actions[0].Fields, define.FieldDef{Name: "text", Label: both("text"), Type: "text"})
			d.Actions[0].Effects = append(d.Actions[0].Effects, spec("add_objection"))
		}, "an objection is made, and nothing that follows"},
		{"a suspension that never ends", func(d *define.Definition) { d.Actions[4].To = define.Target{{To: "a"}} },
			"the state is stored to be returned to, and nothing that follows held"},
		{"a notice of no sum", func(d *define.Definition) {
			d.Actions[3].Effects = append(d.Actions[3].Effects, spec("issue", "paper", "notice", "notice", "tick"))
		}, "names a sum, and nothing proposes one"},
		{"a notice that names no days", func(d *define.Definition) {
			d.Actions[3].Effects = append(d.Actions[3].Effects, spec("issue", "paper", "notice"))
		}, "a paper of kind notice names its days"},
		{"a letter of award that says it was not taken up", func(d *define.Definition) {
			d.Actions[3].Effects = append(d.Actions[3].Effects, spec("issue", "paper", "award", "not_admitted", true))
		}, "not_admitted is said of a paper of kind refusal"},
		{"a yes that is a word", func(d *define.Definition) {
			d.Actions[3].Effects = append(d.Actions[3].Effects, spec("issue", "paper", "refusal", "not_admitted", "yes"))
		}, "not_admitted must be true or false"},
		{"a refusal without an outcome", func(d *define.Definition) {
			d.Actions[3].Effects = append(d.Actions[3].Effects, spec("issue", "paper", "refusal"))
		}, "tells an outcome, and held has none"},
		{"a refusal without a reason", func(d *define.Definition) {
			d.Actions[3].Effects = append(d.Actions[3].Effects, spec("issue", "paper", "refusal"))
		}, "a letter of refusal gives the reason"},
		{"minutes of no round", func(d *define.Definition) {
			d.Actions[3].Effects = append(d.Actions[3].Effects, spec("issue", "paper", "minutes"))
		}, "minutes are of a round"},
		{"a prefix in small letters", func(d *define.Definition) { d.Prefix = "sm" }, `prefix "sm"`},
		{"a party twice", func(d *define.Definition) { d.Parties = append(d.Parties, d.Parties[0]) },
			"party officer is declared twice"},
		{"a role twice", func(d *define.Definition) {
			d.Parties[0].Roles = append(d.Parties[0].Roles,
				workflow.RoleOfficer)
		}, "party officer: roles: officer stands there twice"},
		{"a party without roles", func(d *define.Definition) { d.Parties[0].Roles = nil }, "relation scope needs roles"},
		{"an unknown relation", func(d *define.Definition) { d.Parties[0].Relation = "friend" },
			`unknown relation "friend"`},
		{"a state twice", func(d *define.Definition) { d.States = append(d.States, d.States[0]) },
			"state a is declared twice"},
		{"a group twice", func(d *define.Definition) { d.Groups = append(d.Groups, d.Groups[0]) },
			"group live is declared twice"},
		{"groups in a circle", func(d *define.Definition) { d.Groups[0].In = "live" },
			"group live: lies in live, which is not declared before it"},
		{"a group with nothing in it", func(d *define.Definition) {
			d.Groups = append(d.Groups, define.Group{Name: "void", Label: both("void")})
		}, "group void: no state is in it"},
		{"an unknown group", func(d *define.Definition) { d.States[0].In = "dead" }, "state a: unknown group dead"},
		{"an unknown initial state", func(d *define.Definition) { d.Initial = "z" }, `initial: unknown state "z"`},
		{"an unknown need", func(d *define.Definition) { d.Needs = []string{"luck"} }, `needs: "luck"`},
		{"an unknown party who sees", func(d *define.Definition) { d.States[0].See = []string{"ghost"} },
			"state a: see: unknown party ghost"},
		{"a label in one language", func(d *define.Definition) { d.States[1].Label.EN = "" }, "state b: words are missing"},
		{"a stage's words in one language", func(d *define.Definition) {
			d.Stages = map[workflow.Stage]workflow.Text{"applied": {ZH: "参评中"}, "reported": both("rated")}
		}, "stages: applied: words are missing in one language"},
		{"words for a stage that no state has", func(d *define.Definition) {
			d.Stages = map[workflow.Stage]workflow.Text{"funded": both("running")}
		}, "stages: funded: no state has this stage"},
		{"words for no stage", func(d *define.Definition) {
			d.Stages = map[workflow.Stage]workflow.Text{"rated": both("rated")}
		}, "stages: rated: no state has this stage"},
		{"a desk's answer in one language", func(d *define.Definition) {
			d.Desks[0].Answers = []workflow.Choice{{Value: "yes", Label: both("yes")},
				{Value: "no", Label: workflow.Text{ZH: "否"}}}
		}, "desk board: answer no lacks a language"},
		{"an action from a state twice", func(d *define.Definition) { d.Actions[0].From = []workflow.State{"a", "a"} },
			"action go: from: a stands there twice"},
		{"the same action twice from one state", func(d *define.Definition) { d.Actions = append(d.Actions, d.Actions[4]) },
			"action resume is declared twice for held"},
		{"a party twice at an action", func(d *define.Definition) { d.Actions[4].By = []string{"checker", "checker"} },
			"action resume: by: checker stands there twice"},
		{"nobody who may", func(d *define.Definition) { d.Actions[4].By = nil }, "action resume: nobody may do it"},
		{"the name of a built-in action", func(d *define.Definition) { d.Actions[4].Name = "save" },
			"action save: the name is taken"},
		{"a last branch with a condition", func(d *define.Definition) { d.Actions[0].To = d.Actions[0].To[:1] },
			"every branch but the last has a when"},
		{"a branch in the middle without a condition", func(d *define.Definition) {
			d.Actions[0].To = define.Target{{To: "b"}, {To: define.Stay}}
		}, "every branch but the last has a when"},
		{"a branch on a field that is not asked", func(d *define.Definition) {
			d.Actions[0].To[0].When[0].Params["name"] = "road"
		}, "action go: a branch asks about field road"},
		{"a branch on a choice that is none", func(d *define.Definition) {
			d.Actions[0].To[0].When[0].Params["equals"] = "perhaps"
		}, "a branch asks for way=perhaps, which is no choice"},
		{"a field as a guard of the whole action", guard(spec("field", "name", "way", "equals", "yes")),
			"known only where a branch is chosen"},
		{"a stored state that no action stores", func(d *define.Definition) { d.Actions[3].Effects = nil },
			"no action stores one"},
		{"an action taken away that was not given", func(d *define.Definition) {
			d.Actions = append(d.Actions, define.ActionDef{Name: "go", From: []workflow.State{"b"}, Never: true})
		}, "action go: never: b does not inherit it"},
		{"an automatic action for people", func(d *define.Definition) { d.Actions[2].By = []string{"officer"} },
			"action finish: auto"},
		{"an automatic action that wants a reason", func(d *define.Definition) { d.Actions[2].Note = "required" },
			"action finish: auto"},
		{"a field twice", func(d *define.Definition) {
			d.Actions[0].Fields = append(d.Actions[0].Fields, d.Actions[0].Fields[1])
		}, "field n is declared twice"},
		{"a field of an unknown type", func(d *define.Definition) { d.Actions[0].Fields[1].Type = "float" },
			`field n: unknown type "float"`},
		{"a required field without an example", func(d *define.Definition) { d.Actions[0].Fields[0].Example = nil },
			"field way: a required field needs an example"},
		{"an example that is no choice", func(d *define.Definition) { d.Actions[0].Fields[0].Example = "perhaps" },
			"field way: the example would be refused"},
		{"one press for no choice", func(d *define.Definition) { d.Actions[0].Fields[0].Tap = "perhaps" },
			"field way: tap names none of its choices"},
		{"one press where more is required", func(d *define.Definition) {
			d.Actions[0].Fields[0].Tap, d.Actions[0].Fields[1].Required = "yes", true
		}, "field way: an action of one press can require nothing else"},
		{"an example above the bound", func(d *define.Definition) { d.Actions[0].Fields[1].Example = 6 },
			"field n: the example would be refused: not more than 5"},
		{"a bound that refers to nothing", func(d *define.Definition) { d.Actions[0].Fields[1].Max = "$round.luck" },
			`unknown reference "$round.luck"`},
		{"an example that refers to nothing", func(d *define.Definition) { d.Actions[0].Fields[1].Example = "$case.luck" },
			`example: unknown reference`},
		{"a guard on an unknown clock", guard(spec("elapsed", "clock", "tock")), "guard elapsed: unknown clock tock"},
		{"the notice of a workflow that has none", guard(spec("notice_elapsed")),
			"guard notice_elapsed: unknown clock notice"},
		{"a guard on an unknown action", guard(spec("once", "action", "fly")), "guard once: unknown action fly"},
		{"separation from an unknown action", guard(spec("separate_from", "actions", []any{"create", "fly"})),
			"guard separate_from: unknown action fly"},
		{"a guard on a fact that nobody records", guard(spec("data", "name", "mood")), "guard data: unknown fact mood"},
		{"a guard on a counter that nobody counts", guard(spec("count", "name", "laps", "min", 1)),
			"guard count: unknown counter laps"},
		{"an unknown guard inside any_of", guard(spec("any_of", "guards", []any{"settled", "hope"})), "unknown guard hope"},
		{"an unknown clock inside any_of",
			guard(spec("any_of", "guards", []any{"settled", map[string]any{"elapsed": map[string]any{"clock": "tock"}}})),
			"unknown clock tock"},
		{"two unknown guards inside any_of", guard(spec("any_of", "guards", []any{"hope", "faith"})), "unknown guard faith"},
		{"any_of with one guard", guard(spec("any_of", "guards", []any{"settled"})), "guards: at least two are needed"},
		{"a guard on an unknown desk", guard(spec("desk_met", "desk", "shelf")), "unknown desk"},
		{"a reference to nothing", guard(spec("scores", "min", "$round.stars")), `unknown reference "$round.stars"`},
		{"a grade that is none", guard(spec("evaluated", "at_least", "superb")), "at_least: one of"},
		{"a parameter nobody asked for", guard(spec("settled", "soon", true)), "unknown parameter soon"},
		{"an effect without its field", effect(spec("score")),
			"action hold: effect score needs a field points of type points"},
		{"recording what is not asked", effect(spec("record", "fields", []any{"mood"})),
			"effect record: the action has no field mood"},
		{"stopping a clock that nobody starts", effect(spec("stop_clock", "name", "tock")),
			"effect stop_clock: unknown clock tock"},
		{"a clock that fires what the system may not do",
			effect(spec("start_clock", "name", "tock", "period", "5wd", "action", "hold", "label_zh", "钟", "label_en", "tock")),
			"action hold is unknown, or the system cannot fire it"},
		{"a commitment without a round", func(d *define.Definition) {
			d.Needs = nil
			d.Actions[3].Effects = append(d.Actions[3].Effects, spec("commit_award"))
		}, "effect commit_award: the envelope is the round's"},
		{"a timer that fires nothing there is", timer(workflow.TimerDef{Name: "late", Period: "5wd", Action: "fly"}),
			"timer late: action fly does not leave it"},
		{"a timer that fires what people do", timer(workflow.TimerDef{Name: "late", Period: "5wd", Action: "hold"}),
			"timer late: action hold does not leave it, or the system cannot fire it"},
		{"a timer by a rule that is none", timer(workflow.TimerDef{Name: "late", Period: "$round.luck or 5wd"}),
			`unknown period "$round.luck"`},
		{"a pause of an unknown clock", func(d *define.Definition) { d.States[0].Pauses = []string{"tock"} },
			"state a: pauses unknown clock tock"},
		{"a desk that needs more than sit at it", func(d *define.Definition) { d.Desks[0].Need = 3 },
			"desk board: need 3 can never be met"},
		{"a desk that needs nobody", func(d *define.Definition) { d.Desks[0].Need = 0 }, "desk board: need 0"},
		{"a veto without a seat", func(d *define.Definition) { d.Desks[0].Veto = []string{"owner"} },
			"desk board: veto: owner has no seat"},
		{"an answer without a seat", func(d *define.Definition) { d.Actions[1].By = []string{"officer", "owner"} },
			"action answer: owner has no seat at desk board"},
		{"an answer the desk does not know", func(d *define.Definition) {
			d.Actions[1].Fields[0].Choices = append(d.Actions[1].Fields[0].Choices[:2:2], workflow.Choice{Value: "perhaps",
				Label: both("perhaps")})
		}, "desk board does not know the answer perhaps"},
		{"a desk signs an unknown paper", func(d *define.Definition) { d.Desks[0].Paper = "letter" },
			"desk board: unknown paper letter"},
		{"a desk signs what nobody issues", func(d *define.Definition) { d.Desks[0].Paper = "agreement" },
			"desk board: it signs the paper agreement, and no action issues that"},
		{"a fact that keeps a hash", func(d *define.Definition) {
			d.Desks[0].Paper, d.Actions[0].Fields[0].Name = "entry_agreement", "entry_agreement_sha256"
			d.Actions[0].Effects[0].Params = map[string]any{"fields": []any{"entry_agreement_sha256"}}
			d.Actions[0].Effects = append(d.Actions[0].Effects,
				define.Spec{Name: "issue", Params: map[string]any{"paper": "entry_agreement"}})
		}, "the fact entry_agreement_sha256 keeps the hash of what is signed"},
		{"a field called as the hash", func(d *define.Definition) {
			d.Desks[0].Paper = "entry_agreement"
			d.Actions[0].Effects = append(d.Actions[0].Effects,
				define.Spec{Name: "issue", Params: map[string]any{"paper": "entry_agreement"}})
			d.Actions[1].Fields = append(d.Actions[1].Fields, define.FieldDef{Name: "sha256", Label: both("hash"),
				Type: "text"})
		}, "field sha256: the name is taken"},
		{"an unknown desk", func(d *define.Definition) { d.Actions[1].Desk = "shelf" },
			"action answer: unknown desk shelf"},
		{"a state that only loops on itself", func(d *define.Definition) {
			d.Actions[4].To = define.Target{{To: define.Stay}}
		}, "state held: a dead end that is no outcome"},
		{"a form that is no form", func(d *define.Definition) { d.Form = `{"type":"array"}` }, "form: form:"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := small()
			tt.change(&d)
			if _, err := machine.Compile(d); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestEverythingWrongIsToldAtOnce(t *testing.T) {
	t.Parallel()
	d := small()
	d.Prefix, d.States[1].Label.EN = "x", ""
	d.Actions[3].Guards = []define.Spec{{Name: "hope"}}
	d.Actions[4].By = []string{"ghost"}
	_, err := machine.Compile(d)
	for _, want := range []string{"prefix", "state b: words", "unknown guard hope", "unknown party ghost"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not tell %q", err, want)
		}
	}
}
