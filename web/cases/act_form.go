package cases

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/clean"
	"incubase/workflow/define"
	"incubase/workflow/money"
)

type input struct {
	workflow.OfferedField
	Value string
	Files []string // ids, of a field for files
}

// begin fills in choices from the address, which a list's button makes.
func (d *actPage) begin(q url.Values) {
	for i := range d.Fields {
		x := &d.Fields[i]
		if chosen := q.Get("f." + x.Name); slices.ContainsFunc(x.Choices,
			func(c workflow.Choice) bool { return c.Value == chosen }) {
			x.Value = chosen
		}
	}
}

// said returns the person's input, without the page's own fields.
func said(form url.Values) url.Values {
	out := maps.Clone(form)
	for name := range form {
		if strings.HasPrefix(name, "_") {
			delete(out, name)
		}
	}
	return out
}

// read takes the input from the form; empty fields are left out.
func (d *actPage) read(form url.Values, cmd *workflow.Command) {
	d.Note, d.Key = strings.TrimSpace(form.Get("note")), cmd.Key
	cmd.Ref, cmd.Note, cmd.Fields = d.Case.ID, d.Note, map[string]any{}
	if n, err := strconv.Atoi(form.Get("_version")); err == nil {
		cmd.Version, d.Version = &n, n
	}
	for i := range d.Fields {
		x := &d.Fields[i]
		if x.Type == "attachments" {
			if x.Files = form["f."+x.Name]; len(x.Files) > 0 {
				cmd.Fields[x.Name] = anyOf(x.Files)
			}
			continue
		}
		switch x.Type {
		case workflow.DraftField, define.TextField:
			if shown := form.Get("f." + x.Name); shown != "" {
				cmd.Fields[x.Name] = shown
			}
			continue
		case workflow.DeclarationsField:
			cmd.Fields[x.Name] = d.readDeclared(form)
			continue
		}
		if x.Type == "answers" { // their own pages save them; unchanged answers count as submitted
			if sent := d.unchanged(); sent != nil {
				cmd.Fields[x.Name] = sent
			}
			continue
		}
		x.Value = strings.TrimSpace(form.Get("f." + x.Name))
		if v := x.typed(); v != nil {
			cmd.Fields[x.Name] = v
		}
	}
}

// unchanged returns the last submitted answers if nothing was saved since, else nil.
func (d *actPage) unchanged() map[string]any {
	if len(d.Draft) > 0 || len(d.Answers) == 0 {
		return nil
	}
	var out map[string]any
	r := json.NewDecoder(bytes.NewReader(d.Answers))
	r.UseNumber()
	if r.Decode(&out) != nil {
		return nil // the form is required
	}
	return out
}

func anyOf(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

// typed returns the value as the API takes it, or the text if malformed, which the desk refuses.
func (x *input) typed() any {
	s := x.Value
	if s == "" {
		return nil
	}
	switch x.Type {
	case "money":
		if f, err := money.ParseYuan(s); err == nil {
			return int64(f)
		}
	case "points":
		if n, err := money.ParseHundredths(s); err == nil { // 85.5 points are 8550 hundredths
			return n
		}
	case "integer":
		if n, problem := clean.Whole(s); problem == nil {
			return n
		}
	case "boolean":
		return s == "true"
	}
	return s
}

func (x *input) shown(raw json.RawMessage) string {
	var s string
	if len(raw) == 0 || string(raw) == "null" || json.Unmarshal(raw, &s) == nil {
		return s
	}
	n, err := strconv.ParseInt(string(raw), 10, 64)
	switch {
	case err != nil:
		return string(raw)
	case x.Type == "money":
		return money.Fen(n).Yuan()
	case x.Type == "points":
		return ui.Points(int(n))
	}
	return string(raw)
}

func (d *actPage) weighs() bool {
	return slices.ContainsFunc(d.Fields, func(x input) bool { return x.Weight > 0 })
}

// weighted returns their weighted sum, or a dash if one is missing.
func (d *actPage) weighted() string {
	var sum int64
	for i := range d.Fields {
		x := &d.Fields[i]
		if x.Weight == 0 {
			continue
		}
		n, ok := x.typed().(int64)
		if !ok {
			return "—"
		}
		sum += n * int64(x.Weight)
	}
	return ui.Points(int((sum + 50) / 100))
}
