package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

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

// agenciesByName are all agencies, those of a place together.
func (s *site) agenciesByName(v *visit) ([]registry.AgencyRecord, error) {
	list, err := s.Accounts.Agencies(v.ctx)
	byPinyin(list, func(a *registry.AgencyRecord) string { return string(a.Region) + " " + a.Name.ZH })
	return list, err
}

func (s *site) agencies(v *visit) error {
	list, err := s.agenciesByName(v)
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, agenciesTitle, agenciesPage(list, vet.May(*v.frame.Actor, workflow.KindAgency,
		"create")))
}

// agencyView is one agency with what it is competent for.
type agencyView struct {
	registry.AgencyRecord
	Place       string
	Competences []competence
	Edits, Sets bool
	Key         string
}

// competence is one row of what an agency is competent for.
type competence struct {
	registry.CompetenceRecord
	Place string
}

func (s *site) agencyView(v *visit) (*agencyView, error) {
	r, err := s.Records.Agency(v.ctx, v.Param("id"))
	if err != nil {
		return nil, err
	}
	a := &agencyView{AgencyRecord: *r, Key: workflow.NewID(time.Now())}
	if a.Place, err = s.placeName(v.ctx, a.Region); err != nil {
		return nil, err
	}
	list, err := s.Records.Competences(v.ctx, a.ID)
	if err != nil {
		return nil, err
	}
	for _, c := range list {
		if c.Until != nil && !c.Until.After(v.frame.Now) {
			continue
		}
		name, err := s.placeName(v.ctx, c.Region)
		if err != nil {
			return nil, err
		}
		a.Competences = append(a.Competences, competence{c, name})
	}
	a.Edits = vet.May(*v.frame.Actor, workflow.KindAgency, "change")
	a.Sets = vet.May(*v.frame.Actor, workflow.KindCompetence, "set")
	return a, nil
}

func (s *site) agencyPage(v *visit) error {
	a, err := s.agencyView(v)
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, a.Name, agencyCard(a))
}

func agencyGroups() []fieldGroup {
	var kinds []option
	for _, k := range registry.AgencyKinds {
		kinds = append(kinds, option{k.Code, k.Label})
	}
	return []fieldGroup{{Fields: []entryField{
		{Name: "name.zh", Label: t("名称（中文）", "Name (Chinese)"), Kind: "text"},
		{Name: "name.en", Label: t("名称（英文，可不填）", "Name (English, optional)"), Kind: "text"},
		{Name: "kind", Label: t("类型", "Kind"), Kind: "choice", Choices: kinds},
		{Name: "region", Label: t("地区代码（不填为全国）", "Region code (empty: the whole country)"), Kind: "text"},
	}}}
}

// agencyForm is of a new agency, or of the one that the address names.
func (s *site) agencyForm(v *visit) (*recordForm, *registry.AgencyRecord, error) {
	f := &recordForm{Title: newAgency, Back: "/agencies", Where: agenciesTitle.In(v.frame.Lang), Action: "/agencies/new",
		Groups: agencyGroups()}
	act := "create"
	var a *registry.AgencyRecord
	if id := v.Param("id"); id != "" {
		var err error
		if a, err = s.Records.Agency(v.ctx, id); err != nil {
			return nil, nil, err
		}
		act = "change"
		f.Title, f.Back, f.Where, f.Action = editAgency, "/agencies/"+a.ID, a.Name.In(v.frame.Lang), "/agencies/"+a.ID+"/edit"
	}
	if !vet.May(*v.frame.Actor, workflow.KindAgency, act) {
		return nil, nil, workflow.ErrNotFound
	}
	return f, a, nil
}

func (s *site) agencyFormPage(v *visit) error {
	f, a, err := s.agencyForm(v)
	if err != nil {
		return err
	}
	f.entryForm = newEntry(nil)
	if a != nil {
		f.entryForm = newEntry(url.Values{"name.zh": {a.Name.ZH}, "name.en": {a.Name.EN}, "kind": {a.Kind},
			"region": {string(a.Region)}})
		f.Version = a.Version
	} else if tops := topsOf(*v.frame.Actor); len(tops) > 0 {
		f.Values.Set("region", string(tops[0]))
	}
	return v.show(http.StatusOK, f.Title, recordPage(f))
}

