package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestGenerated(t *testing.T) {
	t.Parallel()
	files, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("..", name))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("docs/%s is not what the code says (%v): run go generate ./docs/...", name, err)
		}
	}
}
