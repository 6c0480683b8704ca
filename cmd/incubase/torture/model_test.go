package torture

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"
)

// register is a case as a linearizable object.
type register struct {
	version int
	state   string
}

// model accepts the answers that a single copy of each case could give, one request after another.
var model = porcupine.Model{
	Init: func() any { return register{} },
	Step: func(state, input, _ any) (bool, any) {
		now, o := state.(register), input.(*op)
		switch {
		case o.Kind == "read":
			return now == register{o.Version, o.State}, now
		case o.Seq > 0: // it acted
			return now.version == o.Seq-1 && now.state == o.From, register{o.Version, o.State}
		case o.Problem == "/problems/stale":
			return now.version == o.Current && o.Named != o.Current, now
		case o.Problem == "/problems/not-offered":
			// automatic actions are never offered
			return automatic[o.Action] || !legal[move{o.Workflow, now.state, o.Action, ""}], now
		}
		return true, now
	},
	Equal: func(a, b any) bool { return a == b },
	DescribeOperation: func(input, _ any) string {
		o := input.(*op)
		return fmt.Sprintf("%s %s by %s: %d %s, event %d, version %d %s", o.Kind, o.Action, o.Login, o.Status, o.Problem,
			o.Seq, max(o.Version, o.Current), o.State)
	},
}

// linearizable checks each case's history with porcupine, the system's own acts included, and names the cases whose
// answers no single copy could give.
func (r *run) linearizable(history []*op, byItself []*op) porcupine.CheckResult {
	by := map[string][]porcupine.Operation{}
	for _, o := range byItself {
		by[o.Case] = append(by[o.Case], porcupine.Operation{ClientId: 1 << 20, Input: o, Call: -1, Return: int64(time.Hour)})
	}
	for _, o := range history {
		if o.Kind == "read" || o.Kind == "act" && (o.Seq > 0 || o.Status == 409 || o.Status == 412) {
			by[o.Case] = append(by[o.Case], porcupine.Operation{ClientId: o.Client, Input: o, Call: int64(o.Call),
				Return: int64(o.Return)})
		}
	}
	verdict, n := porcupine.Ok, 0
	for id, list := range by {
		n += len(list)
		if one, info := porcupine.CheckOperationsVerbose(model, list, time.Minute); one != porcupine.Ok {
			verdict = one
			r.wrong("porcupine: the history of case %s is %s; what does not fit:\n%s", id, one, told(misfits(list, info)))
		}
	}
	r.counts["operations checked for linearizability"] = n
	return verdict
}

// misfits returns the first operations that porcupine's longest order has no place for, after the last that it has.
func misfits(list []porcupine.Operation, info porcupine.LinearizationInfo) []porcupine.Operation {
	placed := map[any]bool{}
	var last porcupine.Operation
	for _, partition := range info.PartialLinearizationsOperations() {
		longest := []porcupine.Operation{}
		for _, p := range partition {
			if len(p) > len(longest) {
				longest = p
			}
		}
		for _, o := range longest {
			placed[o.Input], last = true, o
		}
	}
	left := slices.DeleteFunc(slices.Clone(list), func(o porcupine.Operation) bool { return placed[o.Input] })
	slices.SortFunc(left, func(a, b porcupine.Operation) int { return cmp.Compare(a.Return, b.Return) })
	return append([]porcupine.Operation{last}, left[:min(len(left), 6)]...)
}

func told(list []porcupine.Operation) string {
	slices.SortFunc(list, func(a, b porcupine.Operation) int { return cmp.Compare(a.Call, b.Call) })
	var b strings.Builder
	for _, o := range list {
		fmt.Fprintf(&b, "    %8.3f %8.3f %s\n", time.Duration(o.Call).Seconds(), time.Duration(o.Return).Seconds(),
			model.DescribeOperation(o.Input, nil))
	}
	return b.String()
}
