package pg

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// Queries holds the statements of the stores' sql folders by name: "case_load" is case_load.sql.
type Queries map[string]string

// LoadQueries reads the statements of the folders, with {{name}} replaced by the fragment of that name.
func LoadQueries(fragments map[string]string, folders ...fs.FS) (Queries, error) {
	q := Queries{}
	var pairs []string
	for name, text := range fragments {
		pairs = append(pairs, "{{"+name+"}}", text)
	}
	put := strings.NewReplacer(pairs...)
	for _, folder := range folders {
		files, err := fs.Glob(folder, "sql/*.sql")
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			b, err := fs.ReadFile(folder, f)
			if err != nil {
				return nil, err
			}
			name := strings.TrimSuffix(strings.TrimPrefix(f, "sql/"), ".sql")
			if _, twice := q[name]; twice {
				return nil, fmt.Errorf("two statements are named %s", name)
			}
			q[name] = put.Replace(string(b))
		}
	}
	return q, nil
}

// With names a statement composed of parts: "case_load+reviewers".
func With(name string, parts []string) string {
	return strings.Join(append([]string{name}, parts...), "+")
}

// Text returns a statement. Lines between "--[ part" and "--]" are included only if the name asks for the part (see
// With). A missing statement panics.
func (q Queries) Text(name string) string {
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

func (q Queries) whole(name string) string {
	var parts []string
	for line := range strings.Lines(q[name]) {
		if part, ok := strings.CutPrefix(line, "--[ "); ok && !slices.Contains(parts, strings.TrimSpace(part)) {
			parts = append(parts, strings.TrimSpace(part))
		}
	}
	return With(name, parts)
}

func (q Queries) names() []string { return slices.Sorted(maps.Keys(q)) }
