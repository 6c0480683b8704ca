package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
	"testing"
	"time"
)

func TestPercent(t *testing.T) {
	t.Parallel()
	for lives, want := range map[uint64]int{0: 1800, 6 << 20: 300, 18 << 20: 100, 36 << 20: 50, 45 << 20: 40, 1 << 40: 40} {
		if got := percent(lives); got != want {
			t.Errorf("%d bytes live: %d %%, want %d", lives, got, want)
		}
	}
}

func TestLimit(t *testing.T) {
	t.Parallel()
	for lives, want := range map[uint64]int64{0: whole, 20 << 20: whole, 24 << 20: 40 << 20, 100 << 20: 136 << 20} {
		if got := limit(lives); got != want {
			t.Errorf("%d bytes live: at most %d MiB, want %d", lives, got>>20, want>>20)
		}
		if got := limit(lives); got < int64(lives+lives/4) {
			t.Errorf("%d bytes live: at most %d leaves no room", lives, got)
		}
	}
}

// TestGarbageIsTended sees the runtime's own percentage follow what lives.
func TestGarbageIsTended(t *testing.T) { // not parallel: the percentage is the process's
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1))
	set := func() uint64 {
		s := []metrics.Sample{{Name: "/gc/gogc:percent"}}
		metrics.Read(s)
		return s[0].Value.Uint64()
	}
	var stop atomic.Bool
	tended := tend()
	everyCollection(func() {
		if !stop.Load() {
			tended()
		}
	})
	defer func() { stop.Store(true); runtime.GC() }()
	until := func(what string, ok func(uint64) bool) {
		t.Helper()
		for end := time.Now().Add(20 * time.Second); !ok(set()); runtime.GC() {
			if time.Now().After(end) {
				t.Fatalf("%s: %d %%", what, set())
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
	until("little lives", func(p uint64) bool { return p > least })
	much := make([]byte, 200<<20)
	until("much lives", func(p uint64) bool { return p == least && debug.SetMemoryLimit(-1) > 250<<20 })
	runtime.KeepAlive(much)
	much = nil
	until("little lives again", func(p uint64) bool { return p > least })
}
