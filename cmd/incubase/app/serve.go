package app

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"incubase/api"
	"incubase/api/edge"
	"incubase/cmd/incubase/demo"
	"incubase/db/accounts"
	"incubase/db/cases"
	"incubase/db/embedded"
	"incubase/db/pg"
	"incubase/web"
	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/outage"
	"incubase/workflow/registry"
)

type ServeCommand struct {
	Common
	Listen          string        `help:"Address to serve on (default: ${default})." default:"127.0.0.1:8080" env:"INCUBASE_LISTEN" placeholder:"HOST:PORT"`
	MetricsListen   string        `name:"metrics-listen" help:"Address of /metrics for Prometheus; empty: not served." env:"INCUBASE_METRICS_LISTEN" placeholder:"HOST:PORT"`
	Demo            bool          `help:"Load the demonstration, and let its clock be moved. Only on a loopback address." env:"INCUBASE_DEMO"`
	Secure          bool          `help:"Behind HTTPS: cookies are bound to the host and sent over TLS only." env:"INCUBASE_SECURE"`
	TrustedProxies  []string      `name:"trusted-proxies" help:"Networks (CIDR) whose X-Forwarded-For is believed." env:"INCUBASE_TRUSTED_PROXIES" placeholder:"CIDR"`
	SessionIdle     time.Duration `name:"session-idle" help:"A session unused for so long ends." default:"30m" env:"INCUBASE_SESSION_IDLE"`
	SessionAbsolute time.Duration `name:"session-absolute" help:"A session ends after so long, used or not." default:"12h" env:"INCUBASE_SESSION_ABSOLUTE"`
	SecondFactor    string        `name:"second-factor" help:"Whether administrators, deciders and finance need a second factor to sign in: required or optional. The demonstration's accounts need none." enum:"required,optional" default:"required" env:"INCUBASE_SECOND_FACTOR"`
	DrainDelay      time.Duration `name:"drain-delay" help:"When told to stop, serve on for so long while /readyz says 503, so that a proxy sends requests elsewhere; then finish those under way." default:"0s" env:"INCUBASE_DRAIN_DELAY"`
	VerifyEvery     time.Duration `name:"verify-every" help:"How often all chains and the ledger are recomputed for /metrics; 0s: never." default:"24h" env:"INCUBASE_VERIFY_EVERY"`
	AnswerWithin    time.Duration `name:"answer-within" help:"A request that takes longer is answered 503, to be tried again; files have longer." default:"2500ms" env:"INCUBASE_ANSWER_WITHIN"`
	ScanCommand     string        `name:"scan-command" help:"Virus scanner: a command with its arguments, which gets the path of an upload as its last one and says 0 for clean, 1 for infected; with anything else the file waits. Files that wait are not handed out." env:"INCUBASE_SCAN_COMMAND" placeholder:"COMMAND"`
	DatabaseWait    time.Duration `name:"database-wait" help:"At the start, wait so long for a database that is away: it may be starting too." default:"1m" env:"INCUBASE_DATABASE_WAIT"`
	MaxReads        int           `name:"max-reads" help:"Connections for reading: pages, lists, boards." default:"10" env:"INCUBASE_MAX_READS"`
	MaxWrites       int           `name:"max-writes" help:"Connections for writing." default:"6" env:"INCUBASE_MAX_WRITES"`
	Drafts          int           `name:"organization-drafts" help:"How many drafts of a round one organization may have; 0: any number." default:"20" env:"INCUBASE_ORGANIZATION_DRAFTS"`
	Projects        int           `name:"organization-projects" help:"How many projects one organization may have; 0: any number." default:"200" env:"INCUBASE_ORGANIZATION_PROJECTS"`
	FilesMiB        int64         `name:"organization-files" help:"How much the files that the people of one organization bring may take in all, in MiB; 0: any amount." default:"2048" env:"INCUBASE_ORGANIZATION_FILES" placeholder:"MIB"`
	RootsEvery      time.Duration `name:"roots-every" help:"How often the heads of the audit chains are signed." default:"1h" env:"INCUBASE_ROOTS_EVERY"`
}

