package pg

import "time"

// RestStandby sets how long a standby that failed is left alone.
func (d *DB) RestStandby(rest time.Duration) { d.standby.rest = rest }
