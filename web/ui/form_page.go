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

// Latest returns the saved answers, or the last submitted ones.
func (f *Folder) Latest() json.RawMessage {
	var saved struct {
		Answers json.RawMessage `json:"answers"`
	}
	if json.Unmarshal(f.Draft, &saved) == nil && len(saved.Answers) > 0 {
		return saved.Answers
	}
	return f.Answers
}

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

// Mark returns a digest of the answer as its reader sees it, without line ends and outer blanks.
func (q *Question) Mark() string {
	seen := func(s string) string {
		if s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")); s == "false" {
			return "" // an unticked box
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
	b, _ := json.Marshal(lines)
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

// Shown returns the mark of the answer that the reader saw, also after a save that failed.
func (q *Question) Shown() string {
	if q.Was != "" {
		return q.Was
	}
	return q.Mark()
}

// SeenBy returns the mark of the saved answer behind the form.
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

// Read returns nil for an empty answer.
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

func (q *Question) Blank() [][]string {
	lines := slices.Clone(q.Lines)
	if len(lines) < max(1, q.MaxLines) {
		lines = append(lines, make([]string, len(q.Columns)))
	}
	return lines
}
