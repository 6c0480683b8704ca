package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestOnlyWhatNobodyCanHaveWrittenIsShed: code and constants of the program's own file, and nothing else.
func TestOnlyWhatNobodyCanHaveWrittenIsShed(t *testing.T) {
	t.Parallel()
	const own = "/opt/in cubase/incubase"
	for line, want := range map[string]uintptr{
		"00400000-014ae000 r-xp 00000000 fe:00 9 " + own:              0x10ae000,
		"014ae000-02337000 r--p 010ae000 fe:00 9 " + own:              0xe89000,
		"02337000-02c9f000 rw-p 01f37000 fe:00 9 " + own:              0, // its variables
		"00400000-014ae000 r-xp 00000000 fe:00 9 /usr/lib/libc.so.6":  0,
		"00400000-014ae000 r-xp 00000000 fe:00 9 /tmp" + own + ".old": 0,
		"7f0000000000-7f0000001000 r--p 00000000 00:00 0 [vvar]":      0,
		"c000000000-c000400000 rw-p 00000000 00:00 0":                 0,
		"014ae000-00400000 r-xp 00000000 fe:00 9 " + own:              0,
		"": 0,
	} {
		if _, size, ok := ownPages(line, own); size != want || ok != (want > 0) {
			t.Errorf("%q: %#x bytes, %t", line, size, ok)
		}
	}
	if _, _, ok := ownPages("00400000-014ae000 r-xp 00000000 fe:00 9 /x", ""); ok {
		t.Error("a program without a name sheds somebody's pages")
	}
	maps, err := os.Open("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = maps.Close() }()
	code := 0
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		if _, _, ok := ownPages(lines.Text(), ownPath()); ok && strings.Contains(lines.Text(), "r-xp") {
			code++
		}
	}
	if code != 1 {
		t.Errorf("this program has %d stretches of code", code)
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
