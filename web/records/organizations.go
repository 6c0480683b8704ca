package records

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"incubase/web/accounts"
	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/registry"
	"incubase/workflow/text"
	"incubase/workflow/vet"
)

var (
	recordsTitle       = text.Text{ZH: "资料", EN: "Records"}
	organizationsTitle = text.Text{ZH: "社会组织", EN: "Organizations"}
	newOrganization    = text.Text{ZH: "登记组织", EN: "Register an organization"}
	editOrganization   = text.Text{ZH: "修改组织资料", EN: "Change the organization"}
	newProject         = text.Text{ZH: "录入品牌项目", EN: "Enter a project"}
	editProject        = text.Text{ZH: "修改品牌项目", EN: "Change the project"}
)

// InOrder returns a copy sorted by the reading of Chinese names.
func InOrder[T any](list []T, name func(*T) string) []T {
	out := slices.Clone(list)
	ui.ByPinyin(out, name)
	return out
}

func (s *RecordPages) RecordsIndex(v *ui.Visit) error {
	return v.Show(http.StatusOK, recordsTitle, recordsPage())
}

func (s *RecordPages) OrganizationList(v *ui.Visit) error {
	if registry.RecordScopeOf(*v.Frame.Actor).Accounts { // they see names only, for accounts
		return workflow.ErrNotFound
	}
	q := strings.TrimSpace(v.QueryParam("q"))
	list, _, err := s.Records.Organizations(v.Ctx, registry.RecordScopeOf(*v.Frame.Actor),
		registry.RecordQuery{Words: q, Limit: workflow.MaxPage})
	if err != nil {
		return err
	}
	ui.ByPinyin(list, func(o *registry.OrganizationRecord) string { return o.Name })
	return v.Show(http.StatusOK, organizationsTitle,
		organizationsPage(list, q, vet.May(*v.Frame.Actor, workflow.KindOrganization, "create")))
}

func (s *RecordPages) organizationView(v *ui.Visit) (*ui.OrganizationView, error) {
	scope := registry.RecordScopeOf(*v.Frame.Actor)
	r, err := registry.Read[registry.OrganizationRecord](v.Ctx, s.Records, scope, v.Param("id"))
	if err != nil {
		return nil, err
	}
	o := &ui.OrganizationView{OrganizationRecord: *r}
	if o.Place, err = s.PlacePath(v.Ctx, o.Region); err != nil {
		return nil, err
	}
	if o.FiscalHost != "" {
		// hosts outside the scope stay unnamed
		if host, err := registry.Read[registry.OrganizationRecord](v.Ctx, s.Records, scope, o.FiscalHost); err == nil {
			o.Host = host.Name
		}
	}
	if o.Projects, _, err = s.Records.Projects(v.Ctx, scope, registry.RecordQuery{Organization: o.ID,
		Limit: workflow.MaxPage}); err != nil {
		return nil, err
	}
	ui.ByPinyin(o.Projects, func(p *registry.ProjectRecord) string { return p.Title })
	if scope.Sees(o.Region, o.ID) {
		if o.Results, err = s.Results.Results(v.Ctx, o.ID); err != nil {
			return nil, err
		}
	}
	a := *v.Frame.Actor
	o.Edits = scope.Sees(o.Region, o.ID) && (vet.May(a, workflow.KindOrganization, "contact") ||
		vet.May(a, workflow.KindOrganization, "standing"))
	o.Enters = scope.Sees(o.Region, o.ID) && vet.May(a, workflow.KindProject, "create")
	return o, nil
}

func (s *RecordPages) OrganizationPage(v *ui.Visit) error {
	o, err := s.organizationView(v)
	if err != nil {
		return err
	}
	return v.Show(http.StatusOK, text.Text{ZH: o.Name, EN: o.Name}, organizationCard(o))
}

func topicChoices() (out []ui.Option) {
	for _, x := range ui.Topics() {
		out = append(out, ui.Option{Value: x.Code, Label: x.Label})
	}
	return out
}

