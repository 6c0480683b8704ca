package ui

import (
	"crypto/sha256"
	"encoding/json"

	"incubase/workflow"
	"incubase/workflow/topic"
)

// Call is an announced round as an applicant reads it.
type Call struct {
	workflow.RoundRecord
	Place string
	Open  bool
}

// KeyOf is the key of one part of what a form does; none where the form had none.
func KeyOf(key, part string) string {
	if key == "" || len(key) > 60 {
		return ""
	}
	return key + "/" + part
}

// DigestOf tells two requests under one key apart.
func DigestOf(parts ...any) workflow.Hash {
	b, _ := json.Marshal(parts) // plain values
	return sha256.Sum256(b)
}

// Topics are the fields of service and groups of beneficiaries that a project can name.
func Topics() []topic.Topic { return topic.All() }
