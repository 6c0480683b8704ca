package pg

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/lib/pq"
)

func TestAddress(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, dsn, hosts, attrs, fault string }{
		{"one host stays as it is", "postgres://me:x@h1:6000/db", "h1:6000", "", ""},
		{"two hosts with ports",
			"postgres://me:a%40b@h1:6000,h2:6001/db?sslmode=disable", "h1:6000 h2:6001", "primary", ""},
		{"a host without a port", "postgresql://me@h1,h2:6001/db", "h1:5432 h2:6001", "primary", ""},
		{"IPv6", "postgres://me@[::1]:6000,[::2]/db", "::1:6000 ::2:5432", "primary", ""},
		{"hosts as parameters", "postgres:///db?host=h1,h2&port=6000,6001&user=me", "h1:6000 h2:6001", "primary", ""},
		{"keywords", "host=h1,h2 port=6000 user=me dbname=db", "h1:6000 h2:6000", "primary", ""},
		{"read-write means the primary",
			"postgres://me@h1:6000/db?target_session_attrs=read-write", "h1:6000", "primary", ""},
		{"keywords with read-write",
			"host=h1 port=6000 user=me target_session_attrs=read-write", "h1:6000", "primary", ""},
		{"any of several would be a standby",
			"postgres://me@h1:1,h2:2/db?target_session_attrs=any", "h1:1 h2:2", "primary", ""},
		{"a standby", "postgres://me@h1,h2/db?target_session_attrs=standby", "", "", "the server writes"},
		{"keywords with a standby", "host=h1 user=me target_session_attrs=read-only", "", "", "the server writes"},
		{"any of one host", "host=h1 port=6000 user=me target_session_attrs=any", "h1:6000", "any", ""},
		{"an empty host", "postgres://me@h1:6000,/db", "", "", "HOST:PORT,HOST:PORT"},
		{"a port that is none", "postgres://me:secret@h1:six,h2:6001/db", "", "", "port"},
		{"no URL", "postgres://me:se%cret@h1/db", "", "", "%XX"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got, err := Address(row.dsn)
			if row.fault != "" {
				if err == nil || !strings.Contains(err.Error(), row.fault) || strings.Contains(err.Error(), "se") &&
					strings.Contains(err.Error(), "cret@") {
					t.Fatalf("%q, %v; want %q", got, err, row.fault)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			c, err := pq.NewConfig(got)
			if err != nil {
				t.Fatal(err)
			}
			hosts := []string{hostPort(pq.ConfigMultihost{Host: c.Host, Port: c.Port})}
			for _, m := range c.Multi {
				hosts = append(hosts, hostPort(m))
			}
			if strings.Join(hosts, " ") != row.hosts || string(c.TargetSessionAttrs) != row.attrs || c.User != "me" {
				t.Errorf("%s: %v, %q, user %q", got, hosts, c.TargetSessionAttrs, c.User)
			}
			again, err := Address(got)
			if err != nil || again != got {
				t.Errorf("again: %q, %v", again, err)
			}
		})
	}
}

func TestReadAddress(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ dsn, attrs, fault string }{
		{"postgres://me@pooler:6432/db", "", ""},
		{"postgres://me@h1,h2,h3/db", "standby", ""},
		{"postgres://me@h1/db?target_session_attrs=prefer-standby", "standby", ""},
		{"postgres://me@h1,h2/db?target_session_attrs=read-only", "standby", ""},
		{"postgres://me@h1,h2/db?target_session_attrs=any", "any", ""},
		{"host=h1,h2 user=me dbname=db", "standby", ""},
		{"host=h1 user=me dbname=db target_session_attrs=standby", "standby", ""},
		{"postgres://me@h1,h2/db?target_session_attrs=read-write", "", "prefer-standby"},
		{"host=h1 user=me target_session_attrs=primary", "", "this address is for standbys"},
	} {
		got, err := ReadAddress(row.dsn)
		if row.fault != "" {
			if err == nil || !strings.Contains(err.Error(), row.fault) {
				t.Errorf("%s: %v, want %q", row.dsn, err, row.fault)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", row.dsn, err)
			continue
		}
		if c, err := pq.NewConfig(got); err != nil || string(c.TargetSessionAttrs) != row.attrs {
			t.Errorf("%s: %v, %q, want %q", row.dsn, err, c.TargetSessionAttrs, row.attrs)
		}
	}
}

func hostPort(m pq.ConfigMultihost) string { return fmt.Sprintf("%s:%d", m.Host, m.Port) }

// A host that did not answer in time is not asked first again; one that said no is, as only it knows when it is ready.
func TestASilentHostIsNotPreferred(t *testing.T) {
	t.Parallel()
	listen := func(answer bool) int {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() })
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				if answer {
					_ = c.Close()
				}
			}
		}()
		return l.Addr().(*net.TCPAddr).Port
	}
	quiet, refusing := listen(false), listen(true)
	h, err := connector(Options{URL: fmt.Sprintf("host=127.0.0.1,127.0.0.1 port=%d,%d user=me sslmode=disable "+
		"connect_timeout=1", quiet, refusing)}, &dialer{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []int32{1, 1} {
		if _, err := h.Connect(t.Context()); err == nil {
			t.Fatal("connected to nothing")
		}
		if got := h.preferred.Load(); got != want {
			t.Errorf("host %d is asked first, not %d", got, want)
		}
	}
}
