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
	columns, changes := caseColumns()
	q, fragments := make(queries, len(files)), strings.NewReplacer("{{case_columns}}", strings.Join(columns, ", "),
		"{{case_values}}", "n."+strings.Join(columns, ", n."), "{{case_changes}}", changes, "{{facts}}", factColumns,
		"{{insiders}}", insiderColumns, "{{objection}}", objectionDocument, "{{record}}", RecordDocument, "{{erasure}}",
		erasureColumns, "{{job}}", jobColumns)
	for _, f := range files {
		b, err := sqlFiles.ReadFile(f)
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(strings.TrimPrefix(f, "sql/"), ".sql")
		q[name] = fragments.Replace(string(b))
	}
	return q, nil
}

// with names a statement composed of the parts given: "case_load+reviewers".
func with(name string, parts []string) string {
	return strings.Join(append([]string{name}, parts...), "+")
}

// text is the statement of that name. Lines between "--[ part" and "--]" belong to it only if the name asks for the
// part (see with). A missing statement is a mistake of the program, not of a person.
func (q queries) text(name string) string {
	file, wanted, _ := strings.Cut(name, "+")
	s, ok := q[file]
	if !ok {
		panic(fmt.Sprintf("db: no query sql/%s.sql", file))
	}
	if !strings.Contains(s, "\n--[ ") {
		return s
	}
	parts := strings.Split(wanted, "+")
	var out strings.Builder
	keep := true
	for line := range strings.Lines(s) {
		if part, ok := strings.CutPrefix(line, "--[ "); ok {
			keep = slices.Contains(parts, strings.TrimSpace(part))
		}
		if keep {
			out.WriteString(line)
		}
		if strings.HasPrefix(line, "--]") {
			keep = true
		}
	}
	return out.String()
}

// whole names a statement with every part it has.
func (q queries) whole(name string) string {
	var parts []string
	for line := range strings.Lines(q[name]) {
		if part, ok := strings.CutPrefix(line, "--[ "); ok && !slices.Contains(parts, strings.TrimSpace(part)) {
			parts = append(parts, strings.TrimSpace(part))
		}
	}
	return with(name, parts)
}

func (q queries) names() []string { return slices.Sorted(maps.Keys(q)) }
