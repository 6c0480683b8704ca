package edge

import (
	"encoding/json"
	"strings"
)

const (
	MaxFaults  = 50       // listed; further ones are counted
	MaxProblem = 64 << 10 // bytes of the document

	maxPlace  = 200      // characters of a fault's field
	maxWords  = 500      // characters of its message
	maxDetail = 2000     // characters of the detail
	maxListed = 44 << 10 // bytes of all faults
)

// bound shortens long names and texts, and counts the faults past the first MaxFaults.
func (p *Problem) bound() *Problem {
	p.Detail, p.Title = Short(p.Detail, maxDetail), Short(p.Title, maxWords)
	size, kept := 0, 0
	for i := range p.Errors {
		f := &p.Errors[i]
		f.Field, f.Message = Short(f.Field, maxPlace), Short(f.Message, maxWords)
		if size += encoded(f.Field, f.Message); i >= MaxFaults || size > maxListed {
			break
		}
		kept++
	}
	if kept < len(p.Errors) {
		p.More += len(p.Errors) - kept
		p.Errors = p.Errors[:kept]
	}
	kept = 0
	for i := range p.Refusals {
		r := &p.Refusals[i]
		r.Rule, r.Message = Short(r.Rule, maxPlace), Short(r.Message, maxWords)
		if size += encoded(r.Rule, r.Message); i >= MaxFaults || size > maxListed {
			break
		}
		kept++
	}
	p.Refusals = p.Refusals[:kept:kept]
	return p
}

// encoded returns the bytes of texts as JSON, keys included.
func encoded(texts ...string) (n int) {
	for _, s := range texts {
		b, _ := json.Marshal(s) // a string is always JSON
		n += len(b) + 16
	}
	return n
}

// Short returns the first n characters of a text, with an ellipsis where it cut.
func Short(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s { // stops after n characters, however long the text
		if n == 0 {
			return strings.Clone(s[:i]) + "…"
		}
		n--
	}
	return s
}
