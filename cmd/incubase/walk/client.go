package walk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// tries bounds the attempts of a request, all with one idempotency key.
const tries = 6

// passing are transient problem types.
var passing = []string{"/problems/key-in-use", "/problems/moved"}

type client struct {
	http  *http.Client
	base  string // with /api/v1
	token string
}

type problem struct {
	Type     string `json:"type"`
	Status   int    `json:"status"`
	Title    string `json:"title"`
	Detail   string `json:"detail"`
	Refusals []struct {
		Rule    string `json:"rule"`
		Message string `json:"message"`
	} `json:"refusals"`
	Errors []struct {
		Field   string `json:"field"`
		Message string `json:"message"`
	} `json:"errors"`
	method, path string
}

// Error returns the reason without ids, so that equal reasons group.
func (p *problem) Error() string {
	var parts []string
	for _, r := range p.Refusals {
		parts = append(parts, r.Rule+": "+r.Message)
	}
	for _, e := range p.Errors {
		parts = append(parts, e.Field+": "+e.Message)
	}
	if len(parts) == 0 {
		parts = append(parts, strings.TrimSpace(p.Title+" "+p.Detail))
	}
	return fmt.Sprintf("%d %s", p.Status, strings.Join(parts, "; "))
}

func (c client) login(ctx context.Context, login, password string) (*client, error) {
	var out struct {
		Token string `json:"token"`
	}
	body := map[string]any{"login": login, "password": password}
	if err := c.call(ctx, http.MethodPost, "/sessions", "", body, &out); err != nil {
		return nil, fmt.Errorf("sign in as %s: %w", login, err)
	}
	c.token = out.Token
	return &c, nil
}

func (c *client) get(ctx context.Context, path string, out any) error {
	return c.call(ctx, http.MethodGet, path, "", nil, out)
}

func (c *client) post(ctx context.Context, path, key string, body, out any) error {
	return c.call(ctx, http.MethodPost, path, key, body, out)
}

// call sends a request until it is answered, with growing pauses. It retries lost and overloaded attempts, and those
// whose key is in use.
func (c *client) call(ctx context.Context, method, path, key string, body, out any) error {
	var sent []byte
	if body != nil {
		var err error
		if sent, err = json.Marshal(body); err != nil {
			return fmt.Errorf("encode %s %s: %w", method, path, err)
		}
	}
	var last error
	for try := range tries {
		wait, err := c.once(ctx, method, path, key, sent, out)
		if err == nil || wait < 0 {
			return err
		}
		last = err
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(max(wait, time.Duration(50<<try)*time.Millisecond)):
		}
	}
	return last
}

// once sends one attempt. A negative wait means that a retry is useless.
func (c *client) once(ctx context.Context, method, path, key string, sent []byte, out any) (wait time.Duration,
	err error) {
	req, err := c.request(ctx, method, path, key, sent)
	if err != nil {
		return -1, err
	}
	again := time.Duration(-1)
	if method == http.MethodGet || key != "" || path == "/sessions" {
		again = 0 // without a key a retry of anything else could act twice
	}
	res, err := c.http.Do(req)
	if err != nil {
		return again, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return again, fmt.Errorf("read the answer of %s %s: %w", method, path, err)
	}
	if res.StatusCode < 300 {
		if out == nil {
			return 0, nil
		}
		if err := json.Unmarshal(b, out); err != nil {
			return -1, fmt.Errorf("decode the answer of %s %s: %w", method, path, err)
		}
		return 0, nil
	}
	p := refusal(method, path, res.StatusCode, b)
	if again < 0 || !slices.Contains(passing, p.Type) && !overloaded(res.StatusCode) {
		return -1, p
	}
	seconds, _ := strconv.Atoi(res.Header.Get("Retry-After"))
	return time.Duration(seconds) * time.Second, p
}

func (c *client) request(ctx context.Context, method, path, key string, sent []byte) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(sent))
	if err != nil {
		return nil, fmt.Errorf("make the request %s %s: %w", method, path, err)
	}
	req.Header.Set("Accept-Language", "en")
	if sent != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	return req, nil
}

func overloaded(status int) bool {
	return slices.Contains([]int{http.StatusTooManyRequests, http.StatusServiceUnavailable, http.StatusBadGateway,
		http.StatusGatewayTimeout}, status)
}

func refusal(method, path string, status int, body []byte) *problem {
	p := problem{}
	if err := json.Unmarshal(body, &p); err != nil {
		p.Detail = string(body[:min(len(body), 200)])
	}
	p.Status, p.method, p.path = status, method, path
	return &p
}

func because(err error) string {
	var p *problem
	if errors.As(err, &p) {
		return p.Error()
	}
	return err.Error()
}
