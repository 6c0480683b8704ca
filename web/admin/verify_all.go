package admin

import (
	"context"
	"net/http"

	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/text"
)

var verifyAllTitle = text.Text{ZH: "核对全部记录", EN: "Check all records"}

func (s *AdminPages) VerifyAllPage(v *ui.Visit) error {
	if !ui.MayVerify(v.Frame.Actor) {
		return workflow.ErrNotFound
	}
	p := s.Checked.Shown()
	var err error
	if p.Root, err = s.Integrity.LastRoot(v.Ctx); err != nil {
		return err
	}
	return v.Show(http.StatusOK, verifyAllTitle, auditPage(p))
}

// VerifyAll starts a check unless one runs. It continues if its reader leaves.
func (s *AdminPages) VerifyAll(v *ui.Visit) error {
	if !ui.MayVerify(v.Frame.Actor) {
		return workflow.ErrNotFound
	}
	if s.Checked.Begin(v.Frame.Actor.Name) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(v.Ctx), ui.VerifyBound)
		go func() {
			defer cancel()
			done, err := s.Integrity.VerifyAll(ctx, s.Checked.Note)
			s.Checked.End(done, err)
			if err != nil {
				s.Log.Error("check all records", "error", err)
			}
		}()
	}
	return v.Onward("/verify", "")
}
