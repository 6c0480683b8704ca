package db_test

import (
	"testing"
	"time"

	"incubase/db/dbtest"
	"incubase/workflow"
)

// BenchmarkPage reads a queue page of fifty as an officer sees it: rows, facts, gates and offers, without JSON.
func BenchmarkPage(b *testing.B) {
	f := dbtest.New(b, dbtest.Options{Envelope: 1 << 50})
	copies(b, f, proposed(b, f, 1)[0], 100)
	officer := f.Actor("officer")
	cpu, own := backendCPU(b, f.Server(b)), ownCPU()
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		items, _, err := f.DB.List(b.Context(), workflow.ScopeOf(officer, f.Desk.Machines), workflow.CaseQuery{Now: time.Now()})
		if err != nil || len(items) != 50 {
			b.Fatalf("%d cases, %v", len(items), err)
		}
		for i := range items {
			if _, err := f.Desk.View(officer, &items[i]); err != nil {
				b.Fatal(err)
			}
		}
		n++
	}
	b.ReportMetric(float64((ownCPU()-own).Microseconds())/float64(n), "go-us/op")
	b.ReportMetric(float64((backendCPU(b, f.Server(b))-cpu).Microseconds())/float64(n), "pg-us/op")
}
