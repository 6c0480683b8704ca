package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestLinksLeadSomewhere follows the relative links of README and docs.
func TestLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../*.md")
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	links := 0
	for _, f := range append(files, "../../README.md", "../../CHANGELOG.md") {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\]\(([^)\s]+)\)`).FindAllStringSubmatch(string(b), -1) {
			to, _, _ := strings.Cut(m[1], "#")
			if to == "" || strings.Contains(to, "://") {
				continue
			}
			links++
			if _, err := os.Stat(filepath.Join(filepath.Dir(f), to)); err != nil {
				t.Errorf("%s links to %s, which is not there", f, m[1])
			}
		}
	}
	if links < 20 {
		t.Errorf("only %d links were found", links)
	}
}
