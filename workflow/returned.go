package workflow

import (
	"time"
)

// Closing is when a round stops taking submissions of a case.
type Closing struct {
	At   *time.Time // nil without a set time
	Over bool       // the round takes none now
}

type Return struct {
	Note string
	At   time.Time
}
