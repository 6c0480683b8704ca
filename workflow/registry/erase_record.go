package registry

import (
	"time"

	"incubase/workflow"
)

// EraseEntryDoc names what to erase from the log of a record.
type EraseEntryDoc struct {
	ID     workflow.ID          `json:"id"`
	Kind   workflow.ErasureKind `json:"kind"`
	Record workflow.RecordKind  `json:"record_kind"`
	Of     string               `json:"record_id"`
	Entry  int                  `json:"entry,omitempty"` // of its log; 0 is all
	Actor  workflow.ID          `json:"actor_id"`
	At     time.Time            `json:"at"`
	Reason string               `json:"reason"`
}
