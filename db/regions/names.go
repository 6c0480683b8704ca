package regions

import (
	"slices"
	"strconv"

	"incubase/workflow/region"
)

// Names holds the full names of all divisions except repeated ones, packed: a map of 44,703 strings takes three times
// as much memory.
type Names struct {
	keys []uint64 // of codes, in order
	ends []uint32 // where each name ends in text
	text string
}

func LoadNames() (*Names, error) {
	const count, length = 45_000, 1_850_000 // approximately; allocated once
	n := &Names{keys: make([]uint64, 0, count), ends: make([]uint32, 0, count)}
	text := make([]byte, 0, length)
	sorted := true
	err := Each(func(r Region) {
		if r.Same != "" {
			return
		}
		k := key(r.Code)
		sorted = sorted && (len(n.keys) == 0 || n.keys[len(n.keys)-1] < k)
		text = append(text, r.Full...)
		n.keys, n.ends = append(n.keys, k), append(n.ends, uint32(len(text)))
	})
	n.keys, n.ends, n.text = slices.Clip(n.keys), slices.Clip(n.ends), string(text)
	if err == nil && !sorted {
		panic("regions: divisions.txt.gz is not in the order of its codes")
	}
	return n, err
}

// Of returns a division's full name, or "".
func (n *Names) Of(c region.Code) string {
	i, there := slices.BinarySearch(n.keys, key(c))
	if !there || c == "" {
		return ""
	}
	begin := uint32(0)
	if i > 0 {
		begin = n.ends[i-1]
	}
	return n.text[begin:n.ends[i]]
}

// key orders codes as text does: a division precedes those within it. Invalid codes give an unused key.
func key(c region.Code) uint64 {
	const digits = 12
	n, err := strconv.ParseUint(string(c), 10, 64)
	if err != nil || len(c) > digits {
		return 0
	}
	for range digits - len(c) {
		n *= 10
	}
	return n<<4 | uint64(len(c))
}
