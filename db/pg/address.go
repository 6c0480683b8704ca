package pg

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/lib/pq"
)

// Address returns dsn in the form that lib/pq and PostgreSQL's client programs both understand. Several hosts may stand
// in a URL (postgres://user@h1:5432,h2:5432/db); of several, only the primary is taken. Everything here writes or
// follows what was written, so a standby is refused.
func Address(dsn string) (string, error) { return address(dsn, primaryOnly) }

// ReadAddress is Address for reads on a standby. Of several hosts a standby is taken.
func ReadAddress(dsn string) (string, error) { return address(dsn, standbyFirst) }

func address(dsn string, sessions func(asked string, several bool) (string, error)) (string, error) {
	if !strings.HasPrefix(dsn, "postgres://") && !strings.HasPrefix(dsn, "postgresql://") {
		c, err := pq.NewConfig(dsn)
		if err != nil {
			return "", err
		}
		attrs, err := sessions(string(c.TargetSessionAttrs), len(c.Multi) > 0)
		if attrs != "" && attrs != string(c.TargetSessionAttrs) {
			dsn += " target_session_attrs=" + attrs // the last of a name counts
		}
		return dsn, err
	}
	hosts, ports, rest, err := splitHosts(dsn)
	if err != nil {
		return "", err
	}
	u, err := url.Parse(rest)
	if err != nil {
		return "", errors.New("the address is no URL: postgres://USER:PASSWORD@HOST:PORT/DATABASE is expected; " +
			"special characters of a password are written as %XX")
	}
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return "", fmt.Errorf("the parameters of the address: %w", err)
	}
	if len(hosts) > 0 {
		q.Set("host", strings.Join(hosts, ","))
		q.Set("port", strings.Join(ports, ","))
	}
	u.RawQuery = q.Encode()
	c, err := pq.NewConfig(u.String()) // hosts may come from the environment too
	if err != nil {
		return "", err
	}
	attrs, err := sessions(string(c.TargetSessionAttrs), len(c.Multi) > 0)
	if err != nil {
		return "", err
	}
	if attrs != "" {
		q.Set("target_session_attrs", attrs)
		u.RawQuery = q.Encode()
	}
	return u.String(), nil
}

// primaryOnly returns the target_session_attrs to connect with. A reader's session is read-only, so of the primary too
// "read-write" would be refused: "primary" says what is meant.
func primaryOnly(asked string, several bool) (string, error) {
	switch asked {
	case "read-write", "primary":
		return "primary", nil
	case "", "any":
		if several {
			return "primary", nil
		}
		return "", nil
	}
	return "", fmt.Errorf("target_session_attrs=%s is not possible: the server writes. Leave it out, or write read-write",
		asked)
}

// standbyFirst returns the target_session_attrs of reads on a standby. Without a standby they run on the primary
// anyway, so that "standby" is what "prefer-standby" means here. A single host may be a proxy: it is taken as it is.
func standbyFirst(asked string, several bool) (string, error) {
	switch asked {
	case "standby", "prefer-standby", "read-only":
		return "standby", nil
	case "":
		if several {
			return "standby", nil
		}
		return "", nil
	case "any":
		return "any", nil
	}
	return "", fmt.Errorf("target_session_attrs=%s is not possible: this address is for standbys. Leave it out, or write "+
		"prefer-standby", asked)
}

// splitHosts takes several hosts out of a URL, which net/url does not allow; with one host the URL stays as it is.
func splitHosts(dsn string) (hosts, ports []string, rest string, err error) {
	scheme, after, _ := strings.Cut(dsn, "://")
	end := strings.IndexAny(after, "/?#")
	if end < 0 {
		end = len(after)
	}
	authority, tail := after[:end], after[end:]
	user := ""
	if at := strings.LastIndex(authority, "@"); at >= 0 {
		user, authority = authority[:at+1], authority[at+1:]
	}
	if !strings.Contains(authority, ",") {
		return nil, nil, dsn, nil
	}
	for one := range strings.SplitSeq(authority, ",") {
		host, port, err := net.SplitHostPort(one)
		if err != nil { // no port
			host, port = strings.Trim(one, "[]"), "5432"
		}
		if host == "" || port == "" {
			return nil, nil, "", fmt.Errorf("host %q of several in the address: HOST:PORT,HOST:PORT is expected", one)
		}
		hosts, ports = append(hosts, host), append(ports, port)
	}
	return hosts, ports, scheme + "://" + user + tail, nil
}

const (
	connectTimeout = 5 * time.Second
	// turn is how long a host may take before the next of several is asked as well, and the others once more: a silent
	// one must not hold them up, as one of them may be the primary by then, and a slow one is not given up.
	turn = time.Second
)