// Run serves until it is told to stop, then drains requests and stops the database.
func (c *ServeCommand) Run(s *Session) error {
	log := c.Logger(s.Stderr)
	if err := c.check(); err != nil {
		return err
	}
	if c.InClear() {
		log.Warn("serving in clear on an address that other machines reach: passwords and personal data can be read on "+
			"the way; "+
			"put TLS in front and say --secure", "listen", c.Listen)
	}
	listener, err := Listen(c.Listen, "--listen or INCUBASE_LISTEN")
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }()
	var metrics net.Listener // on an address of their own, if one is set
	if c.MetricsListen != "" {
		if metrics, err = Listen(c.MetricsListen, "--metrics-listen or INCUBASE_METRICS_LISTEN"); err != nil {
			return err
		}
		defer func() { _ = metrics.Close() }()
	}
	front := newFront(listener, c.Secure, log)
	defer func() { _ = front.server.Close() }()
	c.databaseWait, c.reads, c.writes = c.DatabaseWait, c.MaxReads, c.MaxWrites
	c.bounds = pg.Bounds{Drafts: c.Drafts, Projects: c.Projects, Files: c.FilesMiB << 20}
	in, err := c.Open(s.Ctx, true, log)
	if err != nil {
		return err
	}
	defer in.Close()
	if err := in.warnOfReplication(s.Ctx); err != nil {
		return err
	}
	key, err := c.LoadSigningKey(s.Ctx, in)
	if err != nil {
		return err
	}
	if err := in.DB.CheckSchema(s.Ctx, Version); err != nil {
		return err
	}
	if c.Demo {
		if err := in.LoadDemo(s.Ctx); err != nil {
			return fmt.Errorf("load the demonstration: %w", err)
		}
	}
	return c.serve(s, in, key, front, metrics)
}

// front answers from the first moment on, if only that the server is starting.
type front struct {
	startup *edge.Startup
	server  *edge.HTTP
	address string
	ended   chan error
}

func newFront(l net.Listener, secure bool, log *slog.Logger) *front {
	f := &front{startup: &edge.Startup{Secure: secure}, address: l.Addr().String(), ended: make(chan error, 1)}
	f.server = edge.Server(f.startup, log)
	go func() { f.ended <- f.server.Serve(l) }()
	return f
}

// check refuses settings that do not go together.
func (c *ServeCommand) check() error {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return UsageError{fmt.Errorf("--listen %q: HOST:PORT is expected: %w", c.Listen, err)}
	}
	if c.Demo && !loopback(host) {
		return UsageError{fmt.Errorf("--demo serves only on a loopback address, not on %s: its logins are known to everybody",
			c.Listen)}
	}
	if c.AnswerWithin < 100*time.Millisecond {
		return UsageError{errors.New("--answer-within must be at least 100ms")}
	}
	if c.SessionIdle <= 0 || c.SessionAbsolute < c.SessionIdle || c.RootsEvery < time.Second {
		return UsageError{errors.New("--session-idle must be positive and at most --session-absolute, --roots-every at " +
			"least 1s")}
	}
	if c.VerifyEvery < 0 || c.VerifyEvery > 0 && c.VerifyEvery < time.Second {
		return UsageError{errors.New("--verify-every must be 0s or at least 1s")}
	}
	if c.ScanCommand != "" && strings.TrimSpace(c.ScanCommand) == "" {
		return UsageError{errors.New("--scan-command is blank")}
	}
	if c.Drafts < 0 || c.Projects < 0 || c.FilesMiB < 0 || c.FilesMiB > 1<<30 {
		return UsageError{errors.New("--organization-drafts, --organization-projects and --organization-files must not be " +
			"negative")}
	}
	if c.MaxReads < 2 || c.MaxReads > 200 || c.MaxWrites < 1 || c.MaxWrites > 200 {
		return UsageError{errors.New("--max-reads must be between 2 and 200, --max-writes between 1 and 200")}
	}
	if c.DatabaseWait < 0 {
		return UsageError{errors.New("--database-wait must not be negative")}
	}
	if c.DrainDelay < 0 || c.DrainDelay > time.Minute {
		return UsageError{errors.New("--drain-delay must be between 0s and 1m")}
	}
	return nil
}

