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
	for _, c := range []struct{ lives, besides, want int64 }{{0, 0, whole}, {7, 10, whole}, {18, 10, whole}, {24, 10, 44 << 20}, {24, 30, 64 << 20}, {100, 20, 161 << 20}} {
		got := limit(uint64(c.lives<<20), uint64(c.besides<<20))
		if got != c.want {
			t.Errorf("%d MiB live, %d besides: at most %d MiB, want %d", c.lives, c.besides, got>>20, c.want>>20)
		}
		if room := got - (c.besides+c.lives)<<20; room < c.lives<<20*least/100 {
			t.Errorf("%d MiB live, %d besides: room for %d MiB of garbage is less than the share", c.lives, c.besides, room>>20)
		}
	}
}

// TestGarbageIsTended sees the runtime's own percentage and limit follow what lives.
func TestGarbageIsTended(t *testing.T) { // not parallel: they are the process's
	defer debug.SetGCPercent(debug.SetGCPercent(least))
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1))
	percent := func() uint64 {
		s := []metrics.Sample{{Name: "/gc/gogc:percent"}}
		metrics.Read(s)
		return s[0].Value.Uint64()
	}
	stop, stopped := atomic.Bool{}, make(chan struct{}, 1)
	tended := tend(true)
	everyCollection(func() {
		if stop.Load() {
			select {
			case stopped <- struct{}{}:
			default:
			}
			return
		}
		tended()
	})
	defer func() { // what it sets last must not come after what is set back
		stop.Store(true)
		for end := time.After(20 * time.Second); ; runtime.GC() {
			select {
			case <-stopped:
				return
			case <-end:
				t.Error("collections are not told any more")
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	}()
	until := func(what string, ok func(percent uint64, limit int64) bool) {
		t.Helper()
		for end := time.Now().Add(20 * time.Second); !ok(percent(), debug.SetMemoryLimit(-1)); runtime.GC() {
			if time.Now().After(end) {
				t.Fatalf("%s: %d %%, %d MiB", what, percent(), debug.SetMemoryLimit(-1)>>20)
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
	until("little lives", func(p uint64, limit int64) bool { return p > least && limit < 200<<20 })
	much := make([]byte, 200<<20)
	until("much lives", func(p uint64, limit int64) bool { return p == least && limit > 280<<20 })
	runtime.KeepAlive(much)
	much = nil
	until("little lives again", func(p uint64, limit int64) bool { return p > least && limit < 200<<20 })
}
