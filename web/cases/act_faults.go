package cases

import (
	"errors"
	"strings"
	"time"

	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/text"
)

// explain puts the desk's refusals beside the fields; false for errors that have a page of their own.
func (d *actPage) explain(v *ui.Visit, err error) bool {
	var invalid *workflow.Invalid
	var refused *workflow.Refused
	var stale *workflow.Stale
	say := func(t text.Text) string { return t.In(v.Frame.Lang) }
	switch {
	case errors.As(err, &invalid):
		for _, f := range invalid.Fields {
			name := strings.TrimPrefix(f.Field, "fields.")
			if rest, ok := strings.CutPrefix(name, "answers."); ok && d.declaration(rest) {
				d.Faults[workflow.DeclarationsField+"."+rest] = say(f.Message)
				continue
			}
			if rest, ok := strings.CutPrefix(name, "answers"); ok {
				d.wrongAnswer(v, strings.TrimPrefix(rest, "."), say(f.Message))
				name = "answers"
			}
			if d.Faults[name] == "" || name != "answers" {
				d.Faults[name] = say(f.Message)
			}
		}
		if len(d.Missing) > 0 {
			delete(d.Faults, "answers") // listed by question
		}
	case errors.As(err, &refused):
		d.Offer.Refusals = refused.Refusals
	case errors.As(err, &stale):
		d.Faults[""] = say(text.Text{ZH: "这一件刚刚被别人办过，请先看看现在的情况，再决定是否提交。您写的内容还在下面。",
			EN: "Somebody has just acted on this case. Look at how it stands now before you send. " +
				"What you wrote is still below."})
		d.Version = stale.Current
	case errors.Is(err, workflow.ErrKeyReused):
		d.Faults[""] = say(text.Text{ZH: "这个表单先前已经办理过一次，这次的改动没有提交。如果确实要再办一次，请核对后再按一次按钮。",
			EN: "This form has been carried out once already; what you changed since was not sent. If you do want to do it " +
				"once more, check it and press the button again."})
		d.Key = workflow.NewID(time.Now())
	default:
		return false
	}
	return true
}

func (d *actPage) wrongAnswer(v *ui.Visit, field, message string) {
	name, _, _ := strings.Cut(field, ".")
	if name == "" {
		return
	}
	q := ui.Question{}
	if asked := Find(d.Form, name); asked != nil {
		q = *asked
	}
	q.Hint = text.Text{ZH: message, EN: message}
	d.Missing = append(d.Missing, q)
}

func (d *actPage) label(name string) text.Text {
	for _, x := range d.Fields {
		if x.Name == name {
			return x.Label
		}
	}
	if name == "note" {
		return d.noteLabel()
	}
	if rest, ok := strings.CutPrefix(name, workflow.DeclarationsField+"."); ok {
		for _, x := range d.Offer.Declarations {
			if x.Name == rest {
				return x.Label
			}
		}
	}
	return text.Text{}
}

// noteLabel differs from the labels of fields, which often ask for a comment too.
func (d *actPage) noteLabel() text.Text {
	if d.Offer.Note {
		return text.Text{ZH: "理由", EN: "Reason"}
	}
	return text.Text{ZH: "备注", EN: "Remark"}
}
