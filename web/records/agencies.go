package records

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"incubase/web/accounts"
	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/registry"
	"incubase/workflow/text"
	"incubase/workflow/vet"
)

var (
	agenciesTitle = text.Text{ZH: "协作单位", EN: "Agencies"}
	newAgency     = text.Text{ZH: "登记单位", EN: "Register an agency"}
	editAgency    = text.Text{ZH: "修改单位", EN: "Change the agency"}
	newCompetence = text.Text{ZH: "设定职能", EN: "Set a competence"}
)

func (s *RecordPages) Agencies(v *ui.Visit) error {
	list, err := s.AgenciesByName(v)
	if err != nil {
		return err
	}
	return v.Show(http.StatusOK, agenciesTitle, agenciesPage(list, vet.May(*v.Frame.Actor, workflow.KindAgency,
		"create")))
}

type agencyView struct {
	registry.AgencyRecord
	Place       string
	Competences []competence
	Edits, Sets bool
	Key         string
}

type competence struct {
	registry.CompetenceRecord
	Place string
}

func (s *RecordPages) agencyView(v *ui.Visit) (*agencyView, error) {
	r, err := registry.Read[registry.AgencyRecord](v.Ctx, s.Records, registry.RecordScope{}, v.Param("id"))
	if err != nil {
		return nil, err
	}
	a := &agencyView{AgencyRecord: *r, Key: workflow.NewID(time.Now())}
	if a.Place, err = s.PlaceName(v.Ctx, a.Region); err != nil {
		return nil, err
	}
	list, _, err := s.Places.Competences(v.Ctx, registry.RecordQuery{Agency: a.ID, Limit: workflow.MaxPage})
	if err != nil {
		return nil, err
	}
	for _, c := range list {
		if c.Until != nil && !c.Until.After(v.Frame.Now) {
			continue
		}
		name, err := s.PlaceName(v.Ctx, c.Region)
		if err != nil {
			return nil, err
		}
		a.Competences = append(a.Competences, competence{c, name})
	}
	a.Edits = vet.May(*v.Frame.Actor, workflow.KindAgency, "change")
	a.Sets = vet.May(*v.Frame.Actor, workflow.KindCompetence, "set")
	return a, nil
}

func (s *RecordPages) AgencyPage(v *ui.Visit) error {
	a, err := s.agencyView(v)
	if err != nil {
		return err
	}
	return v.Show(http.StatusOK, a.Name, agencyCard(a))
}

func agencyGroups() []ui.FieldGroup {
	var kinds []ui.Option
	for _, k := range workflow.AgencyKinds {
		kinds = append(kinds, ui.Option{Value: k.Code, Label: k.Label})
	}
	return []ui.FieldGroup{{Fields: []ui.EntryField{
		{Name: "name.zh", Label: ui.T("名称（中文）", "Name (Chinese)"), Kind: "text"},
		{Name: "name.en", Label: ui.T("名称（英文，可不填）", "Name (English, optional)"), Kind: "text"},
		{Name: "kind", Label: ui.T("类型", "Kind"), Kind: "choice", Choices: kinds},
		{Name: "region", Label: ui.T("地区代码（不填为全国）", "Region code (empty: the whole country)"), Kind: "text"},
	}}}
}

func (s *RecordPages) agencyForm(v *ui.Visit) (*ui.RecordForm, *registry.AgencyRecord, error) {
	f := &ui.RecordForm{Title: newAgency, Back: "/agencies", Where: agenciesTitle.In(v.Frame.Lang),
		Action: "/agencies/new",
		Groups: agencyGroups()}
	act := "create"
	var a *registry.AgencyRecord
	if id := v.Param("id"); id != "" {
		var err error
		if a, err = registry.Read[registry.AgencyRecord](v.Ctx, s.Records, registry.RecordScope{}, id); err != nil {
			return nil, nil, err
		}
		act = "change"
		f.Title, f.Back, f.Where, f.Action = editAgency, "/agencies/"+a.ID, a.Name.In(v.Frame.Lang), "/agencies/"+a.ID+"/edit"
	}
	if !vet.May(*v.Frame.Actor, workflow.KindAgency, act) {
		return nil, nil, workflow.ErrNotFound
	}
	return f, a, nil
}

func (s *RecordPages) AgencyFormPage(v *ui.Visit) error {
	f, a, err := s.agencyForm(v)
	if err != nil {
		return err
	}
	f.EntryForm = ui.NewEntry(nil)
	if a != nil {
		f.EntryForm = ui.NewEntry(url.Values{"name.zh": {a.Name.ZH}, "name.en": {a.Name.EN}, "kind": {a.Kind},
			"region": {string(a.Region)}})
		f.Version = a.Version
	} else if tops := ui.TopsOf(*v.Frame.Actor); len(tops) > 0 {
		f.Values.Set("region", string(tops[0]))
	}
	return v.Show(http.StatusOK, f.Title, ui.RecordPage(f))
}

