package ui

import (
	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/paper"
	"incubase/workflow/text"
)

type Folder struct {
	workflow.View
	Definition  define.Definition
	Events      []Entry
	Attachments []workflow.Attachment
	Papers      []paper.Paper
	Form        []Question                // the answers
	Below       map[workflow.ID]text.Text // states of payments and reports
	Contact     string                    // for questions about a draft whose round has closed
	Preview     bool                      // as another person sees it, without actions
}

type Entry struct {
	workflow.Event
	Label   text.Text
	To      text.Text // the new state, if it changed
	Note    string
	Details []Detail
}

type Detail struct {
	Label text.Text
	Value string
}
