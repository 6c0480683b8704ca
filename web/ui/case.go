package ui

import (
	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/paper"
	"incubase/workflow/text"
)

// Folder is everything a case's page shows.
type Folder struct {
	workflow.View
	Definition  define.Definition
	Events      []Entry
	Attachments []workflow.Attachment
	Papers      []paper.Paper
	Form        []Question                // what was answered
	Below       map[workflow.ID]text.Text // where payments and reports stand
	Contact     string                    // whom to ask, of a draft whose round has closed
	Preview     bool                      // seen as somebody else sees it: nothing can be done here
}

// Entry is one line of the time line.
type Entry struct {
	workflow.Event
	Label   text.Text
	To      text.Text // the state entered, if it changed
	Note    string
	Details []Detail
}

// Detail is one thing that was said in an act.
type Detail struct {
	Label text.Text
	Value string
}
