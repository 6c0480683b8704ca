package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// lineReader is a dialer whose connections to PostgreSQL are read along: which statements ran, with which arguments.
type lineReader struct {
	mu    sync.Mutex
	texts map[string]string // of prepared statements, by connection and name
	calls []call
	next  int
}

type call struct {
	text string
	args []*string // as text; nil is NULL
}

func (l *lineReader) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.next++
	return &readLine{Conn: c, l: l, id: strconv.Itoa(l.next)}, nil
}

func (l *lineReader) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls = nil
}

type readLine struct {
	net.Conn
	l  *lineReader
	id string
}

// Write reads the messages Parse and Bind on their way. lib/pq writes whole messages.
func (c *readLine) Write(b []byte) (int, error) {
	for rest := b; len(rest) >= 5 && rest[0] >= 'A'; {
		n := int(binary.BigEndian.Uint32(rest[1:5])) + 1
		if n < 5 || n > len(rest) {
			break
		}
		c.l.message(c.id, rest[0], rest[5:n])
		rest = rest[n:]
	}
	return c.Conn.Write(b)
}

func (l *lineReader) message(conn string, kind byte, body []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	word := func() string {
		s, rest, _ := bytes.Cut(body, []byte{0})
		body = rest
		return string(s)
	}
	number := func() int {
		n := int(int16(binary.BigEndian.Uint16(body)))
		body = body[2:]
		return n
	}
	switch kind {
	case 'P':
		name := word()
		l.texts[conn+" "+name] = word()
	case 'B':
		_, name := word(), word()
		c := call{text: l.texts[conn+" "+name]}
		for range number() {
			number() // formats: lib/pq sends text
		}
		for range number() {
			n := int(int32(binary.BigEndian.Uint32(body)))
			body = body[4:]
			if n < 0 {
				c.args = append(c.args, nil)
				continue
			}
			s := string(body[:n])
			c.args, body = append(c.args, &s), body[n:]
		}
		l.calls = append(l.calls, c)
	}
}

var (
	place   = regexp.MustCompile(`\$(\d+)`)
	comment = regexp.MustCompile(`(?m)--.*$`)
)

// script is what ran, for pgbench, with the arguments that it takes on its command line.
func (l *lineReader) script() (string, []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var b strings.Builder
	var args []string
	for i, c := range l.calls {
		text := place.ReplaceAllStringFunc(comment.ReplaceAllString(c.text, ""), func(s string) string {
			n, _ := strconv.Atoi(s[1:])
			switch a := c.args[n-1]; {
			case a == nil:
				return "null"
			case *a == "": // pgbench knows no empty variables
				return "''"
			}
			return fmt.Sprintf(":a%d_%d", i, n)
		})
		for n, a := range c.args {
			if a != nil && *a != "" {
				args = append(args, "-D", fmt.Sprintf("a%d_%d=%s", i, n+1, *a))
			}
		}
		b.WriteString(strings.TrimSuffix(strings.TrimSpace(text), ";") + ";\n")
	}
	return b.String(), args
}
