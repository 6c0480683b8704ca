package web

import (
	"errors"
	"net/http"
	"strings"

	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/registry"
	"incubase/workflow/text"
)

var (
	factorTitle   = text.Text{ZH: "双重验证", EN: "Second factor"}
	recoveryTitle = text.Text{ZH: "恢复码", EN: "Recovery codes"}
)

// factorForm is the page of one's second factor.
type factorForm struct {
	*registry.SecondFactor
	New    *registry.NewFactor // a secret that was just made, shown this once
	Asked  bool                // its first code is asked for
	Faults []string
}

// errFactor sends who lacks the second factor that their roles need to the page that enrols one.
var errFactor = errors.New("enrol a second factor first")

// unfactored are the pages of who lacks it.
func unfactored(path string) bool {
	return path == "/account" || strings.HasPrefix(path, "/account/") || path == "/password" || path == "/logout" ||
		path == "/preferences" ||
		path == "/login" || path == "/code"
}

func (s *site) factorPage(v *visit) error { return s.showFactor(v, http.StatusOK, &factorForm{}) }

func (s *site) showFactor(v *visit, status int, f *factorForm) (err error) {
	if f.SecondFactor, err = s.Factors.State(v.ctx, *v.frame.Actor); err != nil {
		return err
	}
	v.Response().Header().Set("Cache-Control", "no-store")
	return v.show(status, factorTitle, factorView(f))
}

// beginFactor makes a secret and shows it.
func (s *site) beginFactor(v *visit) error {
	made, err := s.Factors.Begin(v.ctx, *v.frame.Actor, v.FormValue("present"), edge.Of(v.ctx).IP)
	if err != nil {
		return s.factorFault(v, err, false)
	}
	return s.showFactor(v, http.StatusOK, &factorForm{New: made, Asked: true})
}

// enrolFactor takes the secret into use with its first code and shows the recovery codes.
func (s *site) enrolFactor(v *visit) error {
	codes, err := s.Factors.Enrol(v.ctx, *v.frame.Actor, v.FormValue("code"), edge.Of(v.ctx).IP)
	if err != nil {
		return s.factorFault(v, err, true)
	}
	v.Response().Header().Set("Cache-Control", "no-store")
	return v.show(http.StatusOK, recoveryTitle, recoveryView(codes))
}

func (s *site) removeFactor(v *visit) error {
	if err := s.Factors.Remove(v.ctx, *v.frame.Actor, v.FormValue("present"), edge.Of(v.ctx).IP); err != nil {
		return s.factorFault(v, err, false)
	}
	return v.onward("/account", "done")
}

func (s *site) factorFault(v *visit, cause error, asked bool) error {
	var refused *workflow.Refused
	if !errors.Is(cause, registry.ErrWrongFactor) && !throttled(cause) && !errors.As(cause, &refused) {
		return cause
	}
	p := edge.From(v.ctx, cause)
	if asked && errors.Is(cause, registry.ErrWrongFactor) { // there are no recovery codes yet
		p.Detail = say(v.ctx, "请确认扫描的是刚才显示的二维码、手机时间准确，再输入验证器当前显示的六位数字。没有扫描成功的，请重新开始绑定",
			"make sure that you scanned the picture shown just now and that the telephone's time is right, then type the six "+
				"digits it shows now. If the scan failed, begin again")
	}
	return s.showFactor(v, p.Status, &factorForm{Asked: asked && refused == nil, Faults: []string{v.says(p)}})
}
