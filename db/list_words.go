package db

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/lib/pq"

	"incubase/workflow"
)

// searched is a word looked for with the cases that have it, if they are few.
type searched struct {
	like string
	ids  []workflow.ID
	few  bool
}

// fewHits is up to how many cases with a word are looked up first; a more frequent word is met soon by walking the list.
const fewHits = 2000

// words finds out how frequent each searched word is: a rare one is looked up by case_words_trgm (from three characters
// on), a frequent one is tested along the way. No fixed plan is good for both.
func (d *DB) words(ctx context.Context, search string) ([]searched, error) {
	var out []searched
	for _, w := range strings.Fields(strings.ToValidUTF8(strings.ReplaceAll(search, "\x00", ""), "")) {
		x := searched{like: "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(w) + "%"}
		hits := "word_hits"
		if utf8.RuneCountInString(w) < 3 {
			hits = "word_hits_short"
		}
		if err := d.read.allOnce(ctx, &x.ids, hits, d.read.texts.text(hits), x.like, fewHits+1); err != nil {
			return nil, fmt.Errorf("search: %w", err)
		}
		x.few = len(x.ids) <= fewHits
		out = append(out, x)
	}
	return out, nil
}

// words finds each word in the title, the reference or the organization's name.
func (s *statement) words(words []searched) (out []string) {
	for _, w := range words {
		if w.few {
			out = append(out, "c.id = any ("+s.arg(pq.Array(w.ids), "uuid[]")+")")
			continue
		}
		like := s.arg(w.like, "text")
		out = append(out, fmt.Sprintf(`((select w.words from case_words w where w.case_id = c.id) ilike %[1]s
			or (select o.name from organizations o where o.id = c.organization_id) ilike %[1]s)`, like))
	}
	return out
}
