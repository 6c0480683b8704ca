package edge

import (
	"fmt"
	"testing"
	"time"

	"incubase/workflow/registry"
)

// limited returns a limiter of two at once, one an hour, and its clock.
func limited() (*Limiter, *time.Time) {
	l, now := NewLimiter(2, time.Hour), time.Date(2026, 11, 29, 8, 0, 0, 0, time.UTC)
	l.now = func() time.Time { return now }
	return l, &now
}

func tries(l *Limiter, n int, party func(i int) string) (through int) {
	for i := range n {
		if l.Take(party(i)) == nil {
			through++
		}
	}
	return through
}

func TestAnIPv6AddressCountsByItsNetwork(t *testing.T) {
	t.Parallel()
	l, _ := limited()
	if n := tries(l, 100, func(i int) string { return fmt.Sprintf("2001:db8:1:2::%x", i) }); n != 2 {
		t.Errorf("%d tries from one /64 went through, want 2", n)
	}
	if n := tries(l, 2, func(int) string { return "2001:db8:1:3::1" }); n != 2 {
		t.Error("another /64 is held back")
	}
	if n := tries(l, 4, func(i int) string { return []string{"192.0.2.1", "::ffff:192.0.2.1"}[i%2] }); n != 2 {
		t.Errorf("one IPv4 address in two spellings got through %d times, want 2", n)
	}
	if n := tries(l, 4, func(i int) string { return []string{"192.0.2.2", "192.0.2.3"}[i%2] }); n != 4 {
		t.Errorf("two IPv4 addresses got through %d times, want 4", n)
	}
}

func TestManyAddressesEmptyNoCounter(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{"2001:db8:%x:%x::1", "10.%d.%d.7"} {
		l, now := limited()
		const me = "198.51.100.7"
		tries(l, 5, func(int) string { return me })
		many := func(i int) string { return fmt.Sprintf(pattern, i>>8, i&255) }
		tries(l, 3*maxBuckets, many)
		if l.Take(me) == nil {
			t.Errorf("%s: who has had their share is forgotten", pattern)
		}
		if n := tries(l, maxBuckets, many); n > maxBuckets {
			t.Errorf("%s: %d went through", pattern, n)
		}
		for i := range l.levels {
			if n := len(l.levels[i].buckets); n > maxBuckets {
				t.Errorf("%s: level %d holds %d", pattern, i, n)
			}
		}
		*now = now.Add(3 * time.Hour) // full buckets make space
		if n := tries(l, 2, func(int) string { return "203.0.113.9" }); n != 2 || len(l.levels[0].buckets) > 10 {
			t.Errorf("%s: %d of 2, %d are remembered", pattern, n, len(l.levels[0].buckets))
		}
	}
}

func TestAFullTableIsSharedByNeighbours(t *testing.T) {
	t.Parallel()
	l, _ := limited()
	tries(l, maxBuckets, func(i int) string { return fmt.Sprintf("10.%d.%d.7", i>>8, i&255) })
	if n := tries(l, 100, func(i int) string { return fmt.Sprintf("192.0.2.%d", i) }); n != 2 {
		t.Errorf("%d of one /24 went through, want 2", n)
	}
	if n := tries(l, 100, func(i int) string { return fmt.Sprintf("2001:db8:5:%x::1", i) }); n != 2 {
		t.Errorf("%d of one /48 went through, want 2", n)
	}
	if n := tries(l, 2, func(i int) string { return "198.51.100.1" }); n != 2 {
		t.Errorf("another /24 is held back: %d", n)
	}
}

func TestWhoSignedInIsNotCountedByAddress(t *testing.T) {
	t.Parallel()
	l, _ := limited()
	for i := range 20 {
		if err := l.Anonymous(&Request{IP: "192.0.2.1", Session: &registry.Session{}}); err != nil {
			t.Fatalf("try %d: %v", i, err)
		}
	}
	if l.Anonymous(&Request{IP: "192.0.2.1"}) != nil {
		t.Error("those who signed in used the share of the address up")
	}
}
