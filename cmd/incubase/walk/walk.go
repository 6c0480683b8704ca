// Package walk moves real grants through a running system over HTTP, as the people of each role would. For every
// stage it reports how many passed, how long they took and what was refused. It knows the server only by its API, and
// at the end checks chains and sums.
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

type Options struct {
	URL      string                          // of a running server with the demonstration: http://127.0.0.1:8080
	File     string                          // 360Giving JSON
	Count    int                             // applications to file; 0: all usable ones
	Abreast  int                             // concurrent applications; 0: 6
	Password string                          // of the demonstration's logins; empty: the default
	Out      io.Writer                       // progress
	Verify   func(ctx context.Context) error // checks stored chains and ledger; nil: only over the API
}

const demoPassword = "incubase-demo"

// Run returns an error if the walk could not be made or its results do not add up. Refused applications are no error,
// the report lists them.
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

type walk struct {
	Options
	run    string // makes names and keys of this run unique
	staff  map[string]*client
	round  roundView
	hostID string // the fiscal host
	files  []*file
	report Report

	organizations onces[string]  // by the recipient's id in the file
	certifiers    onces[*client] // by organization
}

type file struct {
	application
	organization string
	project      string
	certifier    *client
	id           string // of the case
	out          bool   // refused at some stage: it stops there
}

func (w *walk) key(f *file, step string) string {
	return "walk/" + w.run + "/" + url.QueryEscape(f.row) + "/" + step
}

// leave signs everybody out. Sessions that remain expire.
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

// stage does one step with every application that has not stopped.
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
