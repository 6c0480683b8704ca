// Package catalog holds the shipped workflow definitions as YAML, decodes definitions strictly, and keeps every
// version that cases may live under. A version in use never changes.
package catalog

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"sync/atomic"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/machine"
	_ "incubase/workflow/part/award" // definitions name its guards and effects
	"incubase/workflow/vet"
)

//go:embed definitions/*.yaml forms/*.json presets/*.yaml scripts/*.txt
var files embed.FS

// ErrChanged refuses other content for a known version.
var ErrChanged = errors.New("this version is known with another content; give the change a new version")

type Entry struct {
	Machine  *machine.Machine
	Hash     workflow.Hash
	Body     string // canonical JSON, as hashed and stored
	Standing vet.DefinitionStanding
}

// Catalog finds machines by name and version. It is safe for concurrent use: a change replaces the table.
type Catalog struct {
	table atomic.Pointer[map[string][]Entry] // versions ascending
}

// Shipped returns a catalog of the definitions that come with the program.
func Shipped() (*Catalog, error) {
	c := &Catalog{}
	names, err := fs.Glob(files, "definitions/*.yaml")
	if err != nil {
		return nil, err
	}
	for _, n := range names {
		b, err := files.ReadFile(n)
		if err != nil {
			return nil, err
		}
		d, err := Decode(b)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", n, err)
		}
		if err := c.Add(d); err != nil {
			return nil, fmt.Errorf("%s: %w", n, err)
		}
	}
	return c, nil
}

// NewEntry compiles a definition and hashes its content.
func NewEntry(d define.Definition) (Entry, error) {
	b, err := json.Marshal(d)
	if err != nil {
		return Entry{}, fmt.Errorf("encode %s: %w", d.Name, err)
	}
	m, err := machine.Compile(d)
	if err != nil {
		return Entry{}, err
	}
	return Entry{Machine: m, Hash: sha256.Sum256(b), Body: string(b)}, nil
}

// Add adds a definition of the release, which approves it.
func (c *Catalog) Add(d define.Definition) error {
	return c.Take(d, vet.DefinitionStanding{Status: vet.DefinitionApproved})
}

// Take compiles and adds a definition. A known version is accepted with the same content, else ErrChanged.
func (c *Catalog) Take(d define.Definition, s vet.DefinitionStanding) error {
	e, err := NewEntry(d)
	if err != nil {
		return err
	}
	e.Standing = s
	for {
		old := c.table.Load()
		next := map[string][]Entry{}
		if old != nil {
			maps.Copy(next, *old)
		}
		for _, known := range next[d.Name] {
			if known.Machine.Definition().Version != d.Version {
				continue
			}
			if known.Hash != e.Hash {
				return fmt.Errorf("workflow %s version %d: %w", d.Name, d.Version, ErrChanged)
			}
			return nil
		}
		next[d.Name] = append(slices.Clone(next[d.Name]), e)
		slices.SortFunc(next[d.Name], func(a, b Entry) int {
			return a.Machine.Definition().Version - b.Machine.Definition().Version
		})
		if c.table.CompareAndSwap(old, &next) {
			return nil
		}
	}
}

// SetStatus sets the standing of a known version.
func (c *Catalog) SetStatus(name string, version int, s vet.DefinitionStanding) {
	for {
		old := c.table.Load()
		if old == nil {
			return
		}
		i := slices.IndexFunc((*old)[name], func(e Entry) bool { return e.Machine.Definition().Version == version })
		if i < 0 || (*old)[name][i].Standing.Same(s) {
			return
		}
		next := maps.Clone(*old)
		next[name] = slices.Clone(next[name])
		next[name][i].Standing = s
		if c.table.CompareAndSwap(old, &next) {
			return
		}
	}
}

// Fits refuses a definition with the prefix of another workflow: their cases would share references.
func (c *Catalog) Fits(d define.Definition) error {
	for name, versions := range c.all() {
		for _, e := range versions {
			if name != d.Name && e.Machine.Definition().Prefix == d.Prefix {
				return fmt.Errorf("prefix %s: it is in use by workflow %s; choose another", d.Prefix, name)
			}
		}
	}
	return nil
}

func (c *Catalog) Names() []string { return slices.Sorted(maps.Keys(c.all())) }

func (c *Catalog) all() map[string][]Entry {
	if t := c.table.Load(); t != nil {
		return *t
	}
	return nil
}

// Entries are the versions of a workflow, ascending.
func (c *Catalog) Entries(name string) []Entry { return c.all()[name] }

