package vet

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"incubase/workflow/define"
)

// Difference is a place where two versions of a definition differ. Was or Is is "" where a version lacks it.
type Difference struct {
	At  string `json:"at"`
	Was string `json:"was"`
	Is  string `json:"is"`
}

// Differences compares two definitions by place; states, parties and actions are matched by name.
func Differences(a, b *define.Definition) (out []Difference) {
	was, is := flat(a), flat(b)
	for _, at := range slices.Sorted(maps.Keys(union(was, is))) {
		if was[at] != is[at] && at != "version" {
			out = append(out, Difference{at, was[at], is[at]})
		}
	}
	return out
}

func union(a, b map[string]string) map[string]string {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

func flat(d *define.Definition) map[string]string {
	b, _ := json.Marshal(d) // plain values
	var v any
	_ = json.Unmarshal(b, &v)
	out := map[string]string{}
	flatten("", v, out)
	return out
}

func flatten(at string, v any, out map[string]string) {
	below := func(name string) string { return strings.TrimPrefix(at+"."+name, ".") }
	switch x := v.(type) {
	case map[string]any:
		for name, y := range x {
			flatten(below(name), y, out)
		}
	case []any:
		for i, y := range x {
			flatten(below(nameOf(y, i, x)), y, out)
		}
	default:
		out[at] = fmt.Sprint(x)
	}
}

// nameOf returns the place of an element of a list: its name, with its from if the name is not unique, else its
// number.
func nameOf(v any, i int, all []any) string {
	m, _ := v.(map[string]any)
	name, _ := m["name"].(string)
	if name == "" {
		return strconv.Itoa(i + 1)
	}
	for j, y := range all {
		if other, _ := y.(map[string]any); j != i && other["name"] == name {
			return fmt.Sprintf("%s (%v)", name, m["from"])
		}
	}
	return name
}
