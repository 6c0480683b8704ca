package web

import (
	"net/http"
	"time"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/paper"
	"incubase/workflow/text"
)

// folder is everything a case's page shows.
type folder struct {
	workflow.View
	Definition  define.Definition
	Events      []entry
	Attachments []workflow.Attachment
	Papers      []paper.Paper
	Form        []question                // what was answered
	Below       map[workflow.ID]text.Text // where payments and reports stand
	Contact     string                    // whom to ask, of a draft whose round has closed
	Preview     bool                      // seen as somebody else sees it: nothing can be done here
}

// entry is one line of the time line.
type entry struct {
	workflow.Event
	Label   text.Text
	To      text.Text // the state entered, if it changed
	Note    string
	Details []detail
}

// detail is one thing that was said in an act.
type detail struct {
	Label text.Text
	Value string
}

func (s *site) showCase(v *visit) error {
	f, err := s.folder(v, v.Param("ref"))
	if err != nil {
		return err
	}
	name := f.Case.Title
	if name == "" {
		name = f.Case.Ref
	}
	return v.show(http.StatusOK, text.Text{ZH: name, EN: name}, casePage(f))
}

// asApplicant shows a case as the people of its organization see it, by the very rules that hold for them. Only the
// staff that handles it may look so, nothing can be done there, and the log keeps who looked.
func (s *site) asApplicant(v *visit) error {
	own, err := s.Desk.Show(v.ctx, *v.frame.Actor, v.Param("ref"))
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
	s.Log.Info("a case is seen as its applicant sees it", "case", own.Case.Ref, "actor", v.frame.Actor.ID)
	return v.show(http.StatusOK, text.Text{ZH: "申报人看到的 " + own.Case.Ref, EN: own.Case.Ref + " as the applicant sees it"},
		casePage(f))
}

// folder reads a case with its time line and files, as the reader may see them.
func (s *site) folder(v *visit, ref string) (*folder, error) {
	return s.folderOf(v, *v.frame.Actor, ref)
}

func (s *site) folderOf(v *visit, actor workflow.Actor, ref string) (*folder, error) {
	view, err := s.Desk.Show(v.ctx, actor, ref)
	if err != nil {
		return nil, err
	}
	m := s.Desk.Machines.Machine(view.Case.Workflow, view.Case.DefinitionVersion)
	f := &folder{View: *view, Definition: m.Definition(), Below: map[workflow.ID]text.Text{}}
	for _, c := range view.Children {
		f.Below[c.ID] = s.childLabel(c, view.Staff())
	}
	events, err := s.Desk.Events(v.ctx, actor, view.Case.ID, s.Cases.Events)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		f.Events = append(f.Events, f.entry(v.ctx, e))
	}
	all, err := s.Attachments.Of(v.ctx, view.Case.ID)
	if err != nil {
		return nil, err
	}
	f.Attachments = view.Files(all)
	issued, err := s.Papers.PapersOf(v.ctx, view.Case.ID)
	if err != nil {
		return nil, err
	}
	f.Papers = view.Papers(issued)
	f.Form = answered(f.form(), view.Answers)
	if view.Closing != nil && view.Closing.Over {
		if f.Contact, err = s.contact(v, view.Case.Round); err != nil {
			return nil, err
		}
	}
	return f, nil
}
