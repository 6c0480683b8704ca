package cases

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"incubase/web/ui"
	"incubase/workflow/calendar"
	"incubase/workflow/text"
)

type lack struct {
	Name  string // the question that mends it, or ""
	Label text.Text
	Step  int
	Why   string
}

func soon(ctx context.Context, t time.Time) bool { return t.Sub(ui.Of(ctx).Now) < 48*time.Hour }

func closedWords(ctx context.Context, f *ui.Folder) string {
	if at := f.Closing.At; at != nil && at.Before(ui.Of(ctx).Now) {
		return ui.Say(ctx, sayApplicationsToThisRound, ui.Instant(ctx, *at))
	}
	return ui.Say(ctx, sayThisRoundTakesNo)
}

// Soonest sorts by deadline: the case's clocks, or the round's closing for a draft.
func Soonest(list []ui.Row) {
	due := func(r *ui.Row) string {
		out := "9999"
		if r.Case.Due != nil {
			out = r.Case.Due.String()
		}
		if c := r.Closing; c != nil && c.At != nil && !c.Over {
			out = min(out, calendar.DateOf(*c.At).String())
		}
		return out
	}
	slices.SortStableFunc(list, func(a, b ui.Row) int { return strings.Compare(due(&a), due(&b)) })
}

// cardNote limits a note on a card, in characters.
const cardNote = 200

func shortened(s string) string {
	if r := []rune(s); len(r) > cardNote {
		return string(r[:cardNote]) + "…"
	}
	return s
}

func (sh *Sheet) over() bool { return sh.Closing != nil && sh.Closing.Over }

// lacks returns missing answers in the form's order, then what else blocks the submission.
func (sh *Sheet) lacks(lang string) []lack {
	var out []lack
	for _, q := range sh.open() {
		out = append(out, lack{q.Name, q.Label, sh.stepOf(q.Name), sh.Faults[q.Name]})
	}
	for _, x := range sh.other() {
		out = append(out, lack{Why: x})
	}
	if sh.Submit != nil {
		for _, r := range sh.Submit.Refusals {
			out = append(out, lack{Why: r.Message.In(lang)})
		}
		return out
	}
	for _, g := range sh.Gates {
		if !g.Met {
			out = append(out, lack{Why: g.Detail.In(lang)})
		}
	}
	return out
}

// lacks returns the faults of the answers.
func (d *actPage) lacks(ctx context.Context) []lack {
	sh := Sheet{Folder: d.Folder, All: d.Form}
	sh.Steps = Steps(ui.Answered(d.FormOf(), d.Latest()))
	var out []lack
	for _, q := range d.Missing {
		out = append(out, lack{q.Name, q.Label, sh.stepOf(q.Name), ui.Say(ctx, q.Hint)})
	}
	return out
}

func toCorrect(ctx context.Context, n int) string {
	return ui.Either(ctx, fmt.Sprintf("提交前还有 %d 处要补正：", n), ui.PluralOf(n,
		"%d thing is missing or to be corrected before it can be sent:",
		"%d things are missing or to be corrected before it can be sent:"))
}
