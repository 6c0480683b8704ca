package db

import "strings"

// column is one value of each row as an array of PostgreSQL; nil is NULL. Room is made once.
func column[T any](rows []T, value func(*T) *string) string {
	values := make([]*string, len(rows))
	size := 2
	for i := range rows {
		v := value(&rows[i])
		if values[i] = v; v == nil {
			size += len("NULL,")
		} else {
			size += len(*v) + strings.Count(*v, `"`) + strings.Count(*v, `\`) + len(`"",`)
		}
	}
	var b strings.Builder
	b.Grow(size)
	b.WriteByte('{')
	for i, v := range values {
		if i > 0 {
			b.WriteByte(',')
		}
		if v == nil {
			b.WriteString("NULL")
			continue
		}
		b.WriteByte('"')
		for at := range len(*v) {
			if c := (*v)[at]; c == '"' || c == '\\' {
				b.WriteByte('\\')
			}
			b.WriteByte((*v)[at])
		}
		b.WriteByte('"')
	}
	b.WriteByte('}')
	return b.String()
}
