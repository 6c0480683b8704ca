package catalog_test

import (
	"context"
	"testing"

	"incubase/workflow"
)

func BenchmarkDecide(b *testing.B) {
	m := shipped(b).Machine("grant", 0)
	s := simulation(b, m)
	s.Run("certifier submit")
	f := s.Facts("checker")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Decide(context.Background(), f, workflow.Command{Action: "admit"}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOffers(b *testing.B) {
	m := shipped(b).Machine("grant", 0)
	s := simulation(b, m)
	s.Run("certifier submit\nchecker admit")
	f := s.Facts("officer")
	b.ReportAllocs()
	for b.Loop() {
		m.Offers(f)
	}
}
