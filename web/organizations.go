package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"incubase/workflow"
	"incubase/workflow/calendar"
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

// byPinyin sorts by the reading of names, as people look them up.
func byPinyin[T any](list []T, name func(*T) string) {
	c := collate.New(language.MustParse("zh-u-co-pinyin"))
	var b collate.Buffer
	keys := make(map[string][]byte, len(list))
	for i := range list {
		n := name(&list[i])
		keys[n] = c.KeyFromString(&b, n)
	}
	slices.SortStableFunc(list, func(x, y T) int {
		return strings.Compare(string(keys[name(&x)]),
			string(keys[name(&y)]))
	})
}

// inOrder is a list sorted by the reading of names; the list itself stays as it is.
func inOrder[T any](list []T, name func(*T) string) []T {
	out := slices.Clone(list)
	byPinyin(out, name)
	return out
}

// recordsPage leads to what the work rests on.
func (s *site) recordsIndex(v *visit) error {
	return v.show(http.StatusOK, recordsTitle, recordsPage())
}

// organizations are those of the reader's scope, by name.
func (s *site) organizationList(v *visit) error {
	if registry.RecordScopeOf(*v.frame.Actor).Accounts { // names alone are theirs, for accounts
		return workflow.ErrNotFound
	}
	q := strings.TrimSpace(v.QueryParam("q"))
	list, err := s.Records.Organizations(v.ctx, registry.RecordScopeOf(*v.frame.Actor), q)
	if err != nil {
		return err
	}
	byPinyin(list, func(o *registry.OrganizationRecord) string { return o.Name })
	return v.show(http.StatusOK, organizationsTitle,
		organizationsPage(list, q, vet.May(*v.frame.Actor, workflow.KindOrganization, "create")))
}

// organizationView is one organization with its projects.
type organizationView struct {
	registry.OrganizationRecord
	Place    string
	Host     string
	Projects []registry.ProjectRecord
	Edits    bool
	Enters   bool // projects
}

func (s *site) organizationView(v *visit) (*organizationView, error) {
	scope := registry.RecordScopeOf(*v.frame.Actor)
	r, err := s.Records.Organization(v.ctx, scope, v.Param("id"))
	if err != nil {
		return nil, err
	}
	o := &organizationView{OrganizationRecord: *r}
	if o.Place, err = s.Records.RegionPath(v.ctx, o.Region); err != nil {
		return nil, err
	}
	if o.FiscalHost != "" {
		// a host elsewhere keeps its name to itself
		if host, err := s.Records.Organization(v.ctx, scope, o.FiscalHost); err == nil {
			o.Host = host.Name
		}
	}
	if o.Projects, err = s.Records.Projects(v.ctx, scope, o.ID); err != nil {
		return nil, err
	}
	byPinyin(o.Projects, func(p *registry.ProjectRecord) string { return p.Title })
	a := *v.frame.Actor
	o.Edits = scope.Sees(o.Region, o.ID) && (vet.May(a, workflow.KindOrganization, "contact") ||
		vet.May(a, workflow.KindOrganization, "standing"))
	o.Enters = scope.Sees(o.Region, o.ID) && vet.May(a, workflow.KindProject, "create")
	return o, nil
}

func (s *site) organizationPage(v *visit) error {
	o, err := s.organizationView(v)
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, text.Text{ZH: o.Name, EN: o.Name}, organizationCard(o))
}

func t(zh, en string) text.Text { return text.Text{ZH: zh, EN: en} }

// topicChoices are the fields of service and groups of beneficiaries.
func topicChoices() (out []option) {
	for _, x := range topics() {
		out = append(out, option{x.Code, x.Label})
	}
	return out
}

