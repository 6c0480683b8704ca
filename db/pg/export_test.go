package pg

import "time"

// RestStandby sets how long a standby that failed is left alone.
func (d *DB) RestStandby(rest time.Duration) { d.standby.rest = rest }

// MeetTimeline is what a connection to another primary does.
func (d *DB) MeetTimeline(n int64) {
	d.timeline.highest.Store(n)
	d.timeline.closeReplaced()
}
