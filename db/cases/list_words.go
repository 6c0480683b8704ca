package cases

import (
	"context"
	"fmt"
	"slices"

	"github.com/lib/pq"

	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/region"
)

// searched is a word looked for, folded, with the cases that have it, if they are few.
type searched struct {
	word string
	ids  []workflow.ID
	few  bool
	here bool // the ids are of the scope's regions alone
}

// fewHits is up to how many cases with a word are looked up first; a more frequent word is met soon by walking the
// list.
const fewHits = 1000

// words finds out how frequent each searched word is where the reader's cases are: a rare one is looked up by
// case_words_tokens, a frequent one is tested along the way. No fixed plan is good for both.
func (d *Cases) words(ctx context.Context, scope workflow.Scope, q workflow.CaseQuery) ([]searched, error) {
	places, here := reached(scope, q.Region)
	var out []searched
	for _, w := range pg.WordsOf(q.Words) {
		x := searched{word: w, here: here}
		if err := d.Read.AllOnce(ctx, &x.ids, "word_hits", d.Read.Texts.Text("word_hits"), pq.Array(pg.Tokens(w)),
			pq.Array(places), w, fewHits+1); err != nil {
			return nil, fmt.Errorf("search: %w", err)
		}
		x.few = len(x.ids) <= fewHits
		out = append(out, x)
	}
	return out, nil
}

// reached are the places that a search is limited to: the one asked for, or those of the scope (here). None:
// everywhere.
func reached(scope workflow.Scope, asked region.Code) (places []string, here bool) {
	if asked != "" {
		return []string{"@" + string(asked)}, false
	}
	places = []string{}
	for _, x := range slices.Concat(scope.Regions, scope.Free.Regions) {
		if x.Region == "" {
			return []string{}, false
		}
		if p := "@" + string(x.Region); !slices.Contains(places, p) {
			places = append(places, p)
		}
	}
	return places, len(places) > 0
}

// words finds each word in the reference, the title or the organization's name. Of a share that is not of the regions
// the lookup says nothing where it was limited to them.
func (s *statement) words(words []searched, regional bool) (out []string) {
	for _, w := range words {
		if w.few && (regional || !w.here) {
			out = append(out, "c.id = any ("+s.arg(pq.Array(w.ids), "uuid[]")+")")
			continue
		}
		out = append(out, "strpos((select searchable(w.words) from case_words w where w.case_id = c.id), "+s.arg(w.word,
			"text")+") > 0")
	}
	return out
}
