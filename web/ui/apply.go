package ui

import (
	"crypto/sha256"
	"encoding/json"

	"incubase/workflow"
	"incubase/workflow/topic"
)

// Call is an announced round as applicants read it.
type Call struct {
	workflow.RoundRecord
	Place string
	Open  bool
}

// KeyOf returns the idempotency key of one part of a form's work; "" where the form has none.
func KeyOf(key, part string) string {
	if key == "" || len(key) > 60 {
		return ""
	}
	return key + "/" + part
}

// DigestOf distinguishes two requests under one key.
func DigestOf(parts ...any) workflow.Hash {
	b, _ := json.Marshal(parts)
	return sha256.Sum256(b)
}

func Topics() []topic.Topic { return topic.All() }
