package db

import "github.com/lib/pq"

// column returns one value of each row as an array of PostgreSQL; nil is NULL.
func column[T any](rows []T, value func(*T) *string) any {
	values := make([]*string, len(rows))
	for i := range rows {
		values[i] = value(&rows[i])
	}
	return pq.Array(values)
}
