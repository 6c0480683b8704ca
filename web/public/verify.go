package public

import (
	"net/http"

	"incubase/web/ui"
	"incubase/workflow"
)

// Verify recomputes the chain of one case before the eyes of the staff and the auditor: each event's hash over what it
// says and the hash of the one before, the numbers without gaps, and the case standing at its latest event.
func (s *PublicPages) Verify(v *ui.Visit) error {
	f, err := s.Folder(v, v.Param("ref"))
	if err != nil {
		return err
	}
	if !f.Staff() {
		return workflow.ErrNotFound
	}
	events, err := s.Cases.Events(v.Ctx, f.Case.ID)
	if err != nil {
		return err
	}
	return v.Show(http.StatusOK, ui.VerifyTitle, chainPage(f.Chain(v, events)))
}
