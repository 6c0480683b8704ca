// Command gen writes the generated parts of docs: workflows.md, api.md, openapi.json and errors.md. Run it by
// go generate ./docs/... ; a test compares what it would write with what is there.
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
