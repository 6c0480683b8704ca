package api

import (
	"bytes"
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/region"
	"incubase/workflow/registry"
	"incubase/workflow/text"
)

type Keyed struct {
	Key string `header:"Idempotency-Key" doc:"The same key with the same body answers the same again without acting." minLength:"1" maxLength:"200" pattern:"^[!-~]+$"`
}

// Matched names the version on which a change was decided.
type Matched struct {
	IfMatch string `header:"If-Match" doc:"The ETag that was read." maxLength:"80"`
}

type Paged struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"Items a page."`
	Cursor string `query:"cursor" maxLength:"2000" doc:"Where the page before ended: its \"next\"."`
}

type Fields map[string]any

// UnmarshalJSON keeps numbers as json.Number, because 1e3 and 1.0 are not integers.
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

// version reads If-Match, "7" or "7-0123abcd"; nil without one.
func (m Matched) version() (*int, error) {
	if m.IfMatch == "" {
		return nil, nil
	}
	s := strings.Trim(strings.TrimPrefix(m.IfMatch, "W/"), `"`)
	s, _, _ = strings.Cut(s, "-")
	n, err := strconv.Atoi(s)
	if err != nil {
		return nil, &edge.Malformed{Field: "If-Match", Message: text.Text{ZH: "应是读取时得到的 ETag",
			EN: "it should be the ETag that was read"}}
	}
	return &n, nil
}

// required returns the version, or edge.ErrVersionRequired (428) without one.
func (m Matched) required() (*int, error) {
	v, err := m.version()
	if err == nil && v == nil {
		err = edge.ErrVersionRequired
	}
	return v, err
}

func digest(ctx context.Context, method, path string) workflow.Hash {
	return edge.Digest(method, path, edge.Body(ctx))
}

func etag(version int) string { return `"` + strconv.Itoa(version) + `"` }

func command(ctx context.Context, k Keyed, version *int, method, path, note string) registry.RecordCommand {
	return registry.RecordCommand{Version: version, Key: k.Key, Digest: digest(ctx, method, path), Note: note}
}

// regionOf parses the region code of a query, padded codes too.
func regionOf(field, s string) (region.Code, error) {
	c, err := region.Parse(s)
	if err != nil {
		e, _ := err.(*region.Error)
		return "", &workflow.Invalid{Fields: []workflow.FieldError{{Field: field, Message: e.Text}}}
	}
	return c, nil
}