// organizationGroups returns the fields that the actor may write.
func organizationGroups(a workflow.Actor, isNew bool, hosts []ui.Option) []ui.FieldGroup {
	var kinds []ui.Option
	for _, k := range registry.OrganizationKinds {
		if k.Code == registry.KindAbroad {
			continue // imports set them
		}
		kinds = append(kinds, ui.Option{Value: k.Code, Label: k.Label})
	}
	var out []ui.FieldGroup
	if isNew || vet.May(a, workflow.KindOrganization, "change") {
		out = append(out, ui.FieldGroup{Legend: ui.T("登记事项", "Registration"), Fields: []ui.EntryField{
			{Name: "name", Label: ui.T("名称（与证书一致）", "Name, as on the certificate"), Kind: "text"},
			{Name: "kind", Label: ui.T("类型", "Legal form"), Kind: "choice", Choices: kinds},
			{Name: "credit_code", Label: ui.T("统一社会信用代码（18 位）", "Unified social credit code (18 characters)"), Kind: "text"},
			{Name: "credit_override", Label: ui.T("代码不合规则仍要保留的原因（一般不填）",
				"Why a code that fails the check is kept (usually empty)"),
				Kind: "text"},
			{Name: "filing_number", Label: ui.T("备案编号（备案组织必填）", "Filing number (required for filed organizations)"),
				Kind: "text"},
			{Name: "fiscal_host", Label: ui.T("资金代管单位（没有法人资格的组织才填）",
				"Fiscal host (only for organizations without legal personality)"), Kind: "choice", Choices: hosts},
			{Name: "region", Label: ui.T("所在地（地区代码，如 230302 或街道 230302004）",
				"Place (region code, such as 230302 or the street 230302004)"), Kind: "text"},
			{Name: "founded", Label: ui.T("成立日期（如 2019-05-01，可不填）", "Founded on (such as 2019-05-01, optional)"), Kind: "text"},
			{Name: "topics", Label: ui.T("服务领域和人群", "Fields and beneficiaries"), Kind: "many", Choices: topicChoices()},
		}})
	}
	if isNew || vet.May(a, workflow.KindOrganization, "contact") {
		out = append(out, ui.FieldGroup{Legend: ui.T("联系方式", "How it is reached"), Fields: []ui.EntryField{
			{Name: "address", Label: ui.T("地址", "Address"), Kind: "text"},
			{Name: "contact", Label: ui.T("联系人", "Contact person"), Kind: "text"},
			{Name: "phone", Label: ui.T("电话", "Telephone"), Kind: "text"},
			{Name: "about", Label: ui.T("简介", "About"), Kind: "long"},
		}})
	}
	if !isNew && vet.May(a, workflow.KindOrganization, "standing") {
		var standings []ui.Option
		for _, x := range registry.Standings {
			standings = append(standings, ui.Option{Value: x, Label: ui.StandingLabel(x)})
		}
		out = append(out,
			ui.FieldGroup{Legend: ui.T("信用状况（民政部令第60号）", "Standing (Order 60 of the Ministry of Civil Affairs)"),
				Fields: []ui.EntryField{
					{Name: "standing", Label: ui.T("状况", "Standing"), Kind: "choice", Choices: standings},
					{Name: "standing_reason", Label: ui.T("依据的名录或决定", "Which list or decision it rests on"), Kind: "text"},
					{Name: "barred_until", Label: ui.T("限制申报到哪天（只在限制申报时填）", "Barred until (only where barred)"), Kind: "text"},
				}})
	}
	return out
}

func organizationValues(o *registry.OrganizationRecord) url.Values {
	out := url.Values{"topics": o.Topics}
	for name, x := range ui.OrganizationTexts(o) {
		out.Set(name, x)
	}
	if o.Founded != nil {
		out.Set("founded", o.Founded.String())
	}
	if o.BarredUntil != nil {
		out.Set("barred_until", o.BarredUntil.String())
	}
	return out
}

func (s *RecordPages) organizationForm(v *ui.Visit, o *registry.OrganizationRecord) (*ui.RecordForm, error) {
	hosts, err := s.hosts(v, o)
	f := &ui.RecordForm{Title: newOrganization, Back: "/organizations", Where: organizationsTitle.In(v.Frame.Lang),
		Action: "/organizations/new", Groups: organizationGroups(*v.Frame.Actor, o == nil, hosts)}
	if o != nil {
		f.Title, f.Back, f.Where, f.Action = editOrganization, "/organizations/"+o.ID, o.Name, "/organizations/"+o.ID+"/edit"
	}
	return f, err
}

