package ui

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"incubase/api/edge"
)

// Latest is what was saved; what was submitted before, where nothing was saved since.
func (f *Folder) Latest() json.RawMessage {
	var saved struct {
		Answers json.RawMessage `json:"answers"`
	}
	if json.Unmarshal(f.Draft, &saved) == nil && len(saved.Answers) > 0 {
		return saved.Answers
	}
	return f.Answers
}

// Filled is the question with what a form says.
func (q *Question) Filled(given url.Values) *Question {
	out := *q
	out.Value, out.Lines = given.Get("q."+q.Name), nil
	if q.Kind != "list" {
		return &out
	}
	for i := range min(max(1, q.MaxLines), edge.MaxFields) + 1 {
		var line []string
		for _, c := range q.Columns {
			line = append(line, given.Get(fmt.Sprintf("q.%s.%d.%s", q.Name, i, c.Name)))
		}
		if strings.TrimSpace(strings.Join(line, "")) != "" {
			out.Lines = append(out.Lines, line)
		}
	}
	return &out
}

// Mark tells an answer from another one, by what its reader sees of it: line ends and blanks around are no difference.
func (q *Question) Mark() string {
	seen := func(s string) string {
		if s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")); s == "false" {
			return "" // a box that is not ticked
		}
		return s
	}
	lines := [][]string{{seen(q.Value)}}
	for _, l := range q.Lines {
		line := []string{"line"}
		for _, cell := range l {
			line = append(line, seen(cell))
		}
		lines = append(lines, line)
	}
	b, _ := json.Marshal(lines) // plain values
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

// Shown is what the form says the reader saw; after an answer that was not saved, what was seen before it.
func (q *Question) Shown() string {
	if q.Was != "" {
		return q.Was
	}
	return q.Mark()
}

// SeenBy marks the saved answer that the form was drawn over.
func (q *Question) SeenBy() string {
	if q.Seen != "" {
		return q.Seen
	}
	return q.Mark()
}

func set(answers map[string]any, name string, value any) {
	if value == nil {
		delete(answers, name)
		return
	}
	answers[name] = value
}

// Read takes a question's answer out of a form; nil where nothing was written.
func (q *Question) Read(given url.Values) any {
	f := q.Filled(given)
	if q.Kind != "list" {
		return q.stored(f.Value)
	}
	var lines []any
	for _, l := range f.Lines {
		line := map[string]any{}
		for j, c := range q.Columns {
			set(line, c.Name, c.stored(l[j]))
		}
		lines = append(lines, line)
	}
	if len(lines) == 0 {
		return nil
	}
	return lines
}

// Blank lines of a list: what is there, and one to write in.
func (q *Question) Blank() [][]string {
	lines := slices.Clone(q.Lines)
	if len(lines) < max(1, q.MaxLines) {
		lines = append(lines, make([]string, len(q.Columns)))
	}
	return lines
}
