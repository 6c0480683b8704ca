package main

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
)

// clientCommand runs one of PostgreSQL's client programs with the password in its environment.
func clientCommand(ctx context.Context, tool, dsn string, args ...string) *exec.Cmd {
	public, password := withoutPassword(dsn)
	cmd := exec.CommandContext(ctx, tool, append(args, "--no-password", "--dbname="+public)...)
	cmd.Env = os.Environ()
	if password != "" {
		cmd.Env = append(cmd.Env, "PGPASSWORD="+password)
	}
	return cmd
}

// passwordPair matches the password in keyword form: password=secret or password = 'se\'cret'.
var passwordPair = regexp.MustCompile(`(^|\s)password\s*=\s*('(?:[^'\\]|\\.)*'|(?:[^\s\\]|\\.)*)`)

func withoutPassword(dsn string) (public, password string) {
	if !strings.HasPrefix(dsn, "postgres://") && !strings.HasPrefix(dsn, "postgresql://") {
		public = passwordPair.ReplaceAllStringFunc(dsn, func(pair string) string {
			_, value, _ := strings.Cut(pair, "=")
			password = unquote(strings.TrimSpace(value))
			return ""
		})
		return strings.TrimSpace(public), password
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return dsn, "" // the server could not have used it either
	}
	if u.User != nil {
		password, _ = u.User.Password()
		u.User = url.User(u.User.Username())
	}
	q := u.Query()
	if p := q.Get("password"); p != "" {
		password = p
	}
	q.Del("password")
	u.RawQuery = q.Encode()
	return u.String(), password
}

var escaped = regexp.MustCompile(`\\(.)`)

func unquote(value string) string {
	if len(value) >= 2 && value[0] == '\'' {
		value = value[1 : len(value)-1]
	}
	return escaped.ReplaceAllString(value, "$1")
}
