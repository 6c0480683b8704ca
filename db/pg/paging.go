package pg

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"incubase/workflow"
)

func Invalid(field, zh, en string) error {
	return &workflow.Invalid{Fields: []workflow.FieldError{{Field: field, Message: workflow.Text{ZH: zh, EN: en}}}}
}

func PageSize(limit int) int {
	if limit <= 0 {
		return workflow.DefaultPage
	}
	return min(limit, workflow.MaxPage)
}

type listed struct {
	Doc string `db:"doc"`
	Key string `db:"key"`
	ID  string `db:"id"`
}

// Spot is where a page ended. Its text is the cursor.
type Spot struct {
	List string `json:"l"`
	Key  string `json:"k"`
	ID   string `json:"i"`
}

func (s Spot) String() string {
	b, _ := json.Marshal(s) // strings only
	return base64.RawURLEncoding.EncodeToString(b)
}

func ParseSpot(cursor, list string, key func(string) bool) (Spot, error) {
	s := Spot{List: list}
	if cursor == "" {
		return s, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		err = json.Unmarshal(b, &s)
	}
	if err != nil || s.List != list || s.ID == "" || IdOrNil(s.ID) == nil || !key(s.Key) ||
		strings.ContainsRune(s.Key+s.ID, 0) {
		return s, Invalid("cursor", "翻页标记无效，请从第一页开始", "this cursor is not valid here; start from the first page")
	}
	return s, nil
}

func Word(string) bool { return true }

func ByID(key string) bool { return key == "" }

// Page reads one page of records; one row more than limit tells it that another page follows.
func Page[T any](ctx context.Context, d *DB, name string, at Spot, limit int, args ...any) (out []T, next string,
	err error) {
	limit = PageSize(limit)
	var rows []listed
	args = append(args, at.Key, at.ID, limit+1)
	if err := d.Read.All(ctx, &rows, name, args...); err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		next = Spot{at.List, last.Key, last.ID}.String()
	}
	out = make([]T, len(rows))
	for i, r := range rows {
		if err := json.Unmarshal([]byte(r.Doc), &out[i]); err != nil {
			return nil, "", fmt.Errorf("%s: decode %s: %w", name, r.ID, err)
		}
	}
	return out, next, nil
}
