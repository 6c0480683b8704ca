package pg

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestAStandbyIsBelieved(t *testing.T) {
	t.Parallel()
	begun := time.Date(2026, 12, 1, 1, 2, 3, 4000, time.UTC)
	at := position{At: "0/3000000", Timeline: 2, System: 7, Started: begun}
	on := func(timeline int) *int { return &timeline }
	for _, row := range []struct {
		name  string
		node  node
		fault string // "": believed
	}{
		{"has replayed enough", node{Recovering: true, Replayed: true, Follows: true, Timeline: on(2), System: 7}, ""},
		{"is behind", node{Recovering: true, Follows: true, Timeline: on(2), System: 7}, "has not replayed"},
		{"follows an isolated primary and is ahead",
			node{Recovering: true, Replayed: true, Follows: true, Timeline: on(1), System: 7}, "timeline 1"},
		{"follows a newer primary than the one that was asked",
			node{Recovering: true, Replayed: true, Follows: true, Timeline: on(3), System: 7}, "timeline 3"},
		{"receives nothing", node{Recovering: true, Replayed: true, System: 7}, "receives nothing"},
		{"hides its timeline", node{Recovering: true, Replayed: true, Follows: true, System: 7}, "grant pg_monitor"},
		{"of another database", node{Recovering: true, Replayed: true, Follows: true, Timeline: on(2), System: 8},
			"name a standby of the database"},
		{"is the primary", node{Started: begun, System: 7}, ""},
		{"was promoted", node{Replayed: true, Started: begun.Add(time.Second), System: 7}, "follows no primary"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			err := at.covers(&row.node)
			if row.fault == "" && err != nil || row.fault != "" && (err == nil || !strings.Contains(err.Error(), row.fault)) {
				t.Errorf("%v, want %q", err, row.fault)
			}
			if errors.Is(err, errBehind) != (row.name == "is behind") {
				t.Errorf("%v: behind", err)
			}
		})
	}
}
