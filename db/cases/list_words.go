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

// searched is a folded search word with the cases that contain it, if they are few.
type searched struct {
	word string
	ids  []workflow.ID
	few  bool
	here bool // ids covers the scope's regions only
}

// fewHits is up to how many cases with a word are looked up first; walking the list meets a more frequent word soon.
const fewHits = 1000

// words counts how frequent each word is in the reader's regions: a rare word is looked up by case_words_tokens, a
// frequent one is tested along the walk. No fixed plan suits both.
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

// reached returns the places to search: the region asked for, or the scope's regions (here); none means everywhere.
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

// words matches each word against reference, title and organization name. A lookup limited to the scope's regions
// does not apply to other shares.
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
