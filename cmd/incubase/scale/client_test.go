package scale

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"
)

// client is one connection that is kept. It is plain on purpose: what it costs is taken from the server on the same machine.
type client struct {
	c    net.Conn
	r    *bufio.Reader
	body bytes.Buffer // of the last answer
	etag string
	key  string // that the last command went out with
}

func dial(address string) (*client, error) {
	c, err := net.DialTimeout("tcp", address, 5*time.Second)
	if err != nil {
		return nil, err
	}
	return &client{c: c, r: bufio.NewReaderSize(c, 64<<10)}, nil
}

// request is what goes out, header and all.
func request(method, path, token, body string, headers ...string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s /api/v1%s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n", method, path, token)
	for i := 0; i < len(headers); i += 2 {
		fmt.Fprintf(&b, "%s: %s\r\n", headers[i], headers[i+1])
	}
	if body != "" {
		fmt.Fprintf(&b, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(body))
	}
	b.WriteString("\r\n" + body)
	return b.Bytes()
}

// send makes a request whose answer must have a status.
func (c *client) send(want int, request []byte) error {
	_ = c.c.SetDeadline(time.Now().Add(20 * time.Second))
	if _, err := c.c.Write(request); err != nil {
		return err
	}
	status, err := c.answer()
	if err == nil && status != want {
		err = fmt.Errorf("%d, want %d: %s: %.600s", status, want, bytes.SplitN(request, []byte("\r\n"), 2)[0], c.body.String())
	}
	return err
}

func (c *client) answer() (status int, err error) {
	line, err := c.r.ReadSlice('\n')
	if err != nil {
		return 0, err
	}
	if len(line) < 12 {
		return 0, fmt.Errorf("no answer: %q", line)
	}
	status, _ = strconv.Atoi(string(line[9:12]))
	length, chunked := 0, false
	for {
		line, err := c.r.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		if len(line) <= 2 {
			break
		}
		name, value, _ := strings.Cut(string(line), ":")
		switch value = strings.TrimSpace(value); strings.ToLower(name) {
		case "content-length":
			length, _ = strconv.Atoi(value)
		case "transfer-encoding":
			chunked = value == "chunked"
		case "etag":
			c.etag = value
		}
	}
	c.body.Reset()
	if !chunked {
		_, err = io.CopyN(&c.body, c.r, int64(length))
		return status, err
	}
	for {
		line, err := c.r.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		n, err := strconv.ParseInt(strings.TrimSpace(string(line)), 16, 32)
		if err != nil {
			return 0, err
		}
		if _, err := io.CopyN(&c.body, c.r, n); err != nil {
			return 0, err
		}
		if _, err := c.r.Discard(2); err != nil || n == 0 {
			return status, err
		}
	}
}

// work is one kind of request, or two that belong together. n counts over all that this client does.
type work struct {
	name  string
	do    func(c *client, who, n int) error
	vary  func(c *client) []string // what of a request that was just made is of this one alone; nil: nothing
	floor string                   // "same", "bare" or "" for none
}

// burst lets clients work side by side for a while and gives how long each piece took, unsorted, and what went wrong.
func burst(address string, w *work, clients int, begin []int, d time.Duration) (took []time.Duration, errs []error, lasted time.Duration) {
	var mu sync.Mutex
	var all sync.WaitGroup
	ready := make(chan struct{})
	var opened sync.WaitGroup
	opened.Add(clients)
	for who := range clients {
		all.Add(1)
		go func() {
			defer all.Done()
			c, err := dial(address)
			opened.Done()
			if err != nil {
				mu.Lock()
				errs = append(errs, err)
				mu.Unlock()
				return
			}
			defer func() { _ = c.c.Close() }()
			<-ready
			var mine []time.Duration
			var wrong []error
			for end := time.Now().Add(d); ; begin[who]++ {
				at := time.Now()
				if at.After(end) {
					break
				}
				if err := w.do(c, who, begin[who]); err != nil {
					wrong = append(wrong, err)
					if len(wrong) > 20 {
						break
					}
					continue
				}
				mine = append(mine, time.Since(at))
			}
			mu.Lock()
			took, errs = append(took, mine...), append(errs, wrong...)
			mu.Unlock()
		}()
	}
	opened.Wait()
	at := time.Now()
	close(ready)
	all.Wait()
	return took, errs, time.Since(at)
}
