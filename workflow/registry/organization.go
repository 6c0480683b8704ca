package registry

import (
	"context"
	"slices"
	"strings"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/clean"
	"incubase/workflow/credit"
	"incubase/workflow/region"
	"incubase/workflow/vet"
)

// OrganizationKind is a legal form, with its rules for the credit code (GB 32100-2015, and the filing rules for
// unregistered community organizations).
type OrganizationKind struct {
	Code     string        `json:"code"`
	Label    workflow.Text `json:"label"`
	Prefixes []string      `json:"prefixes,omitempty"` // first two characters of its credit code; none: any known
	Coded    bool          `json:"coded"`              // registered: has a credit code
	Codeless bool          `json:"codeless"`           // cannot have one
}

var OrganizationKinds = []OrganizationKind{
	{"social_group", workflow.Text{ZH: "社会团体", EN: "social group"}, []string{"51"}, true, false},
	{"service_org", workflow.Text{ZH: "社会服务机构（民办非企业单位）", EN: "social service organization"}, []string{"52"}, true, false},
	{"foundation", workflow.Text{ZH: "基金会", EN: "foundation"}, []string{"53"}, true, false},
	{"filed_community_org", workflow.Text{ZH: "备案的社区社会组织", EN: "filed community organization"}, nil, false, true},
	{"union_grassroots", workflow.Text{ZH: "基层工会", EN: "grassroots union"}, []string{"81", "89"}, true, false},
	{"mass_org", workflow.Text{ZH: "群众团体", EN: "mass organization"}, []string{"13", "11", "89"}, true, false},
	{"public_institution", workflow.Text{ZH: "事业单位", EN: "public institution"}, []string{"12"}, true, false},
	{"enterprise", workflow.Text{ZH: "企业（仅作协作方）", EN: "enterprise (partner only)"}, []string{"91", "92", "93"}, true,
		false},
	{"unregistered_team", workflow.Text{ZH: "未登记的团队（仅可入驻孵化）", EN: "unregistered team (incubation only)"}, nil, false,
		true},
	{"residents_committee", workflow.Text{ZH: "居（村）民委员会", EN: "residents' or villagers' committee"}, nil, false, false},
	{KindAbroad, workflow.Text{ZH: "境外组织（仅见于导入的历史资助）", EN: "organization from abroad (of imported past awards only)"}, nil,
		false,
		true},
}

// KindAbroad is an organization without a place or credit code here, known by its publisher's identifier. Only
// imports of past awards create one; it never becomes domestic, nor the other way round.
const KindAbroad = "abroad"

func OrganizationKindOf(code string) (OrganizationKind, bool) {
	i := slices.IndexFunc(OrganizationKinds, func(k OrganizationKind) bool { return k.Code == code })
	if i < 0 {
		return OrganizationKind{}, false
	}
	return OrganizationKinds[i], true
}

// Standings are the credit lists an organization can be on (Order 60 of the Ministry of Civil Affairs).
var Standings = []string{"good", "abnormal", "dishonest", "barred"}

type NewOrganization struct {
	Name           string         `json:"name"`
	Kind           string         `json:"kind"`
	CreditCode     string         `json:"credit_code,omitempty"`
	CreditOverride string         `json:"credit_override,omitempty"`
	FilingNumber   string         `json:"filing_number,omitempty"`
	FiscalHost     workflow.ID    `json:"fiscal_host,omitempty"`
	Region         string         `json:"region"`
	Address        string         `json:"address,omitempty"`
	Contact        string         `json:"contact,omitempty"`
	Phone          string         `json:"phone,omitempty"`
	About          string         `json:"about,omitempty"`
	Founded        *calendar.Date `json:"founded,omitempty"`
	Topics         []string       `json:"topics,omitempty"`
	Apart
}

type OrganizationChange struct {
	Name           *string        `json:"name,omitempty"`
	Kind           *string        `json:"kind,omitempty"`
	CreditCode     *string        `json:"credit_code,omitempty"`
	CreditOverride *string        `json:"credit_override,omitempty"`
	FilingNumber   *string        `json:"filing_number,omitempty"`
	FiscalHost     *workflow.ID   `json:"fiscal_host,omitempty"`
	Region         *string        `json:"region,omitempty"`
	Address        *string        `json:"address,omitempty"`
	Contact        *string        `json:"contact,omitempty"`
	Phone          *string        `json:"phone,omitempty"`
	About          *string        `json:"about,omitempty"`
	Founded        *calendar.Date `json:"founded,omitempty"`
	Topics         *[]string      `json:"topics,omitempty"`
	Standing       *string        `json:"standing,omitempty"`
	StandingReason *string        `json:"standing_reason,omitempty"`
	BarredUntil    *calendar.Date `json:"barred_until,omitempty"`
	Apart
}