// InClear reports whether requests can arrive over a network without TLS. check has seen to the form of the address.
func (c *ServeCommand) InClear() bool {
	host, _, _ := net.SplitHostPort(c.Listen)
	return !c.Secure && !loopback(host)
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Listen names the port that is taken, and what sets it: the likeliest thing to go wrong at a first start.
func Listen(address, setting string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("port %s is in use by another program: stop it, or choose another address with %s", address,
			setting)
	}
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	return l, nil
}

// serve runs everything side by side; the first part that ends takes the others with it. It answers requests before it
// begins anything else, and, told to stop, to their end before it ends the rest.
func (c *ServeCommand) serve(s *Session, in *Installation, key ed25519.PrivateKey, front *front,
	metrics net.Listener) error {
	ctx, stop := context.WithCancelCause(context.WithoutCancel(s.Ctx))
	defer stop(nil)
	found := Sessions{in.DB.Accounts, accounts.SessionLimits{Idle: c.SessionIdle, Absolute: c.SessionAbsolute},
		&registry.Factors{Store: in.DB, Required: c.SecondFactor == "required" && !c.Demo}}
	if found.Factors.Required {
		in.bulk.NeedsFactor = registry.NeedsFactor
	}
	live := NewLive(in, found)
	notifier := in.DB.NewNotifier(ctx, live.Notify)
	in.Desk.Wake = notifier.Notify
	files, err := c.Files(ctx, in)
	if err != nil {
		return err
	}
	if c.ScanCommand != "" {
		files.UseScanner(CommandScanner(c.ScanCommand))
	}
	handler, err := c.Handler(in, files, found, live, notifier.Notify)
	if err != nil {
		return err
	}
	var parts sync.WaitGroup
	part := func(run func()) {
		parts.Add(1)
		go func() { defer parts.Done(); run() }()
	}
	front.startup.Open(handler)
	part(func() {
		if err := <-front.ended; !errors.Is(err, http.ErrServerClosed) {
			stop(err)
		}
	})
	if !c.Demo {
		if err := in.firstStart(s); err != nil {
			stop(err)
		}
	}
	part(func() { in.Worker(notifier.C()).Run(ctx) })
	watching, close := context.WithCancel(ctx)
	defer close()
	part(func() { live.Run(watching) })
	part(func() { in.Clock.Keep(ctx, time.Second) })
	part(func() { in.follow(ctx) })
	part(func() { c.signRoots(ctx, in, key) })
	part(func() { in.tidy(ctx, files) })
	part(func() { in.scan(ctx, files) })
	part(func() { in.verify(ctx, c.VerifyEvery) })
	if in.server != nil {
		part(func() { watch(ctx, in.server, stop) })
	}
	if metrics != nil {
		in.metrics(ctx, metrics, part, stop)
	}
	part(func() {
		in.Divisions.Read() // so that the first request does not wait for them
	})
	if ctx.Err() == nil {
		c.greet(s, front.address)
	}
	select {
	case <-s.Ctx.Done():
		in.leave(ctx, c.DrainDelay)
	case <-ctx.Done():
	}
	close() // open boards end at once: draining does not wait for them
	down, cancel := context.WithTimeout(context.Background(), Drain)
	defer cancel()
	err = front.server.Shutdown(down)
	stop(context.Canceled)
	parts.Wait()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause
	}
	return err
}

// leave says on /readyz that the server is going, and serves on for a while: a proxy that looks there sends nothing
// more, and the connections that it keeps are closed one by one, each with an answer.
func (in *Installation) leave(ctx context.Context, delay time.Duration) {
	in.leaving.Store(true)
	select {
	case <-time.After(delay):
	case <-ctx.Done():
	}
}

