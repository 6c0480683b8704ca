package pg

import "strings"

// Crash is called at every boundary of a write: before a statement is sent and after its answer, and around the commit
// of a transaction. It does nothing but where CrashAt is set, by a test or by a build for torture, which ends the
// process there: random kills miss what a kill at the right line finds (quality F8). The point is "before case_commit".
func Crash(when, statement string) {
	if CrashAt != nil {
		file, _, _ := strings.Cut(statement, "+")
		CrashAt(when + " " + file)
	}
}

var CrashAt func(point string)
