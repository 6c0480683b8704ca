package ui

import (
	"errors"
	"net/http"

	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/registry"
	"incubase/workflow/text"
)

var confirmTitle = text.Text{ZH: "请再次输入密码", EN: "Please confirm with your password"}

// confirmField holds the password of a form that was refused with workflow.ErrConfirm.
const confirmField = "_confirm"

// confirm checks that password and makes the session fresh; the form then runs unchanged.
func (s *Site) confirm(v *Visit) error {
	if v.Frame.Actor == nil || v.Request().Method != http.MethodPost || v.Request().PostFormValue(confirmField) == "" {
		return nil
	}
	session := edge.Of(v.Ctx).Session
	err := s.Keeper.ConfirmSession(v.Ctx, session.Actor.ID, session.ID, v.Request().PostFormValue(confirmField),
		edge.Of(v.Ctx).IP)
	if errors.Is(err, registry.ErrWrongLogin) || Throttled(err) {
		return &unconfirmed{err}
	}
	if err == nil {
		v.Frame.Actor.Unconfirmed = false
	}
	return err
}

type unconfirmed struct{ why error }

func (e *unconfirmed) Error() string { return e.why.Error() }

// askAgain answers workflow.ErrConfirm and wrong passwords with a page that asks for the password and carries the form;
// false for other errors, and for forms with files.
func (s *Site) askAgain(v *Visit, cause error) (bool, error) {
	var wrong *unconfirmed
	if !errors.Is(cause, workflow.ErrConfirm) && !errors.As(cause, &wrong) {
		return false, nil
	}
	form, err := v.FormParams()
	if err != nil || v.Request().Method != http.MethodPost || v.Request().MultipartForm != nil {
		return false, err
	}
	status, problem := http.StatusUnauthorized, ""
	if wrong != nil {
		p := edge.From(v.Ctx, wrong.why)
		if status = p.Status; status == http.StatusUnauthorized {
			p.Title, p.Detail = Say(v.Ctx, sayThePasswordIsWrong), ""
		}
		problem = v.Says(p)
	}
	return true, v.Show(status, confirmTitle, confirmPage(carriedOf(v.Request().URL.RequestURI(), form), problem))
}
