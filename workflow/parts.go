package workflow

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// PartKind is a kind of part: facts that a case carries only where its definition asks for them.
type PartKind struct {
	Name string
	New  func() PartDoc // an empty document, a pointer for JSON to decode into
}

// PartDoc is what a part says about one case. An empty one encodes as {}, so its fields have omitempty or omitzero.
// Nothing in it follows from other facts: the MAC of the case covers it as it stands.
type PartDoc interface {
	Clone() PartDoc // copies everything that an effect may change in place
}

// Seated is a part whose seats let their holders see the case: lists find it by them.
type Seated interface{ Holders() []Holder }

// Holder is a person or an agency with a seat.
type Holder struct {
	Part string // kind of seat
	Who  ID
}

// Said is a part with texts and names of people, which erasing clears.
type Said interface {
	ClearTexts(texts []string)
	Rename(user ID, name string)
}

var partKinds = map[string]PartKind{}

// RegisterPart adds a kind, by init of the package that declares it. A second one of a name panics.
func RegisterPart(k PartKind) {
	if _, ok := partKinds[k.Name]; ok {
		panic("two parts " + k.Name)
	}
	partKinds[k.Name] = k
}

// Parts are the parts of a case by name.
type Parts map[string]PartDoc

// Part returns what a part says about the case, to read. Where the case has none it is empty, and not kept.
func (c *Case) Part(name string) PartDoc {
	if doc := c.Parts[name]; doc != nil {
		return doc
	}
	return partKinds[name].New()
}

// OwnPart returns what a part says about the case, to change: of the copy that a decision works on.
func (c *Case) OwnPart(name string) PartDoc {
	doc := c.Part(name)
	if c.Parts == nil {
		c.Parts = Parts{}
	}
	c.Parts[name] = doc
	return doc
}

func (p Parts) Clone() Parts {
	out := maps.Clone(p)
	for name, doc := range out {
		out[name] = doc.Clone()
	}
	return out
}

// InOrder lists the parts by name.
func (p Parts) InOrder() (out []PartDoc) {
	for _, name := range slices.Sorted(maps.Keys(p)) {
		out = append(out, p[name])
	}
	return out
}

// MarshalJSON leaves out empty parts.
func (p Parts) MarshalJSON() ([]byte, error) {
	out := map[string]json.RawMessage{}
	for name, doc := range p {
		text, err := json.Marshal(doc)
		if err != nil {
			return nil, fmt.Errorf("part %s: %w", name, err)
		}
		if string(text) != "{}" {
			out[name] = text
		}
	}
	return json.Marshal(out)
}

// UnmarshalJSON refuses parts, and facts of parts, that this program does not know: a decision would lose them.
func (p *Parts) UnmarshalJSON(text []byte) error {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(text, &raw); err != nil {
		return err
	}
	*p = nil
	for name, text := range raw {
		k, ok := partKinds[name]
		if !ok {
			return fmt.Errorf("unknown part %s", name)
		}
		doc := k.New()
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		if err := d.Decode(doc); err != nil {
			return fmt.Errorf("part %s: %w", name, err)
		}
		if *p == nil {
			*p = Parts{}
		}
		(*p)[name] = doc
	}
	return nil
}
