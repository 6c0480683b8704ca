package public

import (
	"net/http"

	"incubase/web/ui"
	"incubase/workflow"
)

// Verify recomputes a case's chain: each event's hash over its content and the previous hash, numbers without gaps,
// and the case's head.
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