// errStandby: no host of the address is the primary now, as between the end of one and the election of the next.
var errStandby = errors.New("no primary among the hosts of the address")

// hosts connects to the first host that answers as it should, beginning with the one that did so last.
type hosts struct {
	each      []pq.Config
	preferred *atomic.Int32 // shared by the pools of a DB, as the next
	timeline  *timeline
	line      *dialer
	within    time.Duration // for each host
	notice    func(*pq.Error)
}

// connect connects to a node that no other has replaced, by a dialer of its own.
func (h *hosts) connect(ctx context.Context, at int) (a attempt) {
	a.host, a.line = at, &dialer{through: h.line.through, readTimeout: h.line.readTimeout}
	c, _ := pq.NewConnectorConfig(h.each[at].Clone()) // has no error
	c.Dialer(a.line)
	if a.conn, a.err = c.Connect(ctx); a.err != nil {
		return a
	}
	if h.notice != nil {
		pq.SetNoticeHandler(a.conn, h.notice)
	}
	raw, ok := a.conn.(pqConn)
	if h.timeline == nil || !ok {
		return a
	}
	a.line.bound(connectTimeout)
	defer a.line.bound(0)
	now, err := h.timeline.admit(ctx, raw)
	if err != nil {
		a.err = errors.Join(err, raw.Close())
		return a
	}
	a.conn = h.timeline.session(raw, now, a.line.latest())
	return a
}

type attempt struct {
	host int
	line *dialer
	conn driver.Conn
	err  error
}

// Connect ignores the end of ctx: a connection that comes late is kept for the next caller, and requests do not start
// over at a silent host one after the other.
func (h *hosts) Connect(ctx context.Context) (driver.Conn, error) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	made := make(chan attempt, len(h.each))
	asking := make([]bool, len(h.each)) // at this moment
	said := make([]error, len(h.each))  // last
	first, begun, open := int(h.preferred.Load()), 0, 0
	ask := func(at int) {
		asking[at] = true
		open++
		go func() { made <- h.connect(ctx, at) }()
	}
	begin := func() {
		ask((first + begun) % len(h.each))
		begun++
	}
	begin()
	until := time.Now().Add(h.within)
	next := time.NewTicker(turn)
	defer next.Stop()
	for {
		select {
		case a := <-made:
			asking[a.host] = false
			open--
			if a.err == nil {
				go closeLate(made, open)
				h.preferred.Store(int32(a.host)) //nolint:gosec // a handful of hosts
				h.line.use(a.line)
				return a.conn, nil
			}
			if strings.Contains(a.err.Error(), "is in hot standby") {
				a.err = fmt.Errorf("%w: %w", errStandby, a.err)
			}
			said[a.host] = a.err
			if begun < len(h.each) {
				begin()
				next.Reset(turn)
			} else if open == 0 {
				if silent(said[first]) {
					h.preferred.CompareAndSwap(int32(first), int32((first+1)%len(h.each))) //nolint:gosec // a handful of hosts
				}
				return nil, errors.Join(said...)
			}
		case <-next.C:
			if begun < len(h.each) {
				begin()
				continue
			}
			for at := range h.each {
				if !asking[at] && time.Now().Before(until) {
					ask(at)
				}
			}
		}
	}
}

// silent reports whether a host did not answer in time. It is not asked first again: that would hold up the others.
func silent(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

// closeLate closes connections that come after another was taken.
func closeLate(made <-chan attempt, n int) {
	for range n {
		if a := <-made; a.err == nil {
			_ = a.conn.Close()
		}
	}
}

func (h *hosts) Driver() driver.Driver { return pq.Driver{} }

// connector makes connections with the given run-time parameters; line is the dialer of the latest.
func connector(o Options, line *dialer, runtime map[string]string) (*hosts, error) {
	cfg, err := pq.NewConfig(o.URL)
	if err != nil {
		return nil, err
	}
	h := &hosts{preferred: o.preferred, timeline: o.timeline, line: line}
	if h.preferred == nil {
		h.preferred = &atomic.Int32{}
	}
	first := pq.ConfigMultihost{Host: cfg.Host, Hostaddr: cfg.Hostaddr, Port: cfg.Port}
	for _, m := range append([]pq.ConfigMultihost{first}, cfg.Multi...) {
		one := cfg.Clone()
		one.Host, one.Hostaddr, one.Port, one.Multi = m.Host, m.Hostaddr, m.Port, nil
		if one.ConnectTimeout == 0 {
			one.ConnectTimeout = connectTimeout
		}
		h.within = one.ConnectTimeout
		one.Runtime["timezone"] = "UTC"
		one.Runtime["jit"] = "off" // compiling costs more than any statement takes
		maps.Copy(one.Runtime, runtime)
		h.each = append(h.each, one)
	}
	return h, nil
}
