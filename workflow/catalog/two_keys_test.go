package catalog_test

import (
	"strings"
	"testing"

	"incubase/workflow/catalog"
	"incubase/workflow/machine"
	"incubase/workflow/vet"
)

func TestAPromiseHoldsOnlyByAGuardThatBinds(t *testing.T) {
	t.Parallel()
	const (
		scores   = "      - scores: {min: $round.min_reviews}\n"
		proposal = "      - envelope: {field: amount_fen}\n"
		notice   = "      - notice_elapsed\n"
		award    = "      - separate_from: {actions: [admit, return, score, propose]}\n    effects: [{stop_clock"
		paying   = "{separate_from: {actions: [confirm]}}]\n    effects: [{open_tranche"
		release  = "      - separate_from: {actions: [create, retry]}\n"
	)
	for _, tt := range []struct{ name, definition, old, changed, broken string }{
		{"the shipped grant", "grant", "", "", ""},
		{"the shipped payment", "payment", "", "", ""},
		{"reviews beside what may hold instead", "grant", scores,
			"      - any_of: {guards: [{scores: {min: $round.min_reviews}}, not_eligible]}\n", "reviews"},
		{"reviews on every branch", "grant", scores,
			"      - any_of: {guards: [{scores: {min: $round.min_reviews}}, {scores: {min: 2}}]}\n", ""},
		{"reviews on every branch but an inner one", "grant", scores,
			"      - any_of: {guards: [{scores: {min: 1}}, {any_of: {guards: [{scores: {min: 2}}, no_round]}}]}\n", "reviews"},
		{"reviews, at least none", "grant", scores, "      - scores: {min: 0}\n", "reviews"},
		{"as many reviews as was paid", "grant", scores, "      - scores: {min: $case.paid_fen}\n", "reviews"},
		{"the envelope, or no list", "grant", proposal,
			"      - any_of: {guards: [{envelope: {field: amount_fen}}, max_awards]}\n", "envelope"},
		{"the envelope twice over", "grant", proposal,
			"      - any_of: {guards: [{envelope: {field: amount_fen}}, envelope]}\n", ""},
		{"the notice, or an envelope", "grant", notice, "      - any_of: {guards: [notice_elapsed, envelope]}\n",
			"public_notice"},
		{"another clock for the notice", "grant", notice, "      - notice_elapsed: {clock: cosign}\n", "public_notice"},
		{"an award by who proposed it", "grant", award, strings.Replace(award, ", propose]", "]", 1), "two_persons"},
		{"an award by who proposed it, on one branch", "grant", award,
			strings.Replace(award, "separate_from: {actions: [admit, return, score, propose]}",
				"any_of: {guards: [{separate_from: {actions: [propose]}}, {separate_from: {actions: [score]}}]}", 1),
			"two_persons"},
		{"an award apart in two guards", "grant", award,
			strings.Replace(award, "separate_from: {actions: [admit, return, score, propose]}",
				"separate_from: {actions: [admit]}\n      - separate_from: {actions: [propose]}", 1), ""},
		{"a payment prepared by who awarded", "grant", paying, strings.Replace(paying, "[confirm]", "[score]", 1),
			"two_persons"},
		{"an agreement with no text", "grant", "    paper: agreement\n", "", "signed_text"},
		{"a payment before the agreement", "grant", "guards: [{desk_met: {desk: agreement}}, next_tranche",
			"guards: [next_tranche", "signed_text"},
		{"a release by who prepared", "payment", release, "      - separate_from: {actions: [retry]}\n", "two_persons"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b, err := catalog.Source(tt.definition)
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(string(b), tt.old); tt.old != "" && n != 1 {
				t.Fatalf("the definition has %q %d times", tt.old, n)
			}
			d, err := catalog.Decode([]byte(strings.Replace(string(b), tt.old, tt.changed, 1)))
			if err != nil {
				t.Fatal(err)
			}
			m, err := machine.Compile(d)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range vet.Invariants(m) {
				if p.Holds != (p.Name != tt.broken) {
					t.Errorf("%s holds: %v, broken by %v", p.Name, p.Holds, p.Breaks)
				}
			}
		})
	}
}