// Handler is the whole HTTP surface.
func (c *ServeCommand) Handler(in *Installation, files *cases.Files, found Sessions, live *edge.Live,
	wake func()) (http.Handler, error) {
	e, err := edge.New(edge.Options{Log: in.Log, Sessions: found, Secure: c.Secure, TrustedProxies: c.TrustedProxies,
		Leaving: in.leaving.Load, Timeout: c.AnswerWithin})
	if err != nil {
		return nil, UsageError{err}
	}
	ports := edge.Ports{Desk: in.Desk, Bulk: in.bulk, Registry: in.Registry, Eraser: in.Eraser(files),
		Factors: found.Factors, Live: live, Finder: &edge.Finder{Desk: in.Desk, Cases: in.DB, Records: in.DB},
		Objections: edge.NewObjections(in.Desk, files, in.DB, in.Log), Definitions: in.Catalog, Loader: Definitions{in},
		Trials: Definitions{in}, Results: in.DB,
		Cases: in.DB, Boards: in.DB.Spread, Records: in.DB, Places: in.DB, Accounts: in.DB, Announcements: in.DB.Spread,
		Public: in.DB.Spread, Attachments: files,
		Uploads: files, Papers: in.DB, Acts: in.DB, Exports: Exports{in}, Erasures: in.DB, Sessions: found, Keeper: in.DB,
		Limits: edge.NewLimits(), Secure: c.Secure, Log: in.Log}
	o := api.Options{Ports: ports, Health: &health{in: in}, Figures: in.figures}
	if c.Demo {
		o.Demo = demoClock{in.Clock, wake}
	}
	api.Register(e, o)
	web.Register(e, ui.Options{Ports: ports, Filters: in.DB, Replaced: in.DB, PaperCounts: in.DB,
		Integrity: integrity{in, c}, Demo: c.Demo})
	return e, nil
}

// NewLive returns what keeps the boards on screens up to date.
func NewLive(in *Installation, found Sessions) *edge.Live {
	return edge.NewLive(edge.LiveOptions{Boards: in.DB.Spread, Machines: in.Desk.Machines, Clock: in.Clock,
		Stands: found.Stands, Log: in.Log})
}

// watch ends the server when its private database has gone.
func watch(ctx context.Context, s *embedded.Server, stop context.CancelCauseFunc) {
	select {
	case <-ctx.Done():
	case <-s.Done():
		if ctx.Err() == nil {
			stop(errors.New("the private PostgreSQL has ended; start incubase again, it recovers by itself"))
		}
	}
}

// metrics are served on an address of their own.
func (in *Installation) metrics(ctx context.Context, l net.Listener, part func(func()), stop context.CancelCauseFunc) {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", api.Metrics(in.figures))
	server := edge.Server(mux, in.Log)
	part(func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			stop(err)
		}
	})
	part(func() { <-ctx.Done(); _ = server.Close() })
}

// signRoots signs the heads of all chains at the start and on a schedule, so that a cut-off tail is seen too. Of
// several servers one signs: the others see that a root is there.
func (c *ServeCommand) signRoots(ctx context.Context, in *Installation, key ed25519.PrivateKey) {
	sign := func() {
		if _, err := in.DB.SignRoot(ctx, time.Now(), key); err != nil && ctx.Err() == nil {
			in.Log.Error("sign the heads of the audit chains", "error", err)
		}
	}
	sign()
	every(ctx, c.RootsEvery, func() {
		last, err := in.DB.LastRoot(ctx)
		if err == nil && last != nil && time.Since(last.Kept) < c.RootsEvery/2 {
			return
		}
		sign()
	})
}

