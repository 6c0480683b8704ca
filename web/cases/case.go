package cases

import (
	"net/http"
	"time"

	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/text"
)

func (s *CasePages) ShowCase(v *ui.Visit) error {
	f, err := s.Folder(v, v.Param("ref"))
	if err != nil {
		return err
	}
	name := f.Case.Title
	if name == "" {
		name = f.Case.Ref
	}
	return v.Show(http.StatusOK, text.Text{ZH: name, EN: name}, casePage(f))
}

// AsApplicant shows a case under the applicant's own rules. Only staff who handle the case may look; nothing can be
// done there, and the log records the look.
func (s *CasePages) AsApplicant(v *ui.Visit) error {
	own, err := s.Desk.Show(v.Ctx, *v.Frame.Actor, v.Param("ref"))
	if err != nil {
		return err
	}
	org := own.Case.Organization
	if !own.Staff() || org == "" {
		return workflow.ErrNotFound
	}
	f, err := s.folderOf(v, workflow.Actor{ID: workflow.NewID(time.Now()), Organization: org,
		Roles: []workflow.Grant{{Role: workflow.RolePreparer, Organization: org}, {Role: workflow.RoleCertifier,
			Organization: org}}}, own.Case.ID)
	if err != nil {
		return err
	}
	f.Preview = true
	s.Log.Info("a case is seen as its applicant sees it", "case", own.Case.Ref, "actor", v.Frame.Actor.ID)
	return v.Show(http.StatusOK, text.Text{ZH: "申报人看到的 " + own.Case.Ref, EN: own.Case.Ref + " as the applicant sees it"},
		casePage(f))
}

// Folder reads a case with its time line and files, as the reader may see them.
func (s *CasePages) Folder(v *ui.Visit, ref string) (*ui.Folder, error) {
	return s.folderOf(v, *v.Frame.Actor, ref)
}

func (s *CasePages) folderOf(v *ui.Visit, actor workflow.Actor, ref string) (*ui.Folder, error) {
	view, err := s.Desk.Show(v.Ctx, actor, ref)
	if err != nil {
		return nil, err
	}
	m := s.Desk.Machines.Machine(view.Case.Workflow, view.Case.DefinitionVersion)
	f := &ui.Folder{View: *view, Definition: m.Definition(), Below: map[workflow.ID]text.Text{}}
	for _, c := range view.Children {
		f.Below[c.ID] = s.childLabel(c, view.Staff())
	}
	events, err := s.Desk.Events(v.Ctx, actor, view.Case.ID, s.Cases.Events)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		f.Events = append(f.Events, f.Entry(v.Ctx, e))
	}
	all, err := s.Attachments.Of(v.Ctx, view.Case.ID)
	if err != nil {
		return nil, err
	}
	f.Attachments = view.Files(all)
	issued, err := s.Papers.PapersOf(v.Ctx, view.Case.ID)
	if err != nil {
		return nil, err
	}
	f.Papers = view.Papers(issued)
	f.Form = ui.Answered(f.FormOf(), view.Answers)
	if view.Closing != nil && view.Closing.Over {
		if f.Contact, err = s.contact(v, view.Case.Round); err != nil {
			return nil, err
		}
	}
	return f, nil
}
