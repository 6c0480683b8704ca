// Package topic holds the closed list of what organizations and projects work on: for whom (beneficiary groups) and
// in which field (service fields). Topics decide which agencies co-sign, so users cannot add any.
package topic

import (
	_ "embed"
	"encoding/csv"
	"slices"
	"strings"

	"incubase/workflow/text"
)

type Axis string

const (
	Group Axis = "group" // beneficiaries
	Field Axis = "field" // services
)

type Topic struct {
	Code   string    `json:"code"`
	Axis   Axis      `json:"axis"`
	Label  text.Text `json:"label"`
	Source string    `json:"source"` // where the word comes from
}

// Max is how many topics one organization or project may have.
const Max = 20

//go:embed topics.csv
var table string

var list, byCode = load()

func load() ([]Topic, map[string]Topic) {
	rows, err := csv.NewReader(strings.NewReader(table)).ReadAll()
	if err != nil {
		panic("topics.csv: " + err.Error()) // embedded: only a mistake of the program
	}
	var out []Topic
	index := map[string]Topic{}
	for _, r := range rows[1:] {
		t := Topic{Code: r[0], Axis: Axis(r[1]), Label: text.Text{ZH: r[2], EN: r[3]}, Source: r[4]}
		out, index[t.Code] = append(out, t), t
	}
	return out, index
}

// All returns the whole list, groups before fields.
func All() []Topic { return slices.Clone(list) }

func Known(code string) bool {
	_, ok := byCode[code]
	return ok
}

// Label returns a code's name; the code itself where it is unknown.
func Label(code string) text.Text {
	if t, ok := byCode[code]; ok {
		return t.Label
	}
	return text.Text{ZH: code, EN: code}
}

// Problem returns what is wrong with a list of codes, nil if nothing.
func Problem(codes []string) *text.Text {
	var unknown []string
	seen := map[string]bool{}
	for _, c := range codes {
		if !Known(c) || seen[c] {
			unknown = append(unknown, c)
		}
		seen[c] = true
	}
	switch {
	case len(unknown) > 0:
		t := text.Format("没有这些领域代码，或重复：%s", "unknown or repeated topics: %s", strings.Join(unknown, ", "))
		return &t
	case len(codes) > Max:
		t := text.Format("领域最多 %d 个", "at most %d topics", Max)
		return &t
	}
	return nil
}