func (r *Registry) CreateOrganization(ctx context.Context, actor workflow.Actor, n NewOrganization,
	cmd RecordCommand) (*OrganizationRecord, error) {
	cmd.Note = n.noted(cmd.Note)
	return create[OrganizationRecord](ctx, r, actor, cmd, workflow.KindOrganization, func() (OrganizationRecord, string,
		error) {
		o, err := r.newOrganization(ctx, actor, n)
		if err == nil {
			err = r.apart(ctx, &o, n.Apart)
		}
		return o, "", err
	})
}

func (r *Registry) newOrganization(ctx context.Context, actor workflow.Actor, n NewOrganization) (OrganizationRecord,
	error) {
	o := OrganizationRecord{ID: workflow.NewID(r.now()), Name: n.Name, Kind: n.Kind, CreditCode: n.CreditCode,
		CreditOverride: n.CreditOverride,
		FilingNumber:   n.FilingNumber, FiscalHost: n.FiscalHost, Address: n.Address, Contact: n.Contact, Phone: n.Phone,
		About: n.About, Founded: n.Founded, Topics: n.Topics, Standing: "good"}
	var f workflow.Faults
	o.Region = f.Region("region", n.Region, r.Regions, true)
	if n.Kind == KindAbroad {
		f.Say("kind", "境外组织只能由导入带来", "organizations from abroad come by import only")
	}
	if o.Region != "" || !vet.May(actor, workflow.KindOrganization, "create") {
		if err := vet.Allow(actor, workflow.KindOrganization, "create", workflow.Subject{Region: o.Region}); err != nil {
			return o, err
		}
	}
	return o, r.checkOrganization(ctx, &o, &f)
}

// ChangeOrganization takes for each field its own right.
func (r *Registry) ChangeOrganization(ctx context.Context, actor workflow.Actor, id workflow.ID, c OrganizationChange,
	cmd RecordCommand) (*OrganizationRecord, error) {
	cmd.Note = c.noted(cmd.Note)
	return Change(ctx, r, actor, cmd, workflow.KindOrganization, id,
		func(before OrganizationRecord) (Edit[OrganizationRecord],
			error) {
			o, none := before, Edit[OrganizationRecord]{}
			if !RecordScopeOf(actor).Sees(o.Region, o.ID) {
				return none, workflow.ErrNotFound
			}
			var f workflow.Faults
			acts := c.Apply(&o, &f, r.Regions)
			if (o.Kind == KindAbroad) != (before.Kind == KindAbroad) {
				f.Say("kind", "境外组织与境内组织不能互改",
					"an organization from abroad does not become a domestic one, nor the other way round")
			}
			for _, act := range acts {
				for _, place := range []region.Code{before.Region, o.Region} { // a move between regions takes the right in both
					if err := vet.Allow(actor, workflow.KindOrganization, act, workflow.Subject{Region: place,
						Organization: o.ID}); err != nil {
						return none, err
					}
				}
			}
			if err := r.checkOrganization(ctx, &o, &f); err != nil {
				return none, err
			}
			if clean.Identity(o.Name) != clean.Identity(before.Name) || ComparedIn(o.Region) != ComparedIn(before.Region) {
				if err := r.apart(ctx, &o, c.Apart); err != nil {
					return none, err
				}
			}
			return Edit[OrganizationRecord]{After: o, Op: "change", acts: acts}, nil
		})
}

// Apply applies the change and returns the rights it needs.
func (c OrganizationChange) Apply(o *OrganizationRecord, f *workflow.Faults, known workflow.Regions) []string {
	contact := set(&o.Address, c.Address)
	contact = set(&o.Contact, c.Contact) || contact
	contact = set(&o.Phone, c.Phone) || contact
	contact = set(&o.About, c.About) || contact
	changed := set(&o.Name, c.Name)
	changed = set(&o.Kind, c.Kind) || changed
	changed = set(&o.CreditCode, c.CreditCode) || changed
	changed = set(&o.CreditOverride, c.CreditOverride) || changed
	changed = set(&o.FilingNumber, c.FilingNumber) || changed
	changed = set(&o.FiscalHost, c.FiscalHost) || changed
	changed = set(&o.Topics, c.Topics) || changed
	if c.Founded != nil {
		o.Founded, changed = c.Founded, true
	}
	if c.Region != nil {
		o.Region, changed = f.Region("region", *c.Region, known, o.Kind != KindAbroad), true
		if o.Kind == KindAbroad && o.Region != "" {
			f.Say("region", "境外组织没有境内地区", "an organization from abroad has no place here")
		}
	}
	standing := set(&o.Standing, c.Standing)
	standing = set(&o.StandingReason, c.StandingReason) || standing
	if o.Standing != "barred" {
		o.BarredUntil = nil
	}
	if c.BarredUntil != nil {
		o.BarredUntil, standing = c.BarredUntil, true
	}
	if c.Standing != nil && *c.Standing == "good" && c.StandingReason == nil {
		o.StandingReason = ""
	}
	var acts []string
	for act, is := range map[string]bool{"contact": contact, "change": changed, "standing": standing} {
		if is {
			acts = append(acts, act)
		}
	}
	if acts == nil {
		acts = []string{"contact"} // an empty request still needs some right
	}
	slices.Sort(acts)
	return acts
}