// organizationGroups are the fields of an organization that the reader may write.
func organizationGroups(a workflow.Actor, isNew bool, hosts []option) []fieldGroup {
	var kinds []option
	for _, k := range registry.OrganizationKinds {
		if k.Code == registry.KindAbroad {
			continue // an import brings them
		}
		kinds = append(kinds, option{k.Code, k.Label})
	}
	var out []fieldGroup
	if isNew || vet.May(a, workflow.KindOrganization, "change") {
		out = append(out, fieldGroup{t("登记事项", "Registration"), []entryField{
			{Name: "name", Label: t("名称（与证书一致）", "Name, as on the certificate"), Kind: "text"},
			{Name: "kind", Label: t("类型", "Legal form"), Kind: "choice", Choices: kinds},
			{Name: "credit_code", Label: t("统一社会信用代码（18 位）", "Unified social credit code (18 characters)"), Kind: "text"},
			{Name: "credit_override", Label: t("代码不合规则仍要保留的原因（一般不填）", "Why a code that fails the check is kept (usually empty)"),
				Kind: "text"},
			{Name: "filing_number", Label: t("备案编号（备案组织必填）", "Filing number (required for filed organizations)"), Kind: "text"},
			{Name: "fiscal_host", Label: t("资金代管单位（没有法人资格的组织才填）",
				"Fiscal host (only for organizations without legal personality)"), Kind: "choice", Choices: hosts},
			{Name: "region", Label: t("所在地（地区代码，如 230302 或街道 230302004）",
				"Place (region code, such as 230302 or the street 230302004)"), Kind: "text"},
			{Name: "founded", Label: t("成立日期（如 2019-05-01，可不填）", "Founded on (such as 2019-05-01, optional)"), Kind: "text"},
			{Name: "topics", Label: t("服务领域和人群", "Fields and beneficiaries"), Kind: "many", Choices: topicChoices()},
		}})
	}
	if isNew || vet.May(a, workflow.KindOrganization, "contact") {
		out = append(out, fieldGroup{t("联系方式", "How it is reached"), []entryField{
			{Name: "address", Label: t("地址", "Address"), Kind: "text"},
			{Name: "contact", Label: t("联系人", "Contact person"), Kind: "text"},
			{Name: "phone", Label: t("电话", "Telephone"), Kind: "text"},
			{Name: "about", Label: t("简介", "About"), Kind: "long"},
		}})
	}
	if !isNew && vet.May(a, workflow.KindOrganization, "standing") {
		var standings []option
		for _, x := range registry.Standings {
			standings = append(standings, option{x, standingLabel(x)})
		}
		out = append(out, fieldGroup{t("信用状况（民政部令第60号）", "Standing (Order 60 of the Ministry of Civil Affairs)"),
			[]entryField{
				{Name: "standing", Label: t("状况", "Standing"), Kind: "choice", Choices: standings},
				{Name: "standing_reason", Label: t("依据的名录或决定", "Which list or decision it rests on"), Kind: "text"},
				{Name: "barred_until", Label: t("限制申报到哪天（只在限制申报时填）", "Barred until (only where barred)"), Kind: "text"},
			}})
	}
	return out
}

