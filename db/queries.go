package db

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// One named query a file; the file's leading comment says which index makes it fast.
//
//go:embed sql/*.sql
var sqlFiles embed.FS

// queries are the texts of db/sql by name: "case_load" is db/sql/case_load.sql.
type queries map[string]string

func loadQueries() (queries, error) {
	files, err := fs.Glob(sqlFiles, "sql/*.sql")
	if err != nil {
		return nil, err
	}
	q := make(queries, len(files))
	for _, f := range files {
		b, err := sqlFiles.ReadFile(f)
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(strings.TrimPrefix(f, "sql/"), ".sql")
		q[name] = strings.ReplaceAll(string(b), "{{facts}}", factColumns)
	}
	return q, nil
}

// text is the statement of that name. A missing one is a mistake of the program, not of a person.
func (q queries) text(name string) string {
	s, ok := q[name]
	if !ok {
		panic(fmt.Sprintf("db: no query sql/%s.sql", name))
	}
	return s
}

func (q queries) names() []string { return slices.Sorted(maps.Keys(q)) }
