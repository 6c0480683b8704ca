package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"time"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/money"
	"incubase/workflow/text"
)

// receipt confirms a submission: number, time, and the hash of exactly what was submitted.
func (s *site) receipt(v *visit) error {
	f, err := s.folder(v, v.Param("ref"))
	if err != nil {
		return err
	}
	if f.Case.AnswersRevision == 0 || len(f.Answers) == 0 {
		return workflow.ErrNotFound
	}
	sum := sha256.Sum256(f.Answers)
	digits := hex.EncodeToString(sum[:])
	var parts []string
	for i := 0; i < len(digits); i += 4 {
		parts = append(parts, digits[i:i+4])
	}
	contact, err := s.contact(v, f.Case.Round)
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, text.Text{ZH: "回执", EN: "Receipt"}, receiptPage(f, parts, contact))
}

// contact is where those who apply in a round may ask; "" where it says nothing.
func (s *site) contact(v *visit, round workflow.ID) (string, error) {
	if round == "" {
		return "", nil
	}
	r, err := s.Registry.Round(v.ctx, round)
	if err != nil {
		return "", err
	}
	return r.Rules.Contact, nil
}

// sentAt is when the answers were last submitted.
func (f *folder) sentAt() time.Time {
	at := f.Case.Born
	for _, e := range f.Events {
		if f.submits(e.Action) {
			at = e.At
		}
	}
	return at
}

// submits reports whether an action freezes the answers.
func (f *folder) submits(action string) bool {
	return slices.ContainsFunc(f.Definition.Actions, func(a define.ActionDef) bool {
		return a.Name == action && slices.ContainsFunc(a.Fields,
			func(x define.FieldDef) bool { return x.Type == "answers" })
	})
}

// total of a list's amounts, in words; "" where it has none.
func (q *question) total(ctx context.Context) string {
	sum, ok := q.sum()
	if !ok {
		return ""
	}
	return yuan(ctx, sum)
}

// sum of a list's amounts; false where its lines have none.
func (q *question) sum() (sum money.Fen, ok bool) {
	for j, c := range q.Columns {
		if c.Kind != "money" {
			continue
		}
		for _, l := range q.Lines {
			if f, err := money.ParseYuan(l[j]); err == nil { // what is no amount is said at the line
				sum += f
			}
		}
		return sum, true
	}
	return 0, false
}

func questionMode(kind string) string {
	switch kind {
	case "money":
		return "decimal"
	case "number":
		return "numeric"
	}
	return "text"
}
