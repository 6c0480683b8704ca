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
)

func projectGroups() []ui.FieldGroup {
	return []ui.FieldGroup{{Fields: []ui.EntryField{
		{Name: "title", Label: ui.T("项目名称", "Title"), Kind: "text"},
		{Name: "summary", Label: ui.T("简介", "Summary"), Kind: "long"},
		{Name: "region", Label: ui.T("开展地区（代码；不填则为组织所在地）", "Place (region code; empty: the organization's)"), Kind: "text"},
		{Name: "topics", Label: ui.T("服务领域和人群（不选则同组织）", "Fields and beneficiaries (none: the organization's)"), Kind: "many",
			Choices: topicChoices()},
	}}}
}

func (s *RecordPages) projectForm(o *ui.OrganizationView, p *registry.ProjectRecord) *ui.RecordForm {
	f := &ui.RecordForm{Title: newProject, Back: "/organizations/" + o.ID, Where: o.Name,
		Action: "/organizations/" + o.ID + "/projects/new", Groups: projectGroups()}
	if p != nil {
		f.Title, f.Action = editProject, "/organizations/"+o.ID+"/projects/"+p.ID
	}
	return f
}

func (s *RecordPages) project(v *ui.Visit) (*ui.OrganizationView, *registry.ProjectRecord, error) {
	o, err := s.organizationView(v)
	if err != nil {
		return nil, nil, err
	}
	if !o.Enters {
		return nil, nil, workflow.ErrNotFound
	}
	if v.Param("project") == "" {
		return o, nil, nil
	}
	i := slices.IndexFunc(o.Projects, func(p registry.ProjectRecord) bool { return p.ID == v.Param("project") })
	if i < 0 {
		return nil, nil, workflow.ErrNotFound
	}
	return o, &o.Projects[i], nil
}

func (s *RecordPages) ProjectPage(v *ui.Visit) error {
	o, p, err := s.project(v)
	if err != nil {
		return err
	}
	f := s.projectForm(o, p)
	f.EntryForm = ui.NewEntry(nil)
	if p != nil {
		f.EntryForm = ui.NewEntry(url.Values{"title": {p.Title}, "summary": {p.Summary}, "region": {string(p.Region)},
			"topics": p.Topics})
		f.Version = p.Version
	}
	return v.Show(http.StatusOK, f.Title, ui.RecordPage(f))
}

func (s *RecordPages) SaveProject(v *ui.Visit) error {
	o, p, err := s.project(v)
	if err != nil {
		return err
	}
	form, err := v.FormParams()
	if err != nil {
		return err
	}
	f := s.projectForm(o, p)
	f.EntryForm = ui.GivenEntry(form)
	if p == nil {
		n := registry.NewProject{Title: strings.TrimSpace(form.Get("title")), Summary: form.Get("summary"),
			Region: strings.TrimSpace(form.Get("region")), Topics: form["topics"]}
		_, err = s.Registry.CreateProject(v.Ctx, *v.Frame.Actor, o.ID, n, accounts.RecordCommand(v, "project", n))
	} else {
		c := registry.ProjectChange{Title: f.Changed("title", p.Title), Summary: f.Changed("summary", p.Summary),
			Region: f.Changed("region", string(p.Region))}
		if list := append([]string{}, form["topics"]...); !slices.Equal(list, p.Topics) {
			c.Topics = &list
		}
		cmd := accounts.RecordCommand(v, "project", c)
		cmd.Version = &f.Version
		_, err = s.Registry.ChangeProject(v.Ctx, *v.Frame.Actor, p.ID, c, cmd)
	}
	if err != nil {
		return v.RefuseRecord(f, err)
	}
	return v.Onward("/organizations/"+o.ID, "saved")
}
