package main

import (
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

const longest = 120

// unplain are words and names for which docs/contributing.md has plainer ones.
var unplain = regexp.MustCompile(`(?i)\btells whether\b|\banew\b|\bwhoever\b|\bstands in line\b|\blooked for by\b` +
	`|\b(gather|joint|sociable|patience|shed)\b`)

// unbreakable are lines that Go or Markdown cannot break: struct tags, tables, addresses, pictures.
var unbreakable = regexp.MustCompile("`[a-z-]+:\"|^\\s*\\||^\\s*(//|--)?\\s*<?https?://|^!\\[")

func TestStyle(t *testing.T) {
	root := filepath.Join("..", "..")
	generated := []string{"docs/api.md", "docs/errors.md", "docs/workflows.md", "docs/gen/style_test.go"}
	seen := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(root, path)
		if d.IsDir() {
			if strings.HasPrefix(d.Name(), ".") && name != "." || slices.Contains([]string{"bin", "testdata", "data"},
				d.Name()) {
				return filepath.SkipDir
			}
			return nil
		}
		if !slices.Contains([]string{".go", ".sql", ".md", ".templ"}, filepath.Ext(path)) ||
			strings.HasSuffix(path, "_templ.go") ||
			slices.Contains(generated, filepath.ToSlash(name)) {
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		seen++
		verbatim := rawLines(filepath.Ext(path), b)
		fence := false // commands and definitions that readers copy whole
		for i, line := range strings.Split(string(b), "\n") {
			if strings.HasPrefix(line, "```") {
				fence = !fence
			}
			if fence || verbatim[i+1] {
				continue
			}
			if n := utf8.RuneCountInString(line); n > longest && !unbreakable.MatchString(line) {
				t.Errorf("%s:%d: %d characters, at most %d", name, i+1, n, longest)
			}
			if word := unplain.FindString(line); word != "" {
				t.Errorf("%s:%d: %q: say it in the trade's words", name, i+1, word)
			}
		}
		return nil
	})
	if err != nil || seen < 500 {
		t.Errorf("%d files, %v", seen, err)
	}
}

// rawLines returns the lines of a Go file inside raw strings, whose breaks count.
func rawLines(ext string, source []byte) map[int]bool {
	lines := map[int]bool{}
	if ext != ".go" {
		return lines
	}
	set := token.NewFileSet()
	file := set.AddFile("", -1, len(source))
	var s scanner.Scanner
	s.Init(file, source, nil, 0)
	for pos, tok, text := s.Scan(); tok != token.EOF; pos, tok, text = s.Scan() {
		if tok == token.STRING && text[0] == '`' {
			for n := set.Position(pos).Line; n <= set.Position(pos+token.Pos(len(text)-1)).Line; n++ {
				lines[n] = true
			}
		}
	}
	return lines
}
