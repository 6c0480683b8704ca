package topic

import (
	"regexp"
	"slices"
	"testing"
)

func TestListIsComplete(t *testing.T) {
	t.Parallel()
	code := regexp.MustCompile(`^[a-z][a-z0-9_]{1,39}$`)
	seen := map[string]bool{}
	for _, x := range All() {
		if !code.MatchString(x.Code) || seen[x.Code] || !x.Label.Complete() || x.Source == "" || x.Axis != Group &&
			x.Axis != Field {
			t.Errorf("row %+v: code, axis, both names and a source are expected, once", x)
		}
		seen[x.Code] = true
	}
	if !slices.IsSortedFunc(All(), func(a, b Topic) int { return -cmp(a.Axis, b.Axis) }) {
		t.Error("groups stand before fields")
	}
	for _, agency := range []string{"mediation", "law_publicity", "culture", "women", "left_behind_children", "disabled",
		"health"} {
		if !Known(agency) {
			t.Errorf("the articles' agencies speak on %q, which is not in the list", agency)
		}
	}
}

func cmp(a, b Axis) int {
	switch {
	case a == b:
		return 0
	case a < b:
		return -1
	}
	return 1
}

func TestProblem(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		codes []string
		fails bool
	}{
		"no topics are no problem here": {nil, false},
		"known ones pass":               {[]string{"elderly", "mediation"}, false},
		"an invented one does not":      {[]string{"elderly", "gardening"}, true},
		"the same twice does not":       {[]string{"elderly", "elderly"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if p := Problem(row.codes); (p != nil) != row.fails || p != nil && !p.Complete() {
				t.Errorf("Problem(%q) = %v", row.codes, p)
			}
		})
	}
}

func TestLabel(t *testing.T) {
	t.Parallel()
	if Label("elderly").ZH != "老年人" || Label("nothing").EN != "nothing" {
		t.Errorf("got %v and %v", Label("elderly"), Label("nothing"))
	}
}
