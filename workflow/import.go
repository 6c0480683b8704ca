package workflow

import (
	"time"
)

// ImportedWorkflow is the definition of past awards that are taken over from files.
const ImportedWorkflow = "imported"

// Past is an award that was made elsewhere and is taken over as it was written.
type Past struct {
	Case    Case           // title, organization, currency and amounts in its minor units
	On      time.Time      // of the award: the case's domain time; when it was taken over stands in recorded_at
	Answers map[string]any // by the definition's form
	Source  map[string]any // what the first event says of where it came from
}
