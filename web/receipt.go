package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"

	"incubase/workflow"
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
	return v.show(http.StatusOK, text.Text{ZH: "回执", EN: "Receipt"}, receiptPage(f, parts))
}

// sentAt is when the answers were last submitted.
func (f *folder) sentAt() time.Time {
	at := f.Case.Born
	for _, e := range f.Events {
		if e.Action == "submit" || e.Action == "resubmit" {
			at = e.At
		}
	}
	return at
}

// total of a list's amounts, in words; "" where it has none.
func (q *question) total(ctx context.Context) string {
	for j, c := range q.Columns {
		if c.Kind != "money" {
			continue
		}
		var sum money.Fen
		for _, l := range q.Lines {
			f, err := money.ParseYuan(l[j])
			if err != nil {
				continue // said at the line
			}
			sum += f
		}
		return yuan(ctx, sum)
	}
	return ""
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
