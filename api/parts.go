package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/region"
	"incubase/workflow/text"
)

// Keyed is the header of everything that changes something.
type Keyed struct {
	Key string `header:"Idempotency-Key" doc:"The same key with the same body answers the same again without acting." minLength:"1" maxLength:"200" pattern:"^[!-~]+$"`
}

// Matched is the header of a change that names the version it was decided on.
type Matched struct {
	IfMatch string `header:"If-Match" doc:"The ETag that was read." maxLength:"80"`
}

// Paged asks for a page.
type Paged struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"Items a page."`
	Cursor string `query:"cursor" maxLength:"2000" doc:"Where the page before ended: its \"next\"."`
}

// Fields are an action's fields. Numbers keep the digits they were written with.
type Fields map[string]any

// UnmarshalJSON keeps numbers as json.Number: 1e3 and 1.0 are no whole numbers.
func (f *Fields) UnmarshalJSON(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var m map[string]any
	if err := d.Decode(&m); err != nil {
		return err
	}
	*f = m
	return nil
}

// version reads an If-Match header of ours: "7" or "7-0123abcd"; nil for none.
func (m Matched) version() (*int, error) {
	if m.IfMatch == "" {
		return nil, nil
	}
	s := strings.Trim(strings.TrimPrefix(m.IfMatch, "W/"), `"`)
	s, _, _ = strings.Cut(s, "-")
	n, err := strconv.Atoi(s)
	if err != nil {
		return nil, &edge.Malformed{Field: "If-Match", Message: text.Text{ZH: "应是读取时得到的 ETag", EN: "it should be the ETag that was read"}}
	}
	return &n, nil
}

// required is the version of a record's change; 428 where there is none.
func (m Matched) required() (*int, error) {
	v, err := m.version()
	if err == nil && v == nil {
		err = edge.ErrVersionRequired
	}
	return v, err
}

// digest of the request under way.
func digest(ctx context.Context, method, path string) workflow.Hash {
	return edge.Digest(method, path, edge.Body(ctx))
}

func etag(version int) string { return `"` + strconv.Itoa(version) + `"` }

// command is what a change of a record comes with.
func command(ctx context.Context, k Keyed, version *int, method, path, note string) workflow.RecordCommand {
	return workflow.RecordCommand{Version: version, Key: k.Key, Digest: digest(ctx, method, path), Note: note}
}

// regionOf reads a region code of a query: padded ones too.
func regionOf(field, s string) (region.Code, error) {
	c, err := region.Parse(s)
	if err != nil {
		e, _ := err.(*region.Error)
		return "", &workflow.Invalid{Fields: []workflow.FieldError{{Field: field, Message: e.Text}}}
	}
	return c, nil
}

// conditional gives JSON answers to GET an ETag of their content (after the version that the handler set), and answers
// 304 to who has it.
func conditional(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if c.Request().Method != http.MethodGet || !strings.HasPrefix(c.Request().URL.Path, Base) || strings.Contains(c.Request().URL.Path, "/attachments/") || strings.HasPrefix(c.Request().URL.Path, Base+"/exports/") || c.Path() == Base+streamPath {
			return next(c)
		}
		w := c.Response().Writer
		held := &holder{header: w.Header(), status: http.StatusOK}
		c.Response().Writer = held
		done := false
		defer func() {
			if c.Response().Writer = w; !done { // an error or a panic: nothing has been sent yet
				c.Response().Committed = false
			}
		}()
		if err := next(c); err != nil {
			return err
		}
		done = true
		if held.status == http.StatusOK && w.Header().Get("Content-Type") == "application/json" {
			held.stamp(c.Request())
		}
		w.WriteHeader(held.status)
		_, err := w.Write(held.body.Bytes())
		return err
	}
}

// holder keeps an answer back until its ETag is known.
type holder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (h *holder) Header() http.Header         { return h.header }
func (h *holder) Write(b []byte) (int, error) { return h.body.Write(b) }
func (h *holder) WriteHeader(status int)      { h.status = status }

func (h *holder) stamp(r *http.Request) {
	sum := sha256.Sum256(h.body.Bytes())
	tag := hex.EncodeToString(sum[:8])
	if v := strings.Trim(h.header.Get("ETag"), `"`); v != "" {
		tag = v + "-" + tag
	}
	h.header.Set("ETag", `"`+tag+`"`)
	if edge.Of(r.Context()).Session == nil { // public: it may be kept, and asked about
		h.header.Set("Cache-Control", "no-cache")
	}
	for _, t := range strings.Split(r.Header.Get("If-None-Match"), ",") {
		if strings.Trim(strings.TrimSpace(t), `"`) == tag {
			h.status = http.StatusNotModified
			h.body.Reset()
			return
		}
	}
}
