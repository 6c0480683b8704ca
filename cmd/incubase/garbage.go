package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// How much garbage may lie about before it is looked for: some megabytes, whatever lives, as little lives here and looking for
// garbage each time that a share of it has been made took a third of the server's time; but never less than a share of it, so
// that the work stays bounded where much lives.
const (
	garbage = 18 << 20 // bytes
	least   = 40       // percent of what lives
	whole   = 36 << 20 // bytes: what the runtime is to keep within while that leaves it a good share of garbage
)

// spare keeps the server below 60 MB without looking for garbage more often than that needs. While it starts, nearly all that it
// makes stays, so looking for it then is in vain. Who sets GOGC has decided otherwise.
func spare(starting bool) {
	const atStart = 200 // percent
	switch {
	case os.Getenv("GOGC") != "":
	case starting:
		debug.SetGCPercent(atStart)
	default:
		everyCollection(tend())
	}
}

// tend sets after each collection when the next one is due.
func tend() func() {
	living := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/scan/stack:bytes"}, {Name: "/gc/scan/globals:bytes"}}
	last, bound := 0, int64(0)
	return func() {
		metrics.Read(living)
		lives := uint64(0) // what the runtime takes the percentage of
		for _, s := range living {
			lives += s.Value.Uint64()
		}
		now := percent(lives)
		if d := now - last; d > last/16 || -d > last/16 { // setting it stops everything for a moment
			debug.SetGCPercent(now)
			last = now
		}
		if now := limit(lives); now != bound {
			debug.SetMemoryLimit(now)
			bound = now
		}
	}
}

// percent of what lives, in bytes, that may be made before the next collection.
func percent(lives uint64) int {
	return max(least, int(garbage*100/max(lives, 1<<20)))
}

// limit of all that the runtime holds, in bytes. It cuts the peaks of many large answers at once; where much lives it goes up, in
// steps, since the runtime would do nothing but look for garbage just below it.
func limit(lives uint64) int64 {
	const step = 4 << 20
	return max(whole, int64(lives+lives/4+3*step)/step*step)
}

// everyCollection has f called now and after each collection from now on.
func everyCollection(f func()) {
	type mark struct{ _ *int } // a pointer in it, or the runtime would lay it together with others
	var again func(*mark)
	again = func(m *mark) {
		f()
		runtime.SetFinalizer(m, again)
	}
	again(&mark{})
}
