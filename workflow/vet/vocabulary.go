package vet

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"strings"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/paper"
)

//go:embed words.json
var wordsFile []byte

// words holds the words of the registry for people who compare two versions of a definition: what an effect does, what
// a parameter means, what a reference, a relation and a type of fields names.
type words struct {
	Effects, Parameters, References, Relations, Fields map[string]workflow.Text
}

var vocabulary = readWords()

func readWords() (v words) {
	d := json.NewDecoder(bytes.NewReader(wordsFile))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		panic(err) // the file is part of the program, and a test reads it
	}
	return v
}

var paperLabels = func() map[string]workflow.Text {
	out := map[string]workflow.Text{}
	for kind, t := range paper.Labels {
		out[string(kind)] = t
	}
	return out
}()

var units = map[calendar.Unit]workflow.Text{calendar.Workday: {ZH: " 个工作日", EN: " working days"},
	calendar.Day: {ZH: " 日", EN: " days"}, calendar.Month: {ZH: " 个月", EN: " months"},
	calendar.Year: {ZH: " 年", EN: " years"}}

// period puts "5wd" or "$round.sign_period or 15wd" into words.
func period(s string) workflow.Text {
	if from, otherwise, both := strings.Cut(s, " or "); both {
		a, b := period(from), period(otherwise)
		return say("%s，没有规定的为 %s", "%s, or %s where it has none", a, b)
	}
	p, err := calendar.ParsePeriod(s)
	if err != nil {
		return reference(s)
	}
	n := plain(s[:len(s)-len(p.Unit)])
	return workflow.Text{ZH: n.ZH + units[p.Unit].ZH, EN: n.EN + units[p.Unit].EN}
}

func reference(s string) workflow.Text {
	return cmp.Or(vocabulary.References[s], plain(s))
}

// EffectWords tells what an effect does; empty for an unknown one.
func EffectWords(name string) workflow.Text { return vocabulary.Effects[name] }
