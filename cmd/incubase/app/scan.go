package app

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"incubase/db/cases"
	"incubase/workflow/outage"
)

// Limits of the virus scanner.
const (
	scanEvery  = time.Second
	scanWithin = time.Minute // for one file; a scanner that takes longer could not say
)

// CommandScanner runs a command on each file, by the conventions of clamscan and clamdscan: 0 is clean, 1 is infected.
func CommandScanner(command string) cases.Scanner {
	words := strings.Fields(command)
	return func(ctx context.Context, path string) (bool, error) {
		ctx, cancel := context.WithTimeout(ctx, scanWithin)
		defer cancel()
		out, err := exec.CommandContext(ctx, words[0], append(words[1:len(words):len(words)], path)...).CombinedOutput()
		var exit *exec.ExitError
		switch {
		case err == nil:
			return true, nil
		case errors.As(err, &exit) && exit.ExitCode() == 1:
			return false, nil
		}
		return false, fmt.Errorf("%s: %w: %.200s", words[0], err, strings.TrimSpace(string(out)))
	}
}

// scan asks the scanner about files that wait, after a restart too.
func (in *Installation) scan(ctx context.Context, files *cases.Files) {
	var fault outage.Fault
	every(ctx, scanEvery, func() {
		if _, err := files.ScanPending(ctx); ctx.Err() == nil {
			fault.Note(in.Log, "the virus scanner fails; uploads wait and are not handed out", err)
		}
	})
}
