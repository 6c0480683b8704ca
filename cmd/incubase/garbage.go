package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// How much garbage may lie about before it is looked for. Little lives here, and looking for garbage each time that a share of it
// has been made took a third of the server's time; where much lives it is a share, so that the work stays bounded.
const (
	garbage = 18 << 20 // bytes, while the whole allows it
	whole   = 36 << 20 // bytes of all that the runtime holds, unless that left less than the share
	least   = 40       // percent of what lives
)

// spare keeps the server below 60 MB without looking for garbage more often than that needs. While it starts, nearly all that it
// makes stays, so looking for it then is in vain. Who sets GOGC has decided otherwise, and who sets GOMEMLIMIT about the whole.
func spare(starting bool) {
	const atStart = 200 // percent
	switch {
	case os.Getenv("GOGC") != "":
	case starting:
		debug.SetGCPercent(atStart)
	default:
		everyCollection(tend(os.Getenv("GOMEMLIMIT") == ""))
	}
}

// tend sets after each collection when the next one is due.
func tend(limited bool) func() {
	const live, stack, globals, total, released, free, objects = 0, 1, 2, 3, 4, 5, 6
	found := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/scan/stack:bytes"}, {Name: "/gc/scan/globals:bytes"},
		{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}, {Name: "/memory/classes/heap/free:bytes"}, {Name: "/memory/classes/heap/objects:bytes"}}
	last, bound := 0, int64(0)
	return func() {
		metrics.Read(found)
		of := func(i int) uint64 { return found[i].Value.Uint64() }
		now := percent(of(live) + of(stack) + of(globals)) // what the runtime takes the percentage of
		if d := now - last; d > last/16 || -d > last/16 {
			debug.SetGCPercent(now)
			last = now
		}
		besides := of(total) - of(released) - of(free) - of(objects) // stacks, tables and pages partly used
		if now := limit(of(live), besides); limited && now != bound {
			debug.SetMemoryLimit(now)
			bound = now
		}
	}
}

// percent of what lives, in bytes, that may be made before the next collection.
func percent(lives uint64) int {
	return max(least, int(garbage*100/max(lives, 1<<20)))
}

// limit of all that the runtime holds, in bytes, where so much lives and so much is held besides. It cuts the peaks of many large
// answers at once; it goes up where more lives, in steps, since just below it the runtime would do nothing but look for garbage.
func limit(lives, besides uint64) int64 {
	const step = 1 << 20
	return max(whole, int64(besides+lives*(100+least)/100+step)/step*step)
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
