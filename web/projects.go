package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"incubase/workflow"
	"incubase/workflow/registry"
)

func projectGroups() []fieldGroup {
	return []fieldGroup{{Fields: []entryField{
		{Name: "title", Label: t("项目名称", "Title"), Kind: "text"},
		{Name: "summary", Label: t("简介", "Summary"), Kind: "long"},
		{Name: "region", Label: t("开展地区（代码；不填则为组织所在地）", "Place (region code; empty: the organization's)"), Kind: "text"},
		{Name: "topics", Label: t("服务领域和人群（不选则同组织）", "Fields and beneficiaries (none: the organization's)"), Kind: "many",
			Choices: topicChoices()},
	}}}
}

// projectForm is of a new project of an organization, or of one that is there.
func (s *site) projectForm(o *organizationView, p *registry.ProjectRecord) *recordForm {
	f := &recordForm{Title: newProject, Back: "/organizations/" + o.ID, Where: o.Name,
		Action: "/organizations/" + o.ID + "/projects/new", Groups: projectGroups()}
	if p != nil {
		f.Title, f.Action = editProject, "/organizations/"+o.ID+"/projects/"+p.ID
	}
	return f
}

// project finds the organization and the project that the address names.
func (s *site) project(v *visit) (*organizationView, *registry.ProjectRecord, error) {
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

func (s *site) projectPage(v *visit) error {
	o, p, err := s.project(v)
	if err != nil {
		return err
	}
	f := s.projectForm(o, p)
	f.entryForm = newEntry(nil)
	if p != nil {
		f.entryForm = newEntry(url.Values{"title": {p.Title}, "summary": {p.Summary}, "region": {string(p.Region)},
			"topics": p.Topics})
		f.Version = p.Version
	}
	return v.show(http.StatusOK, f.Title, recordPage(f))
}

// saveProject enters a project or changes one.
func (s *site) saveProject(v *visit) error {
	o, p, err := s.project(v)
	if err != nil {
		return err
	}
	form, err := v.FormParams()
	if err != nil {
		return err
	}
	f := s.projectForm(o, p)
	f.entryForm = givenEntry(form)
	if p == nil {
		n := registry.NewProject{Title: strings.TrimSpace(form.Get("title")), Summary: form.Get("summary"),
			Region: strings.TrimSpace(form.Get("region")), Topics: form["topics"]}
		_, err = s.Registry.CreateProject(v.ctx, *v.frame.Actor, o.ID, n, v.recordCommand("project", n))
	} else {
		c := registry.ProjectChange{Title: f.changed("title", p.Title), Summary: f.changed("summary", p.Summary),
			Region: f.changed("region", string(p.Region))}
		if list := append([]string{}, form["topics"]...); !slices.Equal(list, p.Topics) {
			c.Topics = &list
		}
		cmd := v.recordCommand("project", c)
		cmd.Version = &f.Version
		_, err = s.Registry.ChangeProject(v.ctx, *v.frame.Actor, p.ID, c, cmd)
	}
	if err != nil {
		return v.refuseRecord(f, err)
	}
	return v.onward("/organizations/"+o.ID, "saved")
}
