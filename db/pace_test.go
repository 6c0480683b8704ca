package db

import (
	"sync"
	"testing"
	"time"
)

// TestPace: few at a time, more beside those that take long, and all are free again when they have ended.
func TestPace(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	p, sent := pace{free: 3, usual: 1}, make(chan struct{}, 8)
	send := func() { sent <- struct{}{} }
	mu.Lock()
	first := p.begin(&mu, send)
	if p.may() {
		t.Error("a second goes at once beside a first that has just begun")
	}
	mu.Unlock()
	<-sent // the first takes long
	mu.Lock()
	if !p.may() {
		t.Fatal("none goes beside one that takes long")
	}
	second := p.begin(&mu, send)
	second() // and is quick
	if !p.may() {
		t.Error("none goes after one that was quick")
	}
	second = p.begin(&mu, send)
	mu.Unlock()
	<-sent
	mu.Lock()
	third := p.begin(&mu, send)
	mu.Unlock()
	<-sent
	mu.Lock()
	if p.may() {
		t.Error("more go than may at most")
	}
	first()
	second()
	third()
	last := p.begin(&mu, send)
	last()
	if p != (pace{free: 3, usual: 1}) {
		t.Errorf("all have ended: %+v", p)
	}
	mu.Unlock()
	time.Sleep(2 * long)
	select {
	case <-sent:
		t.Error("one that has ended takes long")
	default:
	}
}
