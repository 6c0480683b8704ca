package accounts

import (
	"errors"
	"net/http"

	"incubase/api/edge"
	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/registry"
	"incubase/workflow/text"
)

var (
	factorTitle   = text.Text{ZH: "双重验证", EN: "Second factor"}
	recoveryTitle = text.Text{ZH: "恢复码", EN: "Recovery codes"}
)

type factorForm struct {
	*registry.SecondFactor
	New    *registry.NewFactor // a new secret, shown once
	Asked  bool                // its first code is required
	Faults []string
}

func (s *AccountPages) FactorPage(v *ui.Visit) error {
	return s.showFactor(v, http.StatusOK, &factorForm{})
}

func (s *AccountPages) showFactor(v *ui.Visit, status int, f *factorForm) (err error) {
	if f.SecondFactor, err = s.Factors.State(v.Ctx, *v.Frame.Actor); err != nil {
		return err
	}
	v.Response().Header().Set("Cache-Control", "no-store")
	return v.Show(status, factorTitle, factorView(f))
}

func (s *AccountPages) BeginFactor(v *ui.Visit) error {
	made, err := s.Factors.Begin(v.Ctx, *v.Frame.Actor, v.FormValue("present"), edge.Of(v.Ctx).IP)
	if err != nil {
		return s.factorFault(v, err, false)
	}
	return s.showFactor(v, http.StatusOK, &factorForm{New: made, Asked: true})
}

// EnrolFactor confirms the secret with its first code and shows the recovery codes.
func (s *AccountPages) EnrolFactor(v *ui.Visit) error {
	codes, err := s.Factors.Store.EnrolFactor(v.Ctx, v.Frame.Actor.ID, v.FormValue("code"), edge.Of(v.Ctx).IP)
	if err != nil {
		return s.factorFault(v, err, true)
	}
	v.Response().Header().Set("Cache-Control", "no-store")
	return v.Show(http.StatusOK, recoveryTitle, recoveryView(codes))
}

func (s *AccountPages) RemoveFactor(v *ui.Visit) error {
	if err := s.Factors.Remove(v.Ctx, *v.Frame.Actor, v.FormValue("present"), edge.Of(v.Ctx).IP); err != nil {
		return s.factorFault(v, err, false)
	}
	return v.Onward("/account", "done")
}

func (s *AccountPages) factorFault(v *ui.Visit, cause error, asked bool) error {
	var refused *workflow.Refused
	if !errors.Is(cause, registry.ErrWrongFactor) && !ui.Throttled(cause) && !errors.As(cause, &refused) {
		return cause
	}
	p := edge.From(v.Ctx, cause)
	if asked && errors.Is(cause, registry.ErrWrongFactor) { // there are no recovery codes yet
		p.Detail = ui.Say(v.Ctx, sayMakeSureThatYou)
	}
	return s.showFactor(v, p.Status, &factorForm{Asked: asked && refused == nil, Faults: []string{v.Says(p)}})
}
