package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"time"

	"incubase/cmd/incubase/app"
	"incubase/cmd/incubase/walk"
	"incubase/db/pg"
)

type demoCommand struct {
	Load demoLoad `cmd:"" help:"Load the demonstration into the database."`
	Walk demoWalk `cmd:"" help:"Carry real grants through the whole pipeline, over HTTP, as the roles would."`
}

type demoLoad struct{ app.Common }

func (c *demoLoad) Run(s *app.Session) error {
	in, err := c.Open(s.Ctx, false, c.Logger(s.Stderr))
	if err != nil {
		return err
	}
	defer in.Close()
	if err := in.LoadDemo(s.Ctx); err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.Stdout, "the demonstration is loaded")
	return err
}

type demoWalk struct {
	Grants  string `help:"Grants as 360Giving JSON." default:"../shared/data/360giving/wolfson_foundation_2014.json" placeholder:"FILE"`
	Count   int    `help:"How many grants; 0: all of the file." default:"0"`
	URL     string `help:"A running server with the demonstration; empty: one of its own, on a data folder that is removed afterwards." placeholder:"URL"`
	Abreast int    `help:"Applications moved at once." default:"6"`
}

func (c *demoWalk) Run(s *app.Session) error {
	if !app.Exists(c.Grants) {
		return app.UsageError{Err: fmt.Errorf("no file %s: name one with --grants", c.Grants)}
	}
	o := walk.Options{URL: c.URL, File: c.Grants, Count: c.Count, Abreast: c.Abreast, Out: s.Stdout}
	if c.URL != "" {
		return report(walk.Run(s.Ctx, o))
	}
	own, err := startOwn(s)
	if err != nil {
		return err
	}
	defer own.stop()
	o.URL, o.Verify = own.url, own.verify
	return report(walk.Run(s.Ctx, o))
}

func report(_ walk.Report, err error) error { return err }

type ownServer struct {
	url  string
	stop func()
	dir  string
}

func startOwn(s *app.Session) (*ownServer, error) {
	dir, err := os.MkdirTemp("", "incubase-walk-")
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := l.Addr().String()
	_ = l.Close()
	ctx, cancel := context.WithCancel(s.Ctx)
	c := &app.ServeCommand{Common: app.Common{Data: dir, LogLevel: "warn", LogFormat: "text"}, Listen: address, Demo: true,
		SessionIdle: time.Hour, SessionAbsolute: 12 * time.Hour, RootsEvery: time.Hour}
	ready := &watcher{word: "Incubase is ready", seen: make(chan struct{})}
	ended := make(chan error, 1)
	go func() { ended <- c.Run(&app.Session{Ctx: ctx, Stdout: ready, Stderr: s.Stderr}) }()
	own := &ownServer{url: "http://" + address, dir: dir, stop: func() {
		cancel()
		<-ended
		_ = os.RemoveAll(dir)
	}}
	select {
	case <-ready.seen:
		return own, nil
	case err := <-ended:
		cancel()
		_ = os.RemoveAll(dir)
		return nil, fmt.Errorf("start a server of its own: %w", err)
	}
}

func (o *ownServer) verify(ctx context.Context) error {
	c := &app.Common{Data: o.dir, LogLevel: "warn", LogFormat: "text"}
	in, err := c.Open(ctx, false, c.Logger(io.Discard))
	if err != nil {
		return err
	}
	defer in.Close()
	var problems []error
	note := func(p pg.Problem) { problems = append(problems, errors.New(p.String())) }
	if _, _, err := in.DB.Verify(ctx, note); err != nil {
		return err
	}
	if err := in.DB.Check(ctx, note); err != nil {
		return err
	}
	return errors.Join(problems...)
}

// watcher reports when a word appears on an output.
type watcher struct {
	word string
	once sync.Once
	seen chan struct{}
}

func (w *watcher) Write(b []byte) (int, error) {
	if strings.Contains(string(b), w.word) {
		w.once.Do(func() { close(w.seen) })
	}
	return len(b), nil
}
