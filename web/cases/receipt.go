package cases

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/text"
)

// Receipt confirms a submission: number, time and the hash of exactly what was submitted.
func (s *CasePages) Receipt(v *ui.Visit) error {
	f, err := s.Folder(v, v.Param("ref"))
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
	return v.Show(http.StatusOK, text.Text{ZH: "回执", EN: "Receipt"}, receiptPage(f, parts, contact))
}

func (s *CasePages) contact(v *ui.Visit, round workflow.ID) (string, error) {
	if round == "" {
		return "", nil
	}
	r, err := s.Registry.Round(v.Ctx, round)
	if err != nil {
		return "", err
	}
	return r.Rules.Contact, nil
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
