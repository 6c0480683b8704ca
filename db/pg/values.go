package pg

import (
	"encoding/hex"
	"strings"
	"time"
	"unicode/utf8"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"incubase/workflow"
)

// Opt returns nil (NULL) for the empty id.
func Opt(id workflow.ID) *workflow.ID {
	if id == "" {
		return nil
	}
	return &id
}

// Bytea returns PostgreSQL's text form of bytes.
func Bytea(h workflow.Hash) string { return `\x` + hex.EncodeToString(h[:]) }

// Micro truncates a time to the database's precision, so that a decision reads back unchanged.
func Micro(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

func List[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func Dict[T any](m map[string]T) map[string]T {
	if m == nil {
		return map[string]T{}
	}
	return m
}

func Str[T ~string](p *T) T {
	if p == nil {
		return ""
	}
	return *p
}

func Val[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

func HashOf(b []byte) (h workflow.Hash) {
	copy(h[:], b)
	return h
}

// Decode reads a JSON column; empty lists and objects stay nil.
func Decode(text []byte, into any) error {
	if len(text) <= 2 { // NULL, [] and {}
		return nil
	}
	return jsonv2.Unmarshal(text, into)
}

func Utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}

type Columns map[string]any

// Identify returns s as an id or as a readable reference; the other is nil. Text that PostgreSQL cannot store is
// neither.
func Identify(s string) (id, ref *string) {
	if !utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0 {
		return nil, nil
	}
	if u, err := uuid.Parse(s); err == nil && len(s) == 36 {
		canonical := u.String()
		return &canonical, nil
	}
	return nil, &s
}

// IdOrNil returns nil (NULL finds nothing) for anything but a plain id: the parser takes more forms than PostgreSQL.
func IdOrNil(id workflow.ID) *string {
	if u, err := uuid.Parse(id); err == nil && len(id) == 36 {
		s := u.String()
		return &s
	}
	return nil
}