func organizationValues(o *registry.OrganizationRecord) url.Values {
	out := url.Values{"topics": o.Topics}
	for name, x := range organizationTexts(o) {
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

// organizationTexts are the plain fields by name.
func organizationTexts(o *registry.OrganizationRecord) map[string]string {
	return map[string]string{"name": o.Name, "kind": o.Kind, "credit_code": o.CreditCode,
		"credit_override": o.CreditOverride, "filing_number": o.FilingNumber,
		"fiscal_host": o.FiscalHost, "region": string(o.Region), "address": o.Address, "contact": o.Contact, "phone": o.Phone,
		"about": o.About, "standing": o.Standing, "standing_reason": o.StandingReason}
}

func (s *site) organizationForm(v *visit, o *registry.OrganizationRecord) (*recordForm, error) {
	hosts, err := s.hosts(v, o)
	f := &recordForm{Title: newOrganization, Back: "/organizations", Where: organizationsTitle.In(v.frame.Lang),
		Action: "/organizations/new", Groups: organizationGroups(*v.frame.Actor, o == nil, hosts)}
	if o != nil {
		f.Title, f.Back, f.Where, f.Action = editOrganization, "/organizations/"+o.ID, o.Name, "/organizations/"+o.ID+"/edit"
	}
	return f, err
}

// hosts are the legal persons that can hold another organization's money; the present one among them, wherever it is.
func (s *site) hosts(v *visit, o *registry.OrganizationRecord) ([]option, error) {
	list, err := s.Records.Organizations(v.ctx, registry.RecordScopeOf(*v.frame.Actor), "")
	byPinyin(list, func(x *registry.OrganizationRecord) string { return x.Name })
	out := []option{{}}
	for _, x := range list {
		if x.CreditCode != "" && (o == nil || x.ID != o.ID) {
			out = append(out, option{x.ID, text.Text{ZH: x.Name, EN: x.Name}})
		}
	}
	if o != nil && !slices.ContainsFunc(out, func(x option) bool { return x.Value == o.FiscalHost }) {
		out = append(out, option{o.FiscalHost, t("现在的代管单位（在外地）", "the present host (elsewhere)")})
	}
	return out, err
}

func (s *site) newOrganizationPage(v *visit) error {
	if !vet.May(*v.frame.Actor, workflow.KindOrganization, "create") {
		return workflow.ErrNotFound
	}
	f, err := s.organizationForm(v, nil)
	if err != nil {
		return err
	}
	f.entryForm = newEntry(nil)
	if tops := topsOf(*v.frame.Actor); len(tops) > 0 {
		f.Values.Set("region", string(tops[0]))
	}
	return v.show(http.StatusOK, f.Title, recordPage(f))
}

// addOrganization registers an organization in the reader's region.
func (s *site) addOrganization(v *visit) error {
	form, err := v.FormParams()
	if err != nil {
		return err
	}
	f, err := s.organizationForm(v, nil)
	if err != nil {
		return err
	}
	f.entryForm = givenEntry(form)
	g := func(name string) string { return strings.TrimSpace(form.Get(name)) }
	n := registry.NewOrganization{Name: g("name"), Kind: g("kind"), CreditCode: g("credit_code"),
		CreditOverride: g("credit_override"), FilingNumber: g("filing_number"), FiscalHost: g("fiscal_host"),
		Region: g("region"), Address: g("address"), Contact: g("contact"), Phone: g("phone"), About: form.Get("about"),
		Founded: f.day("founded", v), Topics: form["topics"], Apart: f.apart()}
	if len(f.Faults) == 0 {
		o, err := s.Registry.CreateOrganization(v.ctx, *v.frame.Actor, n, v.recordCommand("organization", n))
		if err == nil {
			return v.onward("/organizations/"+o.ID, "saved")
		}
		return v.refuseRecord(f, err)
	}
	return v.refuseRecord(f, nil)
}

// apart is what a form says of organizations of the same name.
func (e *entryForm) apart() registry.Apart {
	return registry.Apart{Another: e.Values.Get("another") == "true", Reason: strings.TrimSpace(e.Values.Get("reason"))}
}

// day reads a day of a form; nil for none, and a fault for what is none.
func (e *entryForm) day(name string, v *visit) *calendar.Date {
	s := strings.TrimSpace(e.Values.Get(name))
	if s == "" {
		return nil
	}
	d, err := calendar.ReadDate(s)
	if bad, ok := err.(*calendar.Error); ok {
		e.Faults[name] = bad.Text.In(v.frame.Lang)
		return nil
	}
	return &d
}

func (s *site) editOrganizationPage(v *visit) error {
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
	f.entryForm = newEntry(organizationValues(&o.OrganizationRecord))
	f.Version = o.Version
	return v.show(http.StatusOK, f.Title, recordPage(f))
}

// changeOrganization changes what the form says again: each field by its own right.
func (s *site) changeOrganization(v *visit) error {
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
	f.entryForm = givenEntry(form)
	c := f.organizationChange(v, &o.OrganizationRecord)
	if len(f.Faults) > 0 {
		return v.refuseRecord(f, nil)
	}
	cmd := v.recordCommand("organization", c)
	cmd.Version = &f.Version
	if _, err := s.Registry.ChangeOrganization(v.ctx, *v.frame.Actor, o.ID, c, cmd); err != nil {
		return v.refuseRecord(f, err)
	}
	return v.onward("/organizations/"+o.ID, "saved")
}

func (f *recordForm) organizationChange(v *visit, o *registry.OrganizationRecord) registry.OrganizationChange {
	was := organizationTexts(o)
	x := func(name string) *string { return f.changed(name, was[name]) }
	c := registry.OrganizationChange{Name: x("name"), Kind: x("kind"), CreditCode: x("credit_code"),
		CreditOverride: x("credit_override"), FilingNumber: x("filing_number"),
		FiscalHost: x("fiscal_host"), Region: x("region"), Address: x("address"), Contact: x("contact"), Phone: x("phone"),
		About: x("about"), Standing: x("standing"), StandingReason: x("standing_reason"), Apart: f.apart()}
	if f.has("topics") && !slices.Equal(f.Values["topics"], o.Topics) {
		list := append([]string{}, f.Values["topics"]...)
		c.Topics = &list
	}
	if o.Founded != nil && f.Values.Has("founded") && strings.TrimSpace(f.Values.Get("founded")) == "" {
		f.Faults["founded"] = say(v.ctx, "成立日期可以更正，不能清空", "the day of founding can be corrected, not taken away")
	}
	if d := f.day("founded", v); d != nil && (o.Founded == nil || *d != *o.Founded) {
		c.Founded = d
	}
	if d := f.day("barred_until", v); d != nil && (o.BarredUntil == nil || *d != *o.BarredUntil) {
		c.BarredUntil = d
	}
	return c
}