// Versions are the numbers of a workflow's versions, ascending.
func (c *Catalog) Versions(name string) (out []int) {
	for _, e := range c.Entries(name) {
		out = append(out, e.Machine.Definition().Version)
	}
	return out
}

// Entry is one version of a workflow; nil if there is none.
func (c *Catalog) Entry(name string, version int) *Entry {
	for _, e := range c.Entries(name) {
		if e.Machine.Definition().Version == version {
			return &e
		}
	}
	return nil
}

// Standing says how a version stands; nothing where there is none.
func (c *Catalog) Standing(name string, version int) (s vet.DefinitionStanding) {
	if e := c.Entry(name, version); e != nil {
		s = e.Standing
	}
	return s
}

// Approval compares a version with the newest approved one besides, for its approver. workflow.ErrNotFound where there
// is no such version.
func (c *Catalog) Approval(name string, version int) (*vet.DefinitionApproval, error) {
	e := c.Entry(name, version)
	if e == nil {
		return nil, workflow.ErrNotFound
	}
	var against *machine.Machine
	for _, x := range c.Entries(name) {
		if n := x.Machine.Definition().Version; n != version && x.Standing.Status == vet.DefinitionApproved &&
			(n < version || against == nil) {
			against = x.Machine
		}
	}
	return vet.ApprovalOf(e.Machine, e.Standing, against), nil
}

// Machine returns one version, nil if there is none. 0 is the newest approved one, else the newest that was, else the
// newest.
func (c *Catalog) Machine(name string, version int) *machine.Machine {
	list := c.all()[name]
	if version == 0 {
		for _, fits := range []func(vet.DefinitionStanding) bool{
			func(s vet.DefinitionStanding) bool { return s.Status == vet.DefinitionApproved },
			vet.DefinitionStanding.MayHaveCases,
			func(vet.DefinitionStanding) bool { return true },
		} {
			for _, e := range slices.Backward(list) {
				if fits(e.Standing) {
					return e.Machine
				}
			}
		}
	}
	if e := c.Entry(name, version); e != nil {
		return e.Machine
	}
	return nil
}

// Opens returns the machine under which cases are born; see machine.Machines.
func (c *Catalog) Opens(name string, version int) *machine.Machine {
	for _, e := range slices.Backward(c.all()[name]) {
		if e.Standing.Status == vet.DefinitionApproved && (version == 0 || e.Machine.Definition().Version == version) {
			return e.Machine
		}
	}
	return nil
}

// Each visits every version of every workflow that cases may live under, in a stable order.
func (c *Catalog) Each(visit func(*machine.Machine)) {
	for _, n := range c.Names() {
		for _, e := range c.Entries(n) {
			if e.Standing.MayHaveCases() {
				visit(e.Machine)
			}
		}
	}
}

// Form returns a shipped application form: grant, incubation.
func Form(name string) (json.RawMessage, error) {
	b, err := files.ReadFile("forms/" + name + ".json")
	if err != nil {
		return nil, fmt.Errorf("no form %s", name)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, b); err != nil {
		return nil, fmt.Errorf("form %s: %w", name, err)
	}
	return compact.Bytes(), nil
}

// Preset holds the rules of a real round.
type Preset struct {
	Name  string
	Title workflow.Text
	Note  workflow.Text
	Rules workflow.Rules
}

func LoadPreset(name string) (Preset, error) {
	b, err := files.ReadFile("presets/" + name + ".yaml")
	if err != nil {
		return Preset{}, fmt.Errorf("no preset %s; there are: %v", name, Presets())
	}
	var loose map[string]any
	if err := decode(b, &loose); err != nil {
		return Preset{}, fmt.Errorf("preset %s: %w", name, err)
	}
	raw, err := json.Marshal(loose)
	if err != nil {
		return Preset{}, fmt.Errorf("preset %s: %w", name, err)
	}
	p := Preset{Name: name}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	err = d.Decode(&p)
	return p, err
}

func Presets() []string {
	found, _ := fs.Glob(files, "presets/*.yaml")
	for i, n := range found {
		found[i] = n[len("presets/") : len(n)-len(".yaml")]
	}
	return found
}

func Source(name string) ([]byte, error) { return files.ReadFile("definitions/" + name + ".yaml") }

// Script returns the shipped script of a definition's good path, for simulate.
func Script(name string) (string, error) {
	b, err := files.ReadFile("scripts/" + name + ".txt")
	return string(b), err
}
