package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/term"

	"incubase/workflow/intake"
)

type importCommand struct {
	Giving importGiving `cmd:"" name:"360giving" help:"Real past awards in the 360Giving JSON standard, as closed cases with their organizations."`

	Organizations importOrganizations `cmd:"" help:"Organizations from a table, registered one by one with their log."`
	Applications  importApplications  `cmd:"" help:"Applications from a table, as drafts that an officer enters on behalf."`
	Holidays      importHolidays      `cmd:"" help:"The days of a yearly notice; clocks that waited for it are measured again."`
	Regions       importRegions       `cmd:"" help:"A newer table of divisions: new ones, other names, and which have ended and what became of them."`
}

type reporting struct {
	DryRun bool   `name:"dry-run" help:"Read and check everything, write nothing."`
	JSON   bool   `help:"One JSON object a line: each problem, then the sum."`
	Lang   string `help:"Language of the problems: zh or en." enum:"zh,en" default:"zh"`
}

func (r *reporting) tell(w io.Writer, p intake.Problem) {
	if r.JSON {
		_ = json.NewEncoder(w).Encode(p)
		return
	}
	_, _ = fmt.Fprintln(w, p.In(r.Lang))
}

func (r *reporting) say(zh, en string, args ...any) string {
	if r.Lang == "en" {
		return fmt.Sprintf(en, args...)
	}
	return fmt.Sprintf(zh, args...)
}

func (r *reporting) sum(w io.Writer, facts any, sentence string) error {
	if r.JSON {
		return json.NewEncoder(w).Encode(facts)
	}
	_, err := fmt.Fprintln(w, sentence)
	return err
}

// progress prints the state of a long run on standard error: in place on a terminal, else a line every five seconds.
type progress struct {
	w        io.Writer
	begun    time.Time
	last     time.Time
	terminal bool
}

func newProgress(w io.Writer) *progress {
	f, ok := w.(*os.File)
	now := time.Now()
	return &progress{w: w, begun: now, last: now, terminal: ok && term.IsTerminal(int(f.Fd()))}
}

func (p *progress) rate(rows int) int {
	return int(float64(rows) / max(time.Since(p.begun).Seconds(), 0.001))
}

func (p *progress) at(rows int) {
	every := 5 * time.Second
	if p.terminal {
		every = 200 * time.Millisecond
	}
	if time.Since(p.last) < every {
		return
	}
	p.last = time.Now()
	end := "\n"
	if p.terminal {
		end = "\r"
	}
	_, _ = fmt.Fprintf(p.w, "%d rows, %d rows/s%s", rows, p.rate(rows), end)
}

func (p *progress) done(rows int) {
	_, _ = fmt.Fprintf(p.w, "%d rows in %s, %d rows/s\n", rows, time.Since(p.begun).Round(10*time.Millisecond),
		p.rate(rows))
}

// fileName leaves out the folder, which is not part of provenance.
func fileName(path string) string { return filepath.Base(path) }
