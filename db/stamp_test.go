package db

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Stamps name a case, a round and an organization by their versions (see stampRow): whatever changes one without a new
// version must be a column that the stamp has itself.
func TestWhateverChangesAStampedRowChangesItsStamp(t *testing.T) {
	t.Parallel()
	texts, err := loadQueries()
	if err != nil {
		t.Fatal(err)
	}
	stampedByItself := map[string][]string{
		"cases":  {"clocks", "due_on"},                                                               // the due date follows from the clocks
		"rounds": {"committed_fen", "awards", "held_fen", "held_awards", "paid_fen", "returned_fen"}, // the latter two are shown of no case
	}
	update := regexp.MustCompile(`(?s)\bupdate (cases|rounds|organizations) \w+ set\s+(.*?)\s+(?:from|where)\b`)
	column := regexp.MustCompile(`(?m)(?:^|,)\s*(\w+) = `)
	found := 0
	for name, text := range texts {
		for _, m := range update.FindAllStringSubmatch(comments.ReplaceAllString(text, ""), -1) {
			found++
			var set []string
			for _, c := range column.FindAllStringSubmatch(m[2], -1) {
				set = append(set, c[1])
			}
			switch {
			case slices.Contains(set, "version"):
			case name == "record_round_change" && m[1] == "cases": // the round's own case, whose stamp has the round's version
			default:
				for _, c := range set {
					if !slices.Contains(stampedByItself[m[1]], c) {
						t.Errorf("db/sql/%s.sql changes %s.%s without a new version", name, m[1], c)
					}
				}
				if len(set) == 0 {
					t.Errorf("db/sql/%s.sql: what does it change? %s", name, m[0])
				}
			}
		}
	}
	if found < 6 {
		t.Errorf("only %d statements were found", found)
	}
	if s := strings.Count(stampColumns, "version"); s < 4 {
		t.Errorf("the stamp has %d versions", s)
	}
}
