package demo

import (
	"bytes"
	"embed"
	"fmt"

	"github.com/goccy/go-yaml"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/region"
)

//go:embed data/*.yaml
var files embed.FS

type data struct {
	agencies      []agency
	organizations []organization
	users         []user
	rounds        []round
	lives         map[string]map[string][]step // workflow -> stretch -> steps
	cases         map[string][]history         // workflow -> histories
}

type agency struct {
	Key       string      `yaml:"key"`
	Kind      string      `yaml:"kind"`
	Region    region.Code `yaml:"region"`
	ZH        string      `yaml:"zh"`
	EN        string      `yaml:"en"`
	Competent []struct {
		Topic  string `yaml:"topic"`
		Action string `yaml:"action"`
	} `yaml:"competent"`
}

type organization struct {
	Key      string         `yaml:"key"`
	Article  bool           `yaml:"article"` // named by the source articles: only favourable states
	Name     string         `yaml:"name"`
	Kind     string         `yaml:"kind"`
	Filing   string         `yaml:"filing"`   // filing number, or a note that the source gives none
	Override string         `yaml:"override"` // why a registered one has no credit code here
	Host     string         `yaml:"host"`     // key of the fiscal host
	Region   region.Code    `yaml:"region"`
	Address  string         `yaml:"address"`
	About    string         `yaml:"about"`
	Founded  *calendar.Date `yaml:"founded"`
	Topics   []string       `yaml:"topics"`
	Projects []project      `yaml:"projects"`
}

type project struct {
	Key     string   `yaml:"key"`
	Title   string   `yaml:"title"`
	Summary string   `yaml:"summary"`
	Topics  []string `yaml:"topics"`
}

type user struct {
	Login        string `yaml:"login"`
	Name         string `yaml:"name"`
	Organization string `yaml:"organization"`
	Agency       string `yaml:"agency"`
	Roles        []role `yaml:"roles"`
}

type role struct {
	Role         workflow.Role `yaml:"role"`
	Region       region.Code   `yaml:"region"`
	Agency       string        `yaml:"agency"`
	Organization string        `yaml:"organization"`
}

type round struct {
	Key       string      `yaml:"key"`
	Kind      string      `yaml:"kind"`
	Region    region.Code `yaml:"region"`
	Agency    string      `yaml:"agency"`
	ZH        string      `yaml:"zh"`
	EN        string      `yaml:"en"`
	Opens     int         `yaml:"opens"`  // days before today
	Closes    int         `yaml:"closes"` // days before today; negative: in the future
	Total     string      `yaml:"total_yuan"`
	Preset    string      `yaml:"preset"`
	Reviewers []string    `yaml:"reviewers"`
	Steps     []struct {
		Ago int    `yaml:"ago"`
		Do  string `yaml:"do"`
	} `yaml:"steps"`
}

// step is one act; lives.yaml explains the fields.
type step struct {
	After  string         `yaml:"after"`
	By     string         `yaml:"by"`
	Do     string         `yaml:"do"`
	On     string         `yaml:"on"`
	Fields map[string]any `yaml:"fields"`
	Note   string         `yaml:"note"`
}

type history struct {
	Key     string         `yaml:"key"`
	Of      string         `yaml:"of"`
	Project string         `yaml:"project"`
	Round   string         `yaml:"round"`
	Life    []string       `yaml:"life"`
	Stands  workflow.State `yaml:"stands"`
	Opened  int            `yaml:"opened"` // days before today of the first step
	Ended   int            `yaml:"ended"`  // or of the last one
	Yuan    string         `yaml:"yuan"`
	Award   string         `yaml:"award_yuan"` // empty: the requested amount
}

func read() (*data, error) {
	d := &data{}
	for name, out := range map[string]any{
		"agencies": &d.agencies, "organizations": &d.organizations, "users": &d.users,
		"rounds": &d.rounds, "lives": &d.lives, "cases": &d.cases,
	} {
		b, err := files.ReadFile("data/" + name + ".yaml")
		if err != nil {
			return nil, fmt.Errorf("read the demonstration's %s: %w", name, err)
		}
		if err := yaml.NewDecoder(bytes.NewReader(b), yaml.Strict()).Decode(out); err != nil {
			return nil, fmt.Errorf("decode the demonstration's %s: %w", name, err)
		}
	}
	return d, nil
}

func (d *data) organization(key string) *organization {
	for i := range d.organizations {
		if d.organizations[i].Key == key {
			return &d.organizations[i]
		}
	}
	return nil
}

func (d *data) round(key string) *round {
	for i := range d.rounds {
		if d.rounds[i].Key == key {
			return &d.rounds[i]
		}
	}
	return nil
}

func (d *data) steps(kind string, h history) ([]step, error) {
	var out []step
	for _, name := range h.Life {
		s, ok := d.lives[kind][name]
		if !ok {
			return nil, fmt.Errorf("case %s: no stretch %q of a %s", h.Key, name, kind)
		}
		out = append(out, s...)
	}
	return out, nil
}
