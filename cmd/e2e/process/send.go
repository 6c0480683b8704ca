package process

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
)

// Answer is the answer to a request.
type Answer struct {
	Status int
	Header http.Header
	Body   map[string]any // of JSON
	Raw    []byte
}

// Form is a body with a file, as a browser sends it.
type Form struct {
	Fields              map[string]string
	Field, Name, Upload string
}

func (f Form) encode(t testing.TB) (io.Reader, string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range f.Fields {
		_ = w.WriteField(k, v)
	}
	part, err := w.CreateFormFile(f.Field, f.Name)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write([]byte(f.Upload))
	_ = w.Close()
	return &b, w.FormDataContentType()
}

// Send makes one request of the API, whose body is a Form or becomes JSON. Without a token nobody is signed in.
func Send(t testing.TB, method, url, token string, header map[string]string, body any) Answer {
	t.Helper()
	var content io.Reader
	kind := "application/json"
	if f, ok := body.(Form); ok {
		content, kind = f.encode(t)
	} else if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		content = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, url, content)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Language", "en")
	if body != nil {
		r.Header.Set("Content-Type", kind)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for k, v := range header {
		r.Header.Set(k, v)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	a := Answer{Status: resp.StatusCode, Header: resp.Header}
	if a.Raw, err = io.ReadAll(resp.Body); err != nil {
		t.Fatalf("%s %s: %v", method, url, err)
	}
	if strings.Contains(resp.Header.Get("Content-Type"), "json") && len(a.Raw) > 0 {
		if err := json.Unmarshal(a.Raw, &a.Body); err != nil {
			t.Fatalf("%s %s: %v", method, url, err)
		}
	}
	return a
}

// Ask makes one request of the API.
func (s *Server) Ask(method, path, token string, body any) Answer {
	s.t.Helper()
	return Send(s.t, method, s.URL+"/api/v1"+path, token, nil, body)
}

// SignIn returns the token of a new session.
func (s *Server) SignIn(login, password string) string {
	s.t.Helper()
	a := s.Ask("POST", "/sessions", "", map[string]any{"login": login, "password": password})
	if a.Status != http.StatusCreated {
		s.t.Fatal(login, a.Status, a.Body)
	}
	return a.Body["token"].(string)
}

// Get returns the status and the text of a page.
func (s *Server) Get(path string) (int, string) {
	s.t.Helper()
	resp, err := http.Get(s.URL + path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}
