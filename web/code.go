package web

import (
	"errors"
	"net/http"

	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/registry"
	"incubase/workflow/text"
)

var (
	codeTitle  = text.Text{ZH: "用代码设置密码", EN: "Choose a password with a code"}
	setupTitle = text.Text{ZH: "首次设置", EN: "First set-up"}
	toldTitle  = text.Text{ZH: "密码重置提醒", EN: "Your password was set by a code"}
)

// resetPerson starts, approves or ends the code of an account, as its form says. A half is shown on the answer and
// nowhere else.
func (s *site) resetPerson(v *visit) error {
	id, actor, cmd := v.Param("id"), *v.frame.Actor, v.recordCommand("code", v.FormValue("what"))
	var half *registry.CodeHalf
	var err error
	switch v.FormValue("what") {
	case "approve":
		half, err = s.Registry.ApproveReset(v.ctx, actor, id, cmd)
	case "end":
		if _, err = s.Registry.EndReset(v.ctx, actor, id, cmd); err == nil {
			return v.onward("/people/"+id, "done")
		}
	default:
		half, err = s.Registry.StartReset(v.ctx, actor, id, cmd)
	}
	if err != nil {
		return s.personFault(v, err, personView)
	}
	return s.showHalf(v, half)
}

func (s *site) showHalf(v *visit, half *registry.CodeHalf) error {
	return v.show(http.StatusOK, peopleTitle, halfView(half))
}

// typedCode is what a person typed to choose a password: the form again, with what is wrong.
type typedCode struct {
	Login  string
	Faults []string
}

func (s *site) codePage(v *visit) error {
	return v.show(http.StatusOK, codeTitle, codeForm(&typedCode{}))
}

// choosePassword is the owner's part: both halves of the code, and a password that nobody else knows.
func (s *site) choosePassword(v *visit) error {
	in := registry.ChosenPassword{Login: v.FormValue("login"), First: v.FormValue("first"), Second: v.FormValue("second"),
		Password: v.FormValue("password"), Forget: v.FormValue("forget_factor") != ""}
	c := &typedCode{Login: in.Login}
	if in.Password != v.FormValue("again") {
		c.Faults = []string{unlike.In(v.frame.Lang)}
		return v.show(http.StatusUnprocessableEntity, codeTitle, codeForm(c))
	}
	err := s.Registry.ChoosePassword(v.ctx, in, edge.Of(v.ctx).IP)
	var invalid *workflow.Invalid
	switch {
	case errors.As(err, &invalid):
		for _, f := range invalid.Fields {
			c.Faults = append(c.Faults, f.Message.In(v.frame.Lang))
		}
		return v.show(http.StatusUnprocessableEntity, codeTitle, codeForm(c))
	case errors.Is(err, registry.ErrWrongCode), throttled(err):
		p := edge.From(v.ctx, err)
		c.Faults = []string{v.says(p)}
		return v.show(p.Status, codeTitle, codeForm(c))
	case err != nil:
		return err
	}
	return v.onward("/login", "password")
}

// first is what the first set-up asks for, and what it gives.
type firstSetup struct {
	Token    string
	Written  map[string]string
	Faults   []string
	Accounts []registry.FirstAccount
}

var firstRoles = []workflow.Role{workflow.RoleSysadmin, workflow.RoleSecadmin, workflow.RoleAuditadmin}

func (s *site) setupPage(v *visit) error {
	return v.show(http.StatusOK, setupTitle, setupForm(&firstSetup{}))
}

// setUp makes the first three administrators with the token that the first start printed, all or none.
func (s *site) setUp(v *visit) error {
	if refused := s.Limits.Writing.Take(edge.Of(v.ctx).IP); refused != nil {
		return refused
	}
	f := &firstSetup{Token: v.FormValue("token"), Written: map[string]string{}}
	people := map[workflow.Role]registry.NewUser{}
	for _, r := range firstRoles {
		n := registry.NewUser{Login: v.FormValue(string(r) + ".login"), Name: v.FormValue(string(r) + ".name")}
		f.Written[string(r)+".login"], f.Written[string(r)+".name"], people[r] = n.Login, n.Name, n
	}
	list, err := s.Registry.FirstAccounts(v.ctx, people[workflow.RoleSysadmin], people[workflow.RoleSecadmin],
		people[workflow.RoleAuditadmin])
	if err == nil {
		err = s.Setup.Setup(v.ctx, f.Token, edge.Of(v.ctx).IP, list)
	}
	var invalid *workflow.Invalid
	var refused *workflow.Refused
	switch {
	case errors.As(err, &invalid):
		for _, x := range invalid.Fields {
			f.Faults = append(f.Faults, x.Message.In(v.frame.Lang))
		}
	case errors.As(err, &refused):
		for _, x := range refused.Refusals {
			f.Faults = append(f.Faults, x.Message.In(v.frame.Lang))
		}
	case err != nil:
		return err
	default:
		f.Accounts = list
		return v.show(http.StatusOK, setupTitle, setupForm(f))
	}
	return v.show(http.StatusUnprocessableEntity, setupTitle, setupForm(f))
}
