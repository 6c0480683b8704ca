package edge

import (
	"net/netip"
	"sync"
	"time"

	"incubase/workflow/registry"
)

// Limiter is a token bucket for each party: burst at once, then one each refill.
type Limiter struct {
	burst  float64
	refill time.Duration
	now    func() time.Time

	mu     sync.Mutex
	levels [4]level // of the party alone, then of ever wider groups
}

type level struct {
	buckets map[string]*bucket
	swept   time.Time
}

type bucket struct {
	tokens float64
	at     time.Time
}

const maxBuckets = 10_000

func NewLimiter(burst float64, refill time.Duration) *Limiter {
	l := &Limiter{burst: burst, refill: refill, now: time.Now}
	for i := range l.levels {
		l.levels[i].buckets = map[string]*bucket{}
	}
	return l
}

// Take counts one try of a party (address or account), or returns *registry.Throttled.
func (l *Limiter) Take(party string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	b := l.find(party, now)
	b.tokens, b.at = l.filled(b, now), now
	if b.tokens < 1 {
		return &registry.Throttled{After: time.Duration((1 - b.tokens) * float64(l.refill))}
	}
	b.tokens--
	return nil
}

// Return gives back the token of a refused or repeated try.
func (l *Limiter) Return(party string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	b := l.find(party, now)
	b.tokens, b.at = min(l.burst, l.filled(b, now)+1), now
}

func (l *Limiter) filled(b *bucket, now time.Time) float64 {
	return min(l.burst, b.tokens+now.Sub(b.at).Seconds()/l.refill.Seconds())
}

// find returns the party's bucket, or one shared with its neighbours when the table is full. A sender with many
// addresses can fill the table, but empties no other party's bucket.
func (l *Limiter) find(party string, now time.Time) *bucket {
	shared := neighbours(party)
	for i, key := range shared {
		at := &l.levels[i]
		if b := at.buckets[key]; b != nil {
			return b
		}
		if i == len(shared)-1 || len(at.buckets) < maxBuckets || l.sweep(at, now) {
			b := &bucket{tokens: l.burst, at: now}
			at.buckets[key] = b
			return b
		}
	}
	panic("unreachable: the last level has one key")
}

// sweep drops full buckets, at most once a second, and reports whether there is space.
func (l *Limiter) sweep(at *level, now time.Time) bool {
	if past := now.Sub(at.swept); past >= 0 && past < time.Second {
		return false
	}
	at.swept = now
	for key, b := range at.buckets {
		if l.filled(b, now) >= l.burst {
			delete(at.buckets, key)
		}
	}
	return len(at.buckets) < maxBuckets
}

// neighbours returns a party's keys from narrow to wide. IPv4: address, /24, /16, all. IPv6: /64 (one household or
// office), /48, /32, all.
func neighbours(party string) (keys [4]string) {
	keys[0] = party
	ip, err := netip.ParseAddr(party)
	if err != nil { // an account
		return keys
	}
	ip = ip.Unmap().WithZone("")
	bits := [3]int{64, 48, 32}
	if ip.Is4() {
		bits = [3]int{32, 24, 16}
	}
	for i, n := range bits {
		if p, err := ip.Prefix(n); err == nil {
			keys[i] = p.String()
		}
	}
	return keys
}

// Limits are for requests without a session; pages and API share them.
type Limits struct {
	Writing   *Limiter // ten at once, then one a minute
	Reading   *Limiter // 300 at once, then 20 a second
	Exporting *Limiter // three at once, then one each half a minute
}

func NewLimits() *Limits {
	return &Limits{Writing: NewLimiter(10, time.Minute), Reading: NewLimiter(300, time.Second/20),
		Exporting: NewLimiter(3, 30*time.Second)}
}

// Anonymous counts requests without a session by address. Signed-in people of an office share one address.
func (l *Limiter) Anonymous(r *Request) error {
	if r.Session != nil {
		return nil
	}
	return l.Take(r.IP)
}