func (s *RecordPages) SaveAgency(v *ui.Visit) error {
	f, a, err := s.agencyForm(v)
	if err != nil {
		return err
	}
	form, err := v.FormParams()
	if err != nil {
		return err
	}
	f.EntryForm = ui.GivenEntry(form)
	name := workflow.Text{ZH: strings.TrimSpace(form.Get("name.zh")), EN: strings.TrimSpace(form.Get("name.en"))}
	kind, region := form.Get("kind"), strings.TrimSpace(form.Get("region"))
	var saved *registry.AgencyRecord
	if a == nil {
		n := registry.NewAgency{Name: name, Kind: kind, Region: region}
		saved, err = s.Registry.CreateAgency(v.Ctx, *v.Frame.Actor, n, accounts.RecordCommand(v, "agency", n))
	} else {
		c := registry.AgencyChange{Name: &name, Kind: &kind, Region: &region}
		cmd := accounts.RecordCommand(v, "agency", c)
		cmd.Version = &f.Version
		saved, err = s.Registry.ChangeAgency(v.Ctx, *v.Frame.Actor, a.ID, c, cmd)
	}
	if err != nil {
		return v.RefuseRecord(f, err)
	}
	return v.Onward("/agencies/"+saved.ID, "saved")
}

func (s *RecordPages) competenceForm(v *ui.Visit) (*ui.RecordForm, error) {
	a, err := s.agencyView(v)
	if err != nil {
		return nil, err
	}
	if !a.Sets {
		return nil, workflow.ErrNotFound
	}
	var actions []ui.Option
	for _, x := range workflow.CompetenceActions {
		actions = append(actions, ui.Option{Value: x, Label: ui.CompetenceLabel(x)})
	}
	all := append([]ui.Option{{Value: "*", Label: ui.T("全部领域", "all fields")}}, topicChoices()...)
	return &ui.RecordForm{Title: newCompetence, Back: "/agencies/" + a.ID, Where: a.Name.In(v.Frame.Lang),
		Action: "/agencies/" + a.ID + "/competences", EntryForm: ui.NewEntry(nil),
		Groups: []ui.FieldGroup{{Fields: []ui.EntryField{
			{Name: "topic", Label: ui.T("领域或人群", "Field or beneficiaries"), Kind: "choice", Choices: all},
			{Name: "action", Label: ui.T("职能", "Competence"), Kind: "choice", Choices: actions},
			{Name: "region", Label: ui.T("地区代码（不填则为单位所在地）", "Region code (empty: the agency's)"), Kind: "text",
				Hint: ui.T("新的案件照此办理；已经请它会签的案件不变。", "New cases follow it; cases under way keep whom they asked.")},
		}}}}, nil
}

func (s *RecordPages) CompetencePage(v *ui.Visit) error {
	f, err := s.competenceForm(v)
	if err != nil {
		return err
	}
	return v.Show(http.StatusOK, f.Title, ui.RecordPage(f))
}

// SetCompetence makes an agency competent from now on.
func (s *RecordPages) SetCompetence(v *ui.Visit) error {
	f, err := s.competenceForm(v)
	if err != nil {
		return err
	}
	form, err := v.FormParams()
	if err != nil {
		return err
	}
	f.EntryForm = ui.GivenEntry(form)
	n := registry.NewCompetence{Topic: form.Get("topic"), Action: form.Get("action"),
		Region: strings.TrimSpace(form.Get("region"))}
	if _, err := s.Registry.SetCompetence(v.Ctx, *v.Frame.Actor, v.Param("id"), n,
		accounts.RecordCommand(v, "competence", n)); err != nil {
		return v.RefuseRecord(f, err)
	}
	return v.Onward("/agencies/"+v.Param("id"), "saved")
}

// EndCompetence ends a competence now.
func (s *RecordPages) EndCompetence(v *ui.Visit) error {
	a, err := s.agencyView(v)
	if err != nil {
		return err
	}
	id := v.FormValue("competence")
	if !slices.ContainsFunc(a.Competences, func(c competence) bool { return c.ID == id }) {
		return workflow.ErrNotFound
	}
	if _, err := s.Registry.EndCompetence(v.Ctx, *v.Frame.Actor, id, accounts.RecordCommand(v, "end", id)); err != nil {
		return err
	}
	return v.Onward("/agencies/"+a.ID, "saved")
}
