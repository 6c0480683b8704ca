// Package outage logs a fault that repeats: its beginning, every few minutes that it lasts, and its end.
package outage

import (
	"log/slog"
	"sync"
	"time"
)

// again is how often a fault that lasts is logged.
const again = 5 * time.Minute

// Fault is one thing that can fail again and again. Its zero value is sound.
type Fault struct {
	mu          sync.Mutex
	since, told time.Time
	now         func() time.Time // nil is time.Now
}

// Note takes the outcome of one try: what names the fault, err is nil where the try went well.
func (f *Fault) Note(log *slog.Logger, what string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := time.Now()
	if f.now != nil {
		now = f.now()
	}
	switch {
	case err == nil && f.since.IsZero():
	case err == nil:
		log.Info("over: "+what, "took", now.Sub(f.since).Round(time.Second).String())
		f.since = time.Time{}
	case f.since.IsZero():
		f.since, f.told = now, now
		log.Error(what, "error", err)
	case now.Sub(f.told) >= again:
		f.told = now
		log.Error("still: "+what, "since", f.since.UTC().Format(time.RFC3339), "error", err)
	}
}
