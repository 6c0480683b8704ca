package edge

import (
	"sync"
	"time"

	"incubase/workflow"
)

// Limiter bounds what one address may do without signing in: so many at once, then one each so often.
type Limiter struct {
	burst  float64
	refill time.Duration
	now    func() time.Time

	mu   sync.Mutex
	left map[string]*bucket
}

type bucket struct {
	tokens float64
	at     time.Time
}

const buckets = 10000 // addresses that are remembered

// NewLimiter allows burst at once, then one each refill.
func NewLimiter(burst float64, refill time.Duration) *Limiter {
	return &Limiter{burst: burst, refill: refill, now: time.Now, left: map[string]*bucket{}}
}

// Take counts one try of an address: *workflow.Throttled if it has had its share.
func (l *Limiter) Take(ip string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	b := l.left[ip]
	if b == nil {
		if len(l.left) >= buckets {
			clear(l.left) // forgetting lets somebody go sooner; remembering all would let an attacker fill memory
		}
		b = &bucket{tokens: l.burst, at: now}
		l.left[ip] = b
	}
	b.tokens = min(l.burst, b.tokens+now.Sub(b.at).Seconds()/l.refill.Seconds())
	b.at = now
	if b.tokens < 1 {
		return &workflow.Throttled{After: time.Duration((1 - b.tokens) * float64(l.refill))}
	}
	b.tokens--
	return nil
}
