// Command gen writes the generated parts of docs (go generate ./docs/...). A test compares them with the files.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

//go:generate go run .

func main() {
	if err := run(".."); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(docs string) error {
	files, err := generate()
	if err != nil {
		return err
	}
	for name, body := range files {
		if err := os.WriteFile(filepath.Join(docs, name), body, 0o644); err != nil {
			return err
		}
	}
	return nil
}
