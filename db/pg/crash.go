package pg

import "strings"

// Crash marks a boundary of a write ("before case_commit"). CrashAt, set by a test or a torture build, kills the
// process there: random kills miss what a kill at the right line finds (quality F8).
func Crash(when, statement string) {
	if CrashAt != nil {
		file, _, _ := strings.Cut(statement, "+")
		CrashAt(when + " " + file)
	}
}

var CrashAt func(point string)
