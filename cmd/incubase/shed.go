package main

import (
	"bufio"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// shed gives back the pages of the program's own file that are mapped: a third of them only its start has used. What is used
// again is mapped again, from memory, without reading the file. It changes nothing but how much memory the process holds, so it
// says nothing where it cannot.
func shed() {
	maps, err := os.Open("/proc/self/smaps")
	if err != nil {
		return
	}
	defer func() { _ = maps.Close() }()
	path, _ := os.Readlink("/proc/self/exe") // "" is no mapping's
	for _, s := range ownPages(maps, path) {
		_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, s.from, s.size, syscall.MADV_DONTNEED)
	}
}

// stretch is a part of the process's memory, in bytes.
type stretch struct{ from, size uintptr }

// ownPages finds in a table like /proc/self/smaps where that file is mapped as it is. Not to be written to is not enough: what a
// loader has relocated is read-only too by now, and would be as it is in the file again. The kernel counts such pages as
// anonymous.
func ownPages(smaps io.Reader, path string) (found []stretch) {
	var s stretch
	own := false
	for lines := bufio.NewScanner(smaps); lines.Scan(); {
		f := strings.Fields(lines.Text())
		if len(f) > 1 && strings.Contains(f[0], "-") {
			s, own = bounds(f[0])
			own = own && path != "" && !strings.Contains(f[1], "w") && strings.HasSuffix(lines.Text(), " "+path)
		}
		if own && len(f) == 3 && f[0] == "Anonymous:" && f[1] == "0" {
			found = append(found, s)
		}
	}
	return found
}

// bounds reads "low-high".
func bounds(s string) (stretch, bool) {
	a, b, _ := strings.Cut(s, "-")
	low, err := strconv.ParseUint(a, 16, 64)
	high, also := strconv.ParseUint(b, 16, 64)
	return stretch{uintptr(low), uintptr(high - low)}, err == nil && also == nil && low < high
}
