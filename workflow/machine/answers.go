package machine

import (
	"encoding/json"
	"slices"
	"strings"

	"incubase/workflow"
	"incubase/workflow/clean"
	"incubase/workflow/define"
	"incubase/workflow/money"
)

// freezeAnswers freezes the answers as the case's next revision and copies to columns what lists and guards read.
func freezeAnswers(w *define.Work) {
	raw, _ := w.Fields["answers"].(json.RawMessage)
	c := w.C()
	c.AnswersRevision++
	helps(w, c.Helpers...)
	if w.Action != nil && w.Engine.ForApplicant(w.Action.By, w.Actor, c) {
		helps(w, w.Actor.ID)
	}
	named, _ := w.Fields["attachments"].([]string) // the act itself binds these
	w.D.Freeze = slices.DeleteFunc(w.Pending(), func(id workflow.ID) bool { return slices.Contains(named, id) })
	w.D.Draft = w.DraftNumber
	w.D.Answers = raw
	w.Answers = raw
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