// hosts returns the legal persons that can hold an organization's money, including its present host from any region.
func (s *RecordPages) hosts(v *ui.Visit, o *registry.OrganizationRecord) ([]ui.Option, error) {
	list, _, err := s.Records.Organizations(v.Ctx, registry.RecordScopeOf(*v.Frame.Actor),
		registry.RecordQuery{Limit: workflow.MaxPage})
	ui.ByPinyin(list, func(x *registry.OrganizationRecord) string { return x.Name })
	out := []ui.Option{{}}
	for _, x := range list {
		if x.CreditCode != "" && (o == nil || x.ID != o.ID) {
			out = append(out, ui.Option{Value: x.ID, Label: text.Text{ZH: x.Name, EN: x.Name}})
		}
	}
	if o != nil && !slices.ContainsFunc(out, func(x ui.Option) bool { return x.Value == o.FiscalHost }) {
		out = append(out, ui.Option{Value: o.FiscalHost, Label: ui.T("现在的代管单位（在外地）", "the present host (elsewhere)")})
	}
	return out, err
}

func (s *RecordPages) NewOrganizationPage(v *ui.Visit) error {
	if !vet.May(*v.Frame.Actor, workflow.KindOrganization, "create") {
		return workflow.ErrNotFound
	}
	f, err := s.organizationForm(v, nil)
	if err != nil {
		return err
	}
	f.EntryForm = ui.NewEntry(nil)
	if tops := ui.TopsOf(*v.Frame.Actor); len(tops) > 0 {
		f.Values.Set("region", string(tops[0]))
	}
	return v.Show(http.StatusOK, f.Title, ui.RecordPage(f))
}

func (s *RecordPages) AddOrganization(v *ui.Visit) error {
	form, err := v.FormParams()
	if err != nil {
		return err
	}
	f, err := s.organizationForm(v, nil)
	if err != nil {
		return err
	}
	f.EntryForm = ui.GivenEntry(form)
	g := func(name string) string { return strings.TrimSpace(form.Get(name)) }
	n := registry.NewOrganization{Name: g("name"), Kind: g("kind"), CreditCode: g("credit_code"),
		CreditOverride: g("credit_override"), FilingNumber: g("filing_number"), FiscalHost: g("fiscal_host"),
		Region: g("region"), Address: g("address"), Contact: g("contact"), Phone: g("phone"), About: form.Get("about"),
		Founded: f.Day("founded", v), Topics: form["topics"], Apart: f.Apart()}
	if len(f.Faults) == 0 {
		o, err := s.Registry.CreateOrganization(v.Ctx, *v.Frame.Actor, n, accounts.RecordCommand(v, "organization", n))
		if err == nil {
			return v.Onward("/organizations/"+o.ID, "saved")
		}
		return v.RefuseRecord(f, err)
	}
	return v.RefuseRecord(f, nil)
}

func (s *RecordPages) EditOrganizationPage(v *ui.Visit) error {
	o, err := s.organizationView(v)
	if err != nil {
		return err
	}
	if !o.Edits {
		return workflow.ErrNotFound
	}
	f, err := s.organizationForm(v, &o.OrganizationRecord)
	if err != nil {
		return err
	}
	f.EntryForm = ui.NewEntry(organizationValues(&o.OrganizationRecord))
	f.Version = o.Version
	return v.Show(http.StatusOK, f.Title, ui.RecordPage(f))
}

// ChangeOrganization changes the fields in the form, each under its own right.
func (s *RecordPages) ChangeOrganization(v *ui.Visit) error {
	o, err := s.organizationView(v)
	if err != nil {
		return err
	}
	form, err := v.FormParams()
	if err != nil {
		return err
	}
	f, err := s.organizationForm(v, &o.OrganizationRecord)
	if err != nil {
		return err
	}
	f.EntryForm = ui.GivenEntry(form)
	c := f.OrganizationChange(v, &o.OrganizationRecord)
	if len(f.Faults) > 0 {
		return v.RefuseRecord(f, nil)
	}
	cmd := accounts.RecordCommand(v, "organization", c)
	cmd.Version = &f.Version
	if _, err := s.Registry.ChangeOrganization(v.Ctx, *v.Frame.Actor, o.ID, c, cmd); err != nil {
		return v.RefuseRecord(f, err)
	}
	return v.Onward("/organizations/"+o.ID, "saved")
}
