package workflow

import (
	"time"
)

const ImportedWorkflow = "imported"

// Past is an award made elsewhere, imported as it was written.
type Past struct {
	Case    Case           // title, organization, currency and amounts in its minor units
	On      time.Time      // of the award: the case's domain time; recorded_at holds the time of the import
	Answers map[string]any // by the definition's form
	Source  map[string]any // payload of the first event: where it came from
}
