package machine

import (
	"encoding/json"
	"slices"
	"strings"

	"incubase/workflow"
	"incubase/workflow/clean"
	"incubase/workflow/money"
)

// freezeAnswers freezes the answers as the case's next revision and copies to columns what lists and guards read.
func freezeAnswers(w *work) {
	raw, _ := w.Fields["answers"].(json.RawMessage)
	c := w.C()
	c.AnswersRevision++
	w.helps(c.Helpers...)
	if w.at != nil && w.m.ForApplicant(w.at.Def.By, w.f.Actor, c) {
		w.helps(w.f.Actor.ID)
	}
	named, _ := w.Fields["attachments"].([]string) // the act itself binds these
	w.d.Freeze = slices.DeleteFunc(w.f.Pending(), func(id workflow.ID) bool { return slices.Contains(named, id) })
	w.d.Draft = w.f.DraftNumber
	w.d.Answers = raw
	w.f.Answers = raw
	var said map[string]json.RawMessage
	if json.Unmarshal(raw, &said) != nil {
		return // never: typedAnswers has made it an object
	}
	var title string
	if json.Unmarshal(said["title"], &title) == nil && !clean.Blank(title) {
		c.Title = strings.Join(strings.Fields(title), " ")
	}
	var requested int64
	if json.Unmarshal(said["requested_fen"], &requested) == nil && requested > 0 {
		c.Requested = money.Fen(requested)
	}
	var topics []string
	if json.Unmarshal(said["topics"], &topics) == nil && len(topics) > 0 {
		c.Topics = topics
	}
}
