package api

import (
	"context"

	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/registry"
)

func (s *service) accounts() {
	at := Base + "/users"
	handle(s, route{method: "GET", path: at, id: "listUsers", tag: "accounts", summary: "List users", errors: []int{403}},
		s.listUsers)
	handle(s, route{method: "POST", path: at, id: "addUser", tag: "accounts", summary: "Open an account", status: 201,
		about: "For the system administrator; the people of an organization for the officer of its place and its head. " +
			"The account has no right until one is granted. " +
			"The answer has the first half of the code with which its owner chooses a password; another person approves it.",
		errors: []int{403, 409, 422}}, s.addUser)
	handle(s, route{method: "GET", path: at + "/{id}", id: "getUser", tag: "accounts",
		summary: "A user with the roles held", errors: []int{403, 404}}, s.getUser)
	handle(s, route{method: "PATCH", path: at + "/{id}", id: "changeUser", tag: "accounts",
		summary: "Change, disable or restore an account", errors: []int{403, 404, 409, 412, 422, 428}}, s.changeUser)
	handle(s, route{method: "POST", path: at + "/{id}/reset", id: "startReset", tag: "accounts",
		summary: "Start a code with which its owner chooses a password", status: 201,
		about: "The answer has its first half, this once. Another person of another power approves it within a day. An " +
			"earlier code is void.", errors: []int{403, 404, 409}}, s.startReset)
	handle(s, route{method: "POST", path: at + "/{id}/reset/approval", id: "approveReset", tag: "accounts",
		summary: "Approve a code that another started", status: 201,
		about:  "The answer has its second half, this once. From now on the code holds for an hour.",
		errors: []int{403, 404, 409}}, s.approveReset)
	handle(s, route{method: "DELETE", path: at + "/{id}/reset", id: "endReset", tag: "accounts",
		summary: "Make a code void", errors: []int{403, 404, 409}}, s.endReset)
	handle(s, route{method: "POST", path: Base + "/password", id: "choosePassword", tag: "sessions",
		summary: "Choose a password with both halves of a code", status: 204, open: true,
		about:  "For whose account the code is. All sessions of the account end; the next sign-in says who gave the code.",
		errors: []int{401, 422}}, s.choosePassword)
	handle(s, route{method: "GET", path: at + "/{id}/roles", id: "listRoles", tag: "accounts",
		summary: "The roles a user holds", errors: []int{403, 404}}, s.listRoles)
	handle(s, route{method: "POST", path: at + "/{id}/roles", id: "grantRole", tag: "accounts", summary: "Grant a role",
		status: 201,
		about:  "For the security administrator, never to themself. It holds from the user's next request on.",
		errors: []int{403, 404, 409, 422}}, s.grantRole)
	handle(s, route{method: "DELETE", path: at + "/{id}/roles/{role}", id: "endRole", tag: "accounts",
		summary: "End a role",
		about:   "It ends with the user's next request.", errors: []int{403, 404, 409}}, s.endRole)
	handle(s, route{method: "POST", path: Base + "/setup", id: "setup", tag: "accounts",
		summary: "Make the first three administrators", status: 201, open: true, limit: s.Limits.Writing,
		about: "With the one-time token that the first start printed: all three or none. The answer has a code for each, " +
			"both halves, with which they choose their passwords within an hour.", errors: []int{409, 410, 422}}, s.setup)
	handle(s, route{method: "GET", path: Base + "/audit", id: "listAudit", tag: "accounts",
		summary: "The audit trail of sessions and refusals, the latest first",
		about:   "For the audit administrator; 404 for anybody else. Acts on cases are in each case's events.",
		errors:  []int{404}}, s.trail)
}

type usersInput struct {
	Paged
	Words string `query:"q" maxLength:"200"`
}

func (s *service) listUsers(ctx context.Context, in *usersInput) (*many[registry.UserRecord], error) {
	return page(s.Accounts.Users(ctx, registry.RecordScopeOf(who(ctx)), registry.RecordQuery{Words: in.Words,
		Cursor: in.Cursor, Limit: in.Limit}))
}

type newUserInput struct {
	Keyed
	Body registry.NewUser
}

func (s *service) addUser(ctx context.Context, in *newUserInput) (*one[registry.CodeHalf], error) {
	r, err := s.Registry.AddUser(ctx, who(ctx), in.Body, command(ctx, in.Keyed, nil, "POST", "/users", ""))
	if err != nil {
		return nil, err
	}
	return single(r, r.ID, r.Version, "/users", nil)
}

func (s *service) getUser(ctx context.Context, in *idInput) (*one[registry.UserRecord], error) {
	r, err := registry.Read[registry.UserRecord](ctx, s.Records, registry.RecordScopeOf(who(ctx)), in.ID)
	if err != nil {
		return nil, err
	}
	return single(r, r.ID, r.Version, "", nil)
}

type userPatch struct {
	Keyed
	Matched
	ID   string `path:"id" maxLength:"60"`
	Body struct {
		registry.UserChange
		Note string `json:"note,omitempty" maxLength:"2000"`
	}
}

func (s *service) changeUser(ctx context.Context, in *userPatch) (*one[registry.UserRecord], error) {
	version, err := in.required()
	if err != nil {
		return nil, err
	}
	r, err := s.Registry.ChangeUser(ctx, who(ctx), in.ID, in.Body.UserChange, command(ctx, in.Keyed, version, "PATCH",
		"/users/"+in.ID, in.Body.Note))
	if err != nil {
		return nil, err
	}
	return single(r, r.ID, r.Version, "", nil)
}

type resetInput struct {
	Keyed
	ID   string `path:"id" maxLength:"60"`
	Body *struct {
		Note string `json:"note,omitempty" maxLength:"2000"`
	} `required:"false"`
}

