package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestOnlyWhatIsAsInTheFileIsShed: code and constants of the program's own file; nothing that was written to or relocated.
func TestOnlyWhatIsAsInTheFileIsShed(t *testing.T) {
	t.Parallel()
	const own = "/opt/in cubase/incubase"
	for _, c := range []struct {
		line      string
		anonymous int // kB
		want      bool
	}{
		{"00400000-00500000 r-xp 00000000 fe:00 9 " + own, 0, true},
		{"00400000-00500000 r--p 010ae000 fe:00 9 " + own, 0, true},
		{"00400000-00500000 r--p 010ae000 fe:00 9 " + own, 4, false}, // relocated, then protected
		{"00400000-00500000 rw-p 01f37000 fe:00 9 " + own, 0, false}, // its variables
		{"00400000-00500000 r-xp 00000000 fe:00 9 /usr/lib/libc.so.6", 0, false},
		{"00400000-00500000 r-xp 00000000 fe:00 9 /tmp" + own + ".old", 0, false},
		{"00400000-00500000 r--p 00000000 00:00 0 [vvar]", 0, false},
		{"00400000-00500000 rw-p 00000000 00:00 0", 0, false},
		{"00500000-00400000 r-xp 00000000 fe:00 9 " + own, 0, false},
		{"0040000g-00500000 r-xp 00000000 fe:00 9 " + own, 0, false},
	} {
		table := fmt.Sprintf("%s\nSize: 1024 kB\nRss: 900 kB\nAnonymous: %d kB\nVmFlags: rd ex\n", c.line, c.anonymous)
		var want []stretch
		if c.want {
			want = []stretch{{0x400000, 0x100000}}
		}
		if got := ownPages(strings.NewReader(table), own); !slices.Equal(got, want) {
			t.Errorf("%s, %d kB anonymous: %v", c.line, c.anonymous, got)
		}
		if got := ownPages(strings.NewReader(table), ""); got != nil {
			t.Errorf("%s: a program without a name sheds %v", c.line, got)
		}
	}
	mapped := func() (kB int) {
		status, err := os.ReadFile("/proc/self/status")
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(status), "RssFile:")
		_, _ = fmt.Sscan(rest, &kB)
		return kB
	}
	before := mapped()
	shed()
	if after := mapped(); after >= before {
		t.Errorf("%d kB of files are mapped, before %d", after, before)
	}
}
