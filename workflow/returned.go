package workflow

import (
	"time"
)

// Closing is when a round stops taking what is written in a case.
type Closing struct {
	At   *time.Time // nil where the round names none
	Over bool       // the round takes nothing any more, now
}

// Return is why a case was sent back to its writers.
type Return struct {
	Note string
	At   time.Time
}