func (in *resetInput) note() string {
	if in.Body == nil {
		return ""
	}
	return in.Body.Note
}

func (s *service) startReset(ctx context.Context, in *resetInput) (*one[registry.CodeHalf], error) {
	r, err := s.Registry.StartReset(ctx, who(ctx), in.ID,
		command(ctx, in.Keyed, nil, "POST", "/users/"+in.ID+"/reset", in.note()))
	if err != nil {
		return nil, err
	}
	return single(r, r.ID, 0, "", nil)
}

func (s *service) approveReset(ctx context.Context, in *resetInput) (*one[registry.CodeHalf], error) {
	r, err := s.Registry.ApproveReset(ctx, who(ctx), in.ID,
		command(ctx, in.Keyed, nil, "POST", "/users/"+in.ID+"/reset/approval", in.note()))
	if err != nil {
		return nil, err
	}
	return single(r, r.ID, 0, "", nil)
}

type endResetInput struct {
	Keyed
	ID string `path:"id" maxLength:"60"`
}

func (s *service) endReset(ctx context.Context, in *endResetInput) (*one[registry.UserRecord], error) {
	r, err := s.Registry.EndReset(ctx, who(ctx), in.ID,
		command(ctx, in.Keyed, nil, "DELETE", "/users/"+in.ID+"/reset", ""))
	if err != nil {
		return nil, err
	}
	return single(r, r.ID, r.Version, "", nil)
}

type chooseInput struct{ Body registry.ChosenPassword }

func (s *service) choosePassword(ctx context.Context, in *chooseInput) (*nothing, error) {
	return nil, s.Registry.ChoosePassword(ctx, in.Body, edge.Of(ctx).IP)
}

func (s *service) listRoles(ctx context.Context, in *idInput) (*many[registry.RoleRecord], error) {
	u, err := registry.Read[registry.UserRecord](ctx, s.Records, registry.RecordScopeOf(who(ctx)), in.ID)
	if err != nil {
		return nil, err
	}
	return page(u.Roles, "", nil)
}

type newRoleInput struct {
	Keyed
	ID   string `path:"id" maxLength:"60"`
	Body workflow.NewRole
}

func (s *service) grantRole(ctx context.Context, in *newRoleInput) (*one[registry.RoleRecord], error) {
	r, err := s.Registry.GrantRole(ctx, who(ctx), in.ID, in.Body, command(ctx, in.Keyed, nil, "POST",
		"/users/"+in.ID+"/roles", ""))
	if err != nil {
		return nil, err
	}
	return single(r, r.ID, 0, "", nil)
}

type roleInput struct {
	Keyed
	ID   string `path:"id" maxLength:"60"`
	Role string `path:"role" maxLength:"60" doc:"The id of the grant."`
}

func (s *service) endRole(ctx context.Context, in *roleInput) (*one[registry.RoleRecord], error) {
	held, err := registry.Read[registry.RoleRecord](ctx, s.Records, registry.RecordScopeOf(who(ctx)), in.Role)
	if err == nil && held.User != in.ID {
		err = workflow.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	r, err := s.Registry.EndRole(ctx, who(ctx), in.Role, command(ctx, in.Keyed, nil, "DELETE",
		"/users/"+in.ID+"/roles/"+in.Role, ""))
	if err != nil {
		return nil, err
	}
	return single(r, r.ID, 0, "", nil)
}

type setupInput struct {
	Body struct {
		Token      string           `json:"token" minLength:"1" maxLength:"200"`
		Sysadmin   registry.NewUser `json:"sysadmin"`
		Secadmin   registry.NewUser `json:"secadmin"`
		Auditadmin registry.NewUser `json:"auditadmin"`
	}
}

type FirstCode struct {
	Login  string        `json:"login"`
	Role   workflow.Role `json:"role"`
	First  string        `json:"first"`
	Second string        `json:"second"`
}

type setupOutput struct {
	Body struct {
		Accounts []FirstCode `json:"accounts"`
	}
}

func (s *service) setup(ctx context.Context, in *setupInput) (*setupOutput, error) {
	list, err := s.Registry.FirstAccounts(ctx, in.Body.Sysadmin, in.Body.Secadmin, in.Body.Auditadmin)
	if err != nil {
		return nil, err
	}
	if err := s.Accounts.Setup(ctx, in.Body.Token, edge.Of(ctx).IP, list); err != nil {
		return nil, err
	}
	out := &setupOutput{}
	for _, a := range list {
		out.Body.Accounts = append(out.Body.Accounts, FirstCode{a.User.Login, a.Role.Role, a.First, a.Second})
	}
	return out, nil
}

type trailInput struct {
	Before int64  `query:"before" minimum:"0" doc:"Rows before this number; 0 is from the latest."`
	Who    string `query:"who" maxLength:"80" doc:"A login, or a part of a name: who acted, or whose account it was."`
	Act    string `query:"act" maxLength:"40" pattern:"^[a-z_]*$" doc:"Such as login."`
	Since  string `query:"since" format:"date" doc:"From this day on."`
	Until  string `query:"until" format:"date" doc:"Up to this day, included."`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

func (s *service) trail(ctx context.Context, in *trailInput) (*many[AuditDoc], error) {
	q := workflow.TrailQuery{Before: in.Before, Who: in.Who, Act: in.Act, Limit: in.Limit}
	for _, x := range []struct {
		said string
		day  *calendar.Date
	}{{in.Since, &q.Since}, {in.Until, &q.Until}} {
		if x.said != "" {
			*x.day, _ = calendar.ParseDate(x.said) // the schema has checked its form
		}
	}
	items, err := s.Accounts.Audit(ctx, who(ctx), q)
	return page(each(items, func(r workflow.TrailRow) AuditDoc { return AuditDoc(r) }), "", err)
}
