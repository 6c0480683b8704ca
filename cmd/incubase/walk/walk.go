// Package walk carries real grants through a running system over HTTP alone, as the people of each role would, and
// says for every stage how many came through, how long it took and what was refused and why.
//
// It knows the server only by its API: it signs in once a role, repeats a lost request under the same idempotency key,
// and at the end checks every case's chain link by link and the round's sums against the cases'.
package walk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// Options say where to walk and with what.
type Options struct {
	URL      string                          // of a running server with the demonstration's logins: http://127.0.0.1:8080
	File     string                          // 360Giving JSON
	Count    int                             // of applications to file; 0: all usable ones
	Abreast  int                             // applications moved at once; 0: 6
	Password string                          // of the demonstration's logins; empty: the usual one
	Out      io.Writer                       // what happened, as it happens
	Verify   func(ctx context.Context) error // checks chains and ledger where they are kept; nil: only over the API
}

// demoPassword is that of all logins of the demonstration.
const demoPassword = "incubase-demo"

// Run walks. The error says that the walk could not be made or that something at its end does not add up; applications
// that were refused on the way are no error: the report has them.
func Run(ctx context.Context, o Options) (Report, error) {
	if o.Out == nil {
		o.Out = io.Discard
	}
	if o.Abreast == 0 {
		o.Abreast = 6
	}
	if o.Password == "" {
		o.Password = demoPassword
	}
	rows, out, err := readGrants(o.File, o.Count)
	if err != nil {
		return Report{}, err
	}
	w := &walk{Options: o, report: Report{LeftOut: out}, run: time.Now().UTC().Format("20060102-150405.000")}
	printLeftOut(o.Out, out)
	if len(rows) == 0 {
		return w.report, errors.New("the file holds no row with a usable amount")
	}
	defer w.leave(ctx)
	if err := w.prepare(ctx, rows); err != nil {
		return w.report, err
	}
	if err := w.stages(ctx); err != nil {
		return w.report, err
	}
	return w.report, w.verify(ctx)
}

// walk is one run.
type walk struct {
	Options
	run    string // distinguishes the names and keys of this run
	staff  map[string]*client
	round  roundView
	hostID string // the organization that receives money for the others
	files  []*file
	report Report

	organizations onces[string]  // by the file's id of the recipient
	certifiers    onces[*client] // by organization
}

// file is one application on its way.
type file struct {
	application
	organization string
	project      string
	certifier    *client
	id           string // of the case
	out          bool   // refused somewhere: it does not go on
}

// key is the idempotency key of one step of one application in this run.
func (w *walk) key(f *file, step string) string {
	return "walk/" + w.run + "/" + url.QueryEscape(f.row) + "/" + step
}

// leave signs everybody out. A session that stays ends by itself.
func (w *walk) leave(ctx context.Context) {
	for _, c := range w.staff {
		_ = c.call(ctx, http.MethodDelete, "/sessions/current", "", nil, nil)
	}
	left := map[*client]bool{nil: true} // an organization may have several applications
	for _, f := range w.files {
		if !left[f.certifier] {
			_ = f.certifier.call(ctx, http.MethodDelete, "/sessions/current", "", nil, nil)
			left[f.certifier] = true
		}
	}
}

func (w *walk) anonymous() client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 2 * w.Abreast
	return client{http: &http.Client{Transport: transport, Timeout: 30 * time.Second}, base: strings.TrimRight(w.URL,
		"/") + "/api/v1"}
}

// stage does one thing with every application that came so far.
func (w *walk) stage(ctx context.Context, name string, do func(context.Context, *file) error) error {
	watch := startStage(name)
	var g errgroup.Group
	g.SetLimit(w.Abreast)
	for _, f := range w.files {
		if f.out {
			continue
		}
		g.Go(func() error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			began := time.Now()
			err := do(ctx, f)
			f.out = err != nil
			watch.done(f.row, time.Since(began), err)
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	s := watch.stop()
	s.print(w.Out)
	w.report.Stages = append(w.report.Stages, s)
	if s.Done == 0 {
		return fmt.Errorf("no application came through the stage %q", name)
	}
	return nil
}
