package db

import (
	"sync"
	"time"
)

// pace is how many statements of one sort may be under way: usually so few that each carries much, and more beside those that
// take long, which wait for the disk or for somebody's row. All of it is under the lock of whose statements they are.
type pace struct {
	free  int // that may be sent now at most
	usual int // that have not taken long
	quick int // under way of those
}

// long is more than a statement usually takes that waits for nothing. A full one may take it too; another beside it is no harm.
const long = 20 * time.Millisecond

// may tells whether one more may be sent.
func (p *pace) may() bool { return p.free > 0 && p.quick < p.usual }

// begin counts one in; send is called, under the lock, if it takes long. Who calls over when it has ended holds the lock too.
func (p *pace) begin(lock *sync.Mutex, send func()) (over func()) {
	p.free--
	p.quick++
	ended, slow := false, false
	wait := time.AfterFunc(long, func() {
		lock.Lock()
		defer lock.Unlock()
		if !ended {
			slow = true
			p.quick--
			send()
		}
	})
	return func() {
		wait.Stop()
		if ended = true; !slow {
			p.quick--
		}
		p.free++
	}
}