// saveAgency registers an agency or changes one.
func (s *site) saveAgency(v *visit) error {
	f, a, err := s.agencyForm(v)
	if err != nil {
		return err
	}
	form, err := v.FormParams()
	if err != nil {
		return err
	}
	f.entryForm = givenEntry(form)
	name := workflow.Text{ZH: strings.TrimSpace(form.Get("name.zh")), EN: strings.TrimSpace(form.Get("name.en"))}
	kind, region := form.Get("kind"), strings.TrimSpace(form.Get("region"))
	var saved *registry.AgencyRecord
	if a == nil {
		n := registry.NewAgency{Name: name, Kind: kind, Region: region}
		saved, err = s.Registry.CreateAgency(v.ctx, *v.frame.Actor, n, v.recordCommand("agency", n))
	} else {
		c := registry.AgencyChange{Name: &name, Kind: &kind, Region: &region}
		cmd := v.recordCommand("agency", c)
		cmd.Version = &f.Version
		saved, err = s.Registry.ChangeAgency(v.ctx, *v.frame.Actor, a.ID, c, cmd)
	}
	if err != nil {
		return v.refuseRecord(f, err)
	}
	return v.onward("/agencies/"+saved.ID, "saved")
}

func (s *site) competenceForm(v *visit) (*recordForm, error) {
	a, err := s.agencyView(v)
	if err != nil {
		return nil, err
	}
	if !a.Sets {
		return nil, workflow.ErrNotFound
	}
	var actions []option
	for _, x := range registry.CompetenceActions {
		actions = append(actions, option{x, competenceLabel(x)})
	}
	all := append([]option{{"*", t("全部领域", "all fields")}}, topicChoices()...)
	return &recordForm{Title: newCompetence, Back: "/agencies/" + a.ID, Where: a.Name.In(v.frame.Lang),
		Action: "/agencies/" + a.ID + "/competences", entryForm: newEntry(nil), Groups: []fieldGroup{{Fields: []entryField{
			{Name: "topic", Label: t("领域或人群", "Field or beneficiaries"), Kind: "choice", Choices: all},
			{Name: "action", Label: t("职能", "Competence"), Kind: "choice", Choices: actions},
			{Name: "region", Label: t("地区代码（不填则为单位所在地）", "Region code (empty: the agency's)"), Kind: "text",
				Hint: t("新的案件照此办理；已经请它会签的案件不变。", "New cases follow it; cases under way keep whom they asked.")},
		}}}}, nil
}

func (s *site) competencePage(v *visit) error {
	f, err := s.competenceForm(v)
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, f.Title, recordPage(f))
}

// setCompetence makes an agency competent from now on.
func (s *site) setCompetence(v *visit) error {
	f, err := s.competenceForm(v)
	if err != nil {
		return err
	}
	form, err := v.FormParams()
	if err != nil {
		return err
	}
	f.entryForm = givenEntry(form)
	n := registry.NewCompetence{Topic: form.Get("topic"), Action: form.Get("action"),
		Region: strings.TrimSpace(form.Get("region"))}
	if _, err := s.Registry.SetCompetence(v.ctx, *v.frame.Actor, v.Param("id"), n,
		v.recordCommand("competence", n)); err != nil {
		return v.refuseRecord(f, err)
	}
	return v.onward("/agencies/"+v.Param("id"), "saved")
}

// endCompetence ends one from now on.
func (s *site) endCompetence(v *visit) error {
	a, err := s.agencyView(v)
	if err != nil {
		return err
	}
	id := v.FormValue("competence")
	if !slices.ContainsFunc(a.Competences, func(c competence) bool { return c.ID == id }) {
		return workflow.ErrNotFound
	}
	if _, err := s.Registry.EndCompetence(v.ctx, *v.frame.Actor, id, v.recordCommand("end", id)); err != nil {
		return err
	}
	return v.onward("/agencies/"+a.ID, "saved")
}
