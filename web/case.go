package web

import (
	"net/http"

	"incubase/workflow"
	"incubase/workflow/text"
)

// folder is everything a case's page shows.
type folder struct {
	workflow.View
	Definition  workflow.Definition
	Events      []entry
	Attachments []workflow.Attachment
	Form        []question // what was answered
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

// folder reads a case with its time line and files, as the reader may see them.
func (s *site) folder(v *visit, ref string) (*folder, error) {
	actor := *v.frame.Actor
	view, err := s.Desk.Show(v.ctx, actor, ref)
	if err != nil {
		return nil, err
	}
	m := s.Desk.Machines.Machine(view.Case.Workflow, view.Case.DefinitionVersion)
	f := &folder{View: *view, Definition: m.Definition()}
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
	f.Form = answered(f.form(), view.Answers)
	return f, nil
}