// tidy removes what has had its time: erased files, ended sessions, old throttles, keys past their 90 days.
func (in *Installation) tidy(ctx context.Context, files *cases.Files) {
	const forgotten = 7 * 24 * time.Hour // an upload that no act has named by then
	erased := func() {
		if _, err := files.RemoveErased(ctx); err != nil && ctx.Err() == nil {
			in.Log.Warn("remove erased files", "error", err)
		}
	}
	erased() // what a crash between an erasing and its files has left
	every(ctx, time.Hour, func() {
		erased()
		if _, err := files.Sweep(ctx, forgotten); err != nil && ctx.Err() == nil {
			in.Log.Warn("sweep files", "error", err)
		}
		if err := in.DB.ForgetReplaced(ctx, in.Clock.Now().Add(-workflow.ReplacedKept)); err != nil && ctx.Err() == nil {
			in.Log.Warn("forget replaced answers", "error", err)
		}
		if err := in.DB.Tidy(ctx); err != nil && ctx.Err() == nil {
			in.Log.Warn("tidy up", "error", err)
		}
	})
}

// follow takes in what other servers load.
func (in *Installation) follow(ctx context.Context) {
	var fault outage.Fault
	every(ctx, time.Second, func() {
		if err := in.Learn(ctx); ctx.Err() == nil {
			fault.Note(in.Log, "look for new definitions", err)
		}
	})
}

func every(ctx context.Context, d time.Duration, do func()) {
	t := time.NewTicker(d)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			do()
		}
	}
}

// greet tells a person where to go.
func (c *ServeCommand) greet(s *Session, address string) {
	_, _ = fmt.Fprintf(s.Stdout, "\nIncubase is ready: http://%s  (Ctrl-C stops it)\n", address)
	_, _ = fmt.Fprintf(s.Stdout, "  API        http://%s/api/v1      OpenAPI  http://%s/openapi.json\n", address, address)
	if c.Demo {
		_, _ = fmt.Fprintf(s.Stdout, "  Logins     %s\n  Password   %s (for all of them)\n",
			strings.Join(demo.Logins(), ", "), demo.Password)
		_, _ = fmt.Fprintf(s.Stdout,
			"  Try        curl -s http://%s/api/v1/sessions -H 'Content-Type: application/json' -d "+
				"'{\"login\":\"officer\",\"password\":\"%s\"}'\n", address, demo.Password)
	}
}

// firstStart prints the one-time token with which the first administrators are made, while there are none.
func (in *Installation) firstStart(s *Session) error {
	token, err := in.DB.NewSetupToken(s.Ctx)
	if err != nil {
		return fmt.Errorf("look for administrators: %w", err)
	}
	if token != "" {
		_, _ = fmt.Fprintf(s.Stdout,
			"\nThere is no administrator yet. Make the three on the page /setup (or POST /api/v1/setup) with this one-time "+
				"token: %s\n  or here, one by one: incubase user add --role sysadmin LOGIN\n", token)
	}
	return nil
}

// LoadDemo loads the demonstration, if it is not there yet. Of several servers one loads it and the others wait.
func (in *Installation) LoadDemo(ctx context.Context) error {
	return pg.Alone(ctx, in.ownerURL, func() error {
		return demo.Load(ctx, demo.Deps{Desk: in.Desk, Registry: in.Registry, Queue: in.DB, Log: in.Log, Holds: in.Holds})
	})
}

// User is the account of a login; nil where there is none.
func (in *Installation) User(ctx context.Context, login string) (*registry.UserRecord, error) {
	users, _, err := in.DB.Users(ctx, registry.RecordScopeOf(workflow.System()),
		registry.RecordQuery{Words: login, Limit: workflow.MaxPage})
	for _, u := range users {
		if u.Login == login {
			return &u, err
		}
	}
	return nil, err
}

// Holds reports whether a login exists and has a role.
func (in *Installation) Holds(ctx context.Context, login string, role workflow.Role) (bool, error) {
	u, err := in.User(ctx, login)
	if err != nil || u == nil {
		return false, err
	}
	return slices.ContainsFunc(u.Roles, func(r registry.RoleRecord) bool { return r.Role == role }), nil
}

// Exists reports whether a path is there.
func Exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
