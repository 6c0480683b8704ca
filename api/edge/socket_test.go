package edge_test

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"incubase/api/edge"
)

func listen(t *testing.T) string {
	t.Helper()
	e, _ := server(t, edge.Options{})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := edge.Server(e, slog.New(slog.DiscardHandler))
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close() })
	return l.Addr().String()
}

// send writes bytes to a new connection and returns the statuses until the server closes it.
func send(t *testing.T, address string, parts ...string) (statuses []int, took time.Duration) {
	t.Helper()
	start := time.Now()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(start.Add(20 * time.Second))
	in := bufio.NewReader(c)
	for _, p := range parts {
		if _, err := io.WriteString(c, p); err != nil {
			break
		}
		for len(statuses) < 10 {
			r, err := http.ReadResponse(in, nil)
			if err != nil {
				return statuses, time.Since(start)
			}
			statuses = append(statuses, r.StatusCode)
			_, _ = io.Copy(io.Discard, r.Body)
			if in.Buffered() == 0 && len(parts) > 1 {
				break
			}
		}
	}
	return statuses, time.Since(start)
}

func TestSmuggling(t *testing.T) {
	t.Parallel()
	address := listen(t)
	const head, last = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n", "Connection: close\r\n"
	const chunked = "2\r\n{}\r\n0\r\n\r\n"
	rows := []struct {
		name, request string
		want          []int
	}{
		{"a length is taken", head + last + "Content-Length: 2\r\n\r\n{}", []int{200}},
		{"chunks are taken", head + last + "Transfer-Encoding: chunked\r\n\r\n" + chunked, []int{200}},
		{"length and chunks are refused, and the connection closed",
			head + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked + "GET /ip HTTP/1.1\r\nHost: x\r\n\r\n",
			[]int{400}},
		{"in the other order too, in any case", head + "transfer-encoding: chunked\r\nCONTENT-LENGTH:    2\r\n\r\n" + chunked,
			[]int{400}},
		{"a length after a request on the same connection is seen", head + "Content-Length: 2\r\n\r\n{}" + head +
			"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked, []int{200, 400}},
		{"two lengths are refused", head + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", []int{400}},
		{"an unknown coding is refused", head + "Transfer-Encoding: xchunked\r\n\r\n{}", []int{501}},
		{"a space before the colon is refused", head + "Content-Length : 2\r\n\r\n{}", []int{400}},
		{"a request without a host is refused", "GET /ip HTTP/1.1\r\n\r\n", []int{400}},
		{"headers past the limit are refused", "GET /ip HTTP/1.1\r\nHost: x\r\nX-Long: " + strings.Repeat("x",
			64<<10) + "\r\n\r\n", []int{431}},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			if got, _ := send(t, address, r.request); fmt.Sprint(got) != fmt.Sprint(r.want) {
				t.Errorf("got %v, want %v", got, r.want)
			}
		})
	}
	t.Run("each request of a connection is looked at by itself", func(t *testing.T) {
		t.Parallel()
		got, _ := send(t, address, head+"Transfer-Encoding: chunked\r\n\r\n"+chunked, head+"Content-Length: 2\r\n\r\n{}",
			head+"Transfer-Encoding: chunked\r\n\r\n"+chunked, head+"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n"+
				chunked)
		if want := []int{200, 200, 200, 400}; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

func TestSlowHeadersAreCutOff(t *testing.T) {
	t.Parallel()
	address := listen(t)
	if got, took := send(t, address, "GET /ip HTTP/1.1\r\nHost: x\r\nX-Slow: "); took < 4*time.Second ||
		took > 18*time.Second {
		t.Errorf("half a request was answered %v after %v, want the end after 5 s", got, took)
	}
}

func TestHead(t *testing.T) {
	t.Parallel()
	address := listen(t)
	r, err := http.Head("http://" + address + "/ip")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	if body, _ := io.ReadAll(r.Body); r.StatusCode != 200 || len(body) > 0 || r.ContentLength <= 0 {
		t.Errorf("%d, %d bytes, %q: want what GET says, without the content", r.StatusCode, r.ContentLength, body)
	}
}

func TestALargeBodyIsNotReadToItsEnd(t *testing.T) {
	t.Parallel()
	address := listen(t)
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	_, _ = io.WriteString(c,
		"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1073741824\r\n\r\n{")
	_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
	r, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil || r.StatusCode != 413 {
		t.Fatalf("got %v, %v: want 413 before the body is sent", r, err)
	}
}
