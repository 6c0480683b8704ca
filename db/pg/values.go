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

// Opt is NULL for the empty id.
func Opt(id workflow.ID) *workflow.ID {
	if id == "" {
		return nil
	}
	return &id
}

// Bytea is PostgreSQL's text form of bytes.
func Bytea(h workflow.Hash) string { return `\x` + hex.EncodeToString(h[:]) }

// Micro cuts a time to what the database keeps, so that what was decided is what is read again.
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

// Columns are a record as the row of its table: names of columns, as PostgreSQL reads them from one JSON value.
type Columns map[string]any

// Identify tells an id from a readable reference; at most one is not nil. Text that
// PostgreSQL cannot hold is neither.
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

// IdOrNil is NULL for an id that is empty or no id at all: nothing is found then. Of the forms that the parser takes
// PostgreSQL knows fewer, so only the plain one is an id.
func IdOrNil(id workflow.ID) *string {
	if u, err := uuid.Parse(id); err == nil && len(id) == 36 {
		s := u.String()
		return &s
	}
	return nil
}
