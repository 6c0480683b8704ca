package accounts

import (
	"errors"
	"net/http"

	"incubase/api/edge"
	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/registry"
)

// ResetPerson starts, approves or ends an account's reset code. A half of the code is shown in the response only.
func (s *AccountPages) ResetPerson(v *ui.Visit) error {
	id, actor, cmd := v.Param("id"), *v.Frame.Actor, RecordCommand(v, "code", v.FormValue("what"))
	var half *registry.CodeHalf
	var err error
	switch v.FormValue("what") {
	case "approve":
		half, err = s.Registry.ApproveReset(v.Ctx, actor, id, cmd)
	case "end":
		if _, err = s.Registry.EndReset(v.Ctx, actor, id, cmd); err == nil {
			return v.Onward("/people/"+id, "done")
		}
	default:
		half, err = s.Registry.StartReset(v.Ctx, actor, id, cmd)
	}
	if err != nil {
		return s.personFault(v, err, personView)
	}
	return s.showHalf(v, half)
}

func (s *AccountPages) showHalf(v *ui.Visit, half *registry.CodeHalf) error {
	return v.Show(http.StatusOK, PeopleTitle, halfView(half))
}

type typedCode struct {
	Login  string
	Faults []string
}

func (s *AccountPages) CodePage(v *ui.Visit) error {
	return v.Show(http.StatusOK, ui.CodeTitle, codeForm(&typedCode{}))
}

// ChoosePassword takes both halves of the code and a new password.
func (s *AccountPages) ChoosePassword(v *ui.Visit) error {
	in := registry.ChosenPassword{Login: v.FormValue("login"), First: v.FormValue("first"), Second: v.FormValue("second"),
		Password: v.FormValue("password"), Forget: v.FormValue("forget_factor") != ""}
	c := &typedCode{Login: in.Login}
	if in.Password != v.FormValue("again") {
		c.Faults = []string{unlike.In(v.Frame.Lang)}
		return v.Show(http.StatusUnprocessableEntity, ui.CodeTitle, codeForm(c))
	}
	err := s.Registry.ChoosePassword(v.Ctx, in, edge.Of(v.Ctx).IP)
	var invalid *workflow.Invalid
	switch {
	case errors.As(err, &invalid):
		for _, f := range invalid.Fields {
			c.Faults = append(c.Faults, f.Message.In(v.Frame.Lang))
		}
		return v.Show(http.StatusUnprocessableEntity, ui.CodeTitle, codeForm(c))
	case errors.Is(err, registry.ErrWrongCode), ui.Throttled(err):
		p := edge.From(v.Ctx, err)
		c.Faults = []string{v.Says(p)}
		return v.Show(p.Status, ui.CodeTitle, codeForm(c))
	case err != nil:
		return err
	}
	return v.Onward("/login", "password")
}

type firstSetup struct {
	Token    string
	Written  map[string]string
	Faults   []string
	Accounts []registry.FirstAccount
}

var firstRoles = []workflow.Role{workflow.RoleSysadmin, workflow.RoleSecadmin, workflow.RoleAuditadmin}

func (s *AccountPages) SetupPage(v *ui.Visit) error {
	return v.Show(http.StatusOK, ui.SetupTitle, setupForm(&firstSetup{}))
}

// SetUp creates the first three administrators with the token that the first start printed, all or none.
func (s *AccountPages) SetUp(v *ui.Visit) error {
	if refused := s.Limits.Writing.Take(edge.Of(v.Ctx).IP); refused != nil {
		return refused
	}
	f := &firstSetup{Token: v.FormValue("token"), Written: map[string]string{}}
	people := map[workflow.Role]registry.NewUser{}
	for _, r := range firstRoles {
		n := registry.NewUser{Login: v.FormValue(string(r) + ".login"), Name: v.FormValue(string(r) + ".name")}
		f.Written[string(r)+".login"], f.Written[string(r)+".name"], people[r] = n.Login, n.Name, n
	}
	list, err := s.Registry.FirstAccounts(v.Ctx, people[workflow.RoleSysadmin], people[workflow.RoleSecadmin],
		people[workflow.RoleAuditadmin])
	if err == nil {
		err = s.Accounts.Setup(v.Ctx, f.Token, edge.Of(v.Ctx).IP, list)
	}
	var invalid *workflow.Invalid
	var refused *workflow.Refused
	switch {
	case errors.As(err, &invalid):
		for _, x := range invalid.Fields {
			f.Faults = append(f.Faults, x.Message.In(v.Frame.Lang))
		}
	case errors.As(err, &refused):
		for _, x := range refused.Refusals {
			f.Faults = append(f.Faults, x.Message.In(v.Frame.Lang))
		}
	case err != nil:
		return err
	default:
		f.Accounts = list
		return v.Show(http.StatusOK, ui.SetupTitle, setupForm(f))
	}
	return v.Show(http.StatusUnprocessableEntity, ui.SetupTitle, setupForm(f))
}
