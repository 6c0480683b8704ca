package torture

import "strings"

// legal repeats every move of the tortured cases on purpose: a wrong change of a definition changes program, database
// and diagrams together, but not this.
var legal = moves(`
grant draft submit applied
grant draft discard discarded
grant draft|applied|returned|screened|proposed|refusal_proposed withdraw withdrawn
grant applied admit screened
grant applied|screened return returned
grant applied reject inadmissible
grant returned resubmit applied
grant returned lapse lapsed
grant screened declare|score|cosign|cosign_lapse screened
grant screened propose proposed
grant screened propose_refusal refusal_proposed
grant proposed|refusal_proposed decline declined
grant proposed|refusal_proposed send_back screened
grant proposed object proposed
grant proposed count_objection proposed
grant proposed resolve proposed|declined
grant proposed confirm reviewed
grant reviewed lapse lapsed
grant reviewed sign|agreed reviewed
grant reviewed in_force funded
grant reviewed|funded pay =
grant reviewed tranche_paid funded
grant funded|suspended|terminated|reported tranche_paid =
grant terminated tranche_cancelled terminated
grant funded report|evaluate|settle funded
grant funded|suspended|terminated|reported report_accepted =
grant terminated settle terminated
grant funded close reported
grant reviewed|funded suspend suspended
grant suspended resume reviewed|funded
grant reviewed|funded|suspended terminate terminated
grant reported reopen funded
payment prepared release paid
payment prepared fail failed
payment failed retry prepared
payment prepared|failed cancel cancelled
report draft submit submitted
report draft discard discarded
report returned resubmit submitted
report submitted return returned
report submitted accept accepted
`)

// move is one step of a workflow; to "" matches any.
type move struct{ workflow, from, action, to string }

func moves(table string) map[move]bool {
	out := map[move]bool{}
	for line := range strings.Lines(table) {
		f := strings.Fields(line)
		if len(f) != 4 {
			continue
		}
		for _, from := range strings.Split(f[1], "|") {
			for _, action := range strings.Split(f[2], "|") {
				for _, to := range strings.Split(strings.ReplaceAll(f[3], "=", from), "|") {
					out[move{f[0], from, action, to}] = true
					out[move{f[0], from, action, ""}] = true
				}
			}
		}
	}
	return out
}

// actions of a workflow, the system's included, for intruders.
var actions = map[string][]string{
	"grant": {"submit", "withdraw", "admit", "return", "reject", "resubmit", "lapse", "declare", "score", "cosign",
		"propose", "propose_refusal", "decline", "send_back", "count_objection", "resolve", "confirm",
		"sign", "agreed", "in_force", "pay", "tranche_paid", "report", "evaluate", "settle", "close", "suspend", "resume",
		"terminate", "reopen"},
	"payment": {"release", "fail", "retry", "cancel"},
	"report":  {"submit", "resubmit", "return", "accept"},
}

// automatic moves follow another in the same commit.
var automatic = map[string]bool{"agreed": true, "in_force": true}

// rare are the moves that end a case. They are tried seldom, so that cases live.
var rare = map[string]bool{"withdraw": true, "reject": true, "propose_refusal": true, "decline": true,
	"send_back": true, "terminate": true, "cancel": true, "suspend": true, "return": true, "fail": true, "save": true}

// insiders have something to do with the tortured cases; outsiders must not learn that they exist.
var (
	insiders = []string{"certifier", "applicant", "officer", "reviewer1", "reviewer2", "decider", "finance1", "finance2",
		"evaluator", "auditor"}
	outsiders = []string{"certifier2", "applicant2", "officer-heihe", "decider-heihe", "reviewer5", "justice", "sysadmin"}
)

// whose are the usual actors of actions, so that not every act is illegal.
var whose = map[string][]string{
	"submit": {"certifier"}, "resubmit": {"certifier"}, "withdraw": {"certifier"}, "admit": {"officer"},
	"return": {"officer"}, "reject": {"officer"},
	"declare": {"reviewer1", "reviewer2"}, "score": {"reviewer1", "reviewer2"}, "propose": {"officer"},
	"propose_refusal": {"officer"}, "decline": {"decider"}, "send_back": {"decider"}, "confirm": {"decider"},
	"sign": {"certifier", "officer"}, "pay": {"finance1"}, "report": {"applicant"}, "evaluate": {"evaluator"},
	"settle": {"finance2"}, "close": {"officer"},
	"suspend": {"decider"}, "resume": {"decider"}, "terminate": {"decider"}, "reopen": {"decider"},
	"release": {"finance2"}, "fail": {"finance2"},
	"cancel": {"finance2"}, "retry": {"finance1"}, "accept": {"officer"},
}

// works returns those who can move a case on from a state.
func works(workflow, state string) (out []string) {
	for _, a := range actions[workflow] {
		if legal[move{workflow, state, a, ""}] {
			out = append(out, whose[a]...)
		}
	}
	return out
}
