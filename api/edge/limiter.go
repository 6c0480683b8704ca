package edge

import (
	"net/netip"
	"sync"
	"time"

	"incubase/workflow/registry"
)

// Limiter bounds how often one party may do one act: so many at once, then one each so often.
type Limiter struct {
	burst  float64
	refill time.Duration
	now    func() time.Time

	mu     sync.Mutex
	levels [4]level // of the party alone, then of ever more parties together
}

// level holds the buckets of parties by what they are counted as. At most maxBuckets at once.
type level struct {
	buckets map[string]*bucket
	swept   time.Time
}

type bucket struct {
	tokens float64
	at     time.Time
}

// maxBuckets bounds the memory of a level.
const maxBuckets = 10_000

// NewLimiter allows burst at once, then one each refill.
func NewLimiter(burst float64, refill time.Duration) *Limiter {
	l := &Limiter{burst: burst, refill: refill, now: time.Now}
	for i := range l.levels {
		l.levels[i].buckets = map[string]*bucket{}
	}
	return l
}

// Take counts one try of a party, an address or an account: *workflow.Throttled if it has had its share.
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

// Return gives back what a try took that turned out to need none: it was refused, or a repetition.
func (l *Limiter) Return(party string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	b := l.find(party, now)
	b.tokens, b.at = min(l.burst, l.filled(b, now)+1), now
}

// filled returns what a bucket holds by now.
func (l *Limiter) filled(b *bucket, now time.Time) float64 {
	return min(l.burst, b.tokens+now.Sub(b.at).Seconds()/l.refill.Seconds())
}

// find returns the party's bucket, or one shared with its neighbours where the table is full. A sender with many
// addresses can fill the table that way, but empties no other party's bucket.
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

// sweep forgets the buckets that are full again, at most once a second, and reports whether there is room then.
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

// neighbours returns what a party is counted as, with ever more others: an IPv4 address, its /24, its /16; the /64 of
// an IPv6 address, which one household or office has whole, its /48, its /32; everybody.
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

// Limits are the limits of acts that need no session. Pages and API share them: one limit for each act and party.
type Limits struct {
	Writing   *Limiter // ten at once, then one a minute
	Reading   *Limiter // 300 at once, then 20 a second
	Exporting *Limiter // three at once, then one each half a minute
}

// NewLimits returns the limits of everyday, nothing counted yet.
func NewLimits() *Limits {
	return &Limits{Writing: NewLimiter(10, time.Minute), Reading: NewLimiter(300, time.Second/20),
		Exporting: NewLimiter(3, 30*time.Second)}
}

// Anonymous counts one try of a request without a session, by address. It does not count signed-in people: an office
// shares one address, and their account says what they may do.
func (l *Limiter) Anonymous(r *Request) error {
	if r.Session != nil {
		return nil
	}
	return l.Take(r.IP)
}
