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
		return nil, &edge.Malformed{Field: "If-Match", Message: text.Text{ZH: "应是读取时得到的 ETag",
			EN: "it should be the ETag that was read"}}
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
func command(ctx context.Context, k Keyed, version *int, method, path, note string) registry.RecordCommand {
	return registry.RecordCommand{Version: version, Key: k.Key, Digest: digest(ctx, method, path), Note: note}
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
