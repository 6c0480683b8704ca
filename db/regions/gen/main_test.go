package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"testing"
)

const shared = "../../../../shared/data/divisions_cn"

// The embedded table is exactly gen's output.
func TestTableIsTheSources(t *testing.T) {
	t.Parallel()
	want, err := Text(shared)
	if os.IsNotExist(err) && os.Getenv("INCUBASE_SHARED") != "required" {
		t.Skip("the source of the divisions is not at hand: " + shared)
	}
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open("../divisions.txt.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("divisions.txt.gz is not the source's table; go run ./db/regions/gen %s db/regions/divisions.txt.gz", shared)
	}
	if !z.ModTime.IsZero() || z.Name != "" {
		t.Error("divisions.txt.gz carries a time or a name, so that making it again gives other bytes")
	}
}