func (r *Registry) checkOrganization(ctx context.Context, o *OrganizationRecord, f *workflow.Faults) error {
	f.Line("name", &o.Name, 2, 100)
	f.Line("filing_number", &o.FilingNumber, 0, 60)
	f.Line("address", &o.Address, 0, 200)
	f.Line("contact", &o.Contact, 0, 60)
	f.Phone("phone", &o.Phone)
	f.Text("about", &o.About, 0, 4000)
	f.Text("credit_override", &o.CreditOverride, 0, 500)
	f.Text("standing_reason", &o.StandingReason, 0, 500)
	f.Past("founded", o.Founded, calendar.DateOf(r.now()))
	o.Topics = f.Topics("topics", o.Topics)
	f.IDs(map[string]workflow.ID{"fiscal_host": o.FiscalHost})
	o.checkStanding(f)
	o.checkCode(f, r.Regions)
	if len(*f) > 0 || o.FiscalHost == "" {
		return f.Err()
	}
	return r.checkHost(ctx, o, f)
}

func (o *OrganizationRecord) checkStanding(f *workflow.Faults) {
	f.OneOf("standing", o.Standing, Standings)
	if o.Standing != "good" && o.StandingReason == "" {
		f.Say("standing_reason", "请写明依据的名录或决定", "say which list or decision it rests on")
	}
	if (o.Standing == "barred") != (o.BarredUntil != nil) {
		f.Say("barred_until", "限制申报须有截止日期，其他状况没有", "a barred organization has a last day, others have none")
	}
}

// checkCode checks the credit code in three layers. An officer may keep a missing or faulty code by stating why: old
// codes that break the standard are in use.
func (o *OrganizationRecord) checkCode(f *workflow.Faults, known workflow.Regions) {
	kind, ok := OrganizationKindOf(o.Kind)
	if !ok {
		f.Say("kind", "没有这个组织类型", "there is no such kind of organization")
		return
	}
	o.CreditCode = credit.Normalize(o.CreditCode)
	switch {
	case kind.Codeless && o.CreditCode != "":
		f.Say("credit_code", kind.Label.ZH+"没有统一社会信用代码", "a "+kind.Label.EN+" has no credit code")
	case kind.Code == "filed_community_org" && o.FilingNumber == "":
		f.Say("filing_number", "请填写备案编号", "the filing number is required")
	case o.CreditOverride != "" && (o.CreditCode == "" || codeShape(o.CreditCode)):
	case kind.Coded && o.CreditCode == "":
		f.Say("credit_code", "请填写统一社会信用代码；确实没有的，由项目官员写明原因",
			"the credit code is required; where there is none an officer states why")
	case o.CreditCode != "":
		_, problems := credit.Check(o.CreditCode, credit.Rules{Prefixes: kind.Prefixes, KnownRegion: registrar(known)})
		for _, p := range problems {
			f.Add("credit_code", &p.Message)
		}
		if s := credit.Suggest(o.CreditCode); len(problems) > 0 && s != "" {
			f.Say("credit_code", "是否应为 "+s, "did you mean "+s)
		}
	}
}

func codeShape(s string) bool {
	return len(s) == 18 && strings.Trim(s, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// registrar reports whether the region of a code has a registering office: 100000 is the Ministry's own.
func registrar(known workflow.Regions) func(string) bool {
	return func(six string) bool {
		if six == "100000" {
			return true
		}
		code, err := region.Parse(six)
		return err == nil && known.Known(code)
	}
}

// checkHost requires a host with a credit code: money for an organization without legal personality goes to it.
func (r *Registry) checkHost(ctx context.Context, o *OrganizationRecord, f *workflow.Faults) error {
	if o.FiscalHost == o.ID {
		f.Say("fiscal_host", "不能由自己代管", "an organization cannot be its own host")
		return f.Err()
	}
	var host OrganizationRecord
	_, err := r.Store.ReadRecord(ctx, workflow.KindOrganization, o.FiscalHost, "", "", &host)
	switch {
	case err == workflow.ErrNotFound:
		f.Say("fiscal_host", "没有这个组织", "there is no such organization")
	case err != nil:
		return err
	case host.CreditCode == "":
		f.Say("fiscal_host", "代管单位须是有统一社会信用代码的法人", "a fiscal host is a legal person with a credit code")
	}
	return f.Err()
}
