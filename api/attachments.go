package api

import (
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"path"

	"github.com/danielgtaylor/huma/v2"

	"incubase/workflow"
	"incubase/workflow/registry"
)

func (s *service) attachments() {
	handle(s, route{method: "GET", path: Base + "/cases/{id}/attachments", id: "listAttachments", tag: "attachments",
		summary: "The case's files", errors: []int{404}}, s.listAttachments)
	handle(s, route{method: "POST", path: Base + "/cases/{id}/attachments", id: "attach", tag: "attachments",
		summary: "Upload a file", status: 201, upload: true,
		about: "The type is found by looking at the content. While the answers can be edited the file belongs to the " +
			"draft at once: one of the organization's people uploads and another submits. Where an act with a field of type " +
			"attachments is the reader's to do, the file waits for that act to name it. Nothing else adds to what has been " +
			"submitted.", errors: []int{403, 404, 409, 413, 415, 422}}, s.attach)
	handle(s, route{method: "DELETE", path: Base + "/attachments/{id}", id: "takeAttachment", tag: "attachments",
		summary: "Take a file out of a draft", status: 204,
		about:  "While no act has brought it in: by those who edit the draft, or by its uploader where no act has named it.",
		errors: []int{403, 404, 409}}, s.takeOut)
	handle(s, route{method: "GET", path: Base + "/attachments/{id}", id: "getAttachment", tag: "attachments",
		summary: "Download a file",
		about:   "Always as a download, never shown in the page. The content type is the file's own.", errors: []int{404},
		produces: []string{"*/*"}}, s.download)
}

func (s *service) listAttachments(ctx context.Context, in *refInput) (*many[workflow.Attachment], error) {
	v, err := s.Desk.Show(ctx, who(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	items, err := s.Attachments.Of(ctx, v.Case.ID)
	return page(v.Files(items), "", err)
}

type uploadForm struct {
	File huma.FormFile `form:"file" required:"true"`
}

type uploadInput struct {
	ID      string `path:"id" maxLength:"60"`
	RawBody huma.MultipartFormFiles[uploadForm]
}

func (s *service) attach(ctx context.Context, in *uploadInput) (*one[workflow.Attachment], error) {
	v, err := s.Desk.Show(ctx, who(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	draft, act := v.Takes()
	if !draft && !act {
		return nil, &workflow.Refused{Action: "attach", Refusals: []workflow.Refusal{{Rule: "role", Forbidden: true,
			Message: workflow.Text{ZH: "现在轮不到您为本件添加附件", EN: "it is not your turn to add files to this case"}}}}
	}
	f := in.RawBody.Data().File
	defer func() { _ = f.Close() }()
	var on *workflow.Case
	if draft {
		on = &v.Case
	}
	d, err := s.Uploads.Put(ctx, who(ctx).ID, on, path.Base(f.Filename), f)
	if err != nil {
		return nil, err
	}
	return single(d, d.ID, 0, "/attachments", nil)
}

// disposition returns a header that makes a file a download, never a page (RFC 6266).
func disposition(name string) string {
	if s := mime.FormatMediaType("attachment", map[string]string{"filename": name}); s != "" {
		return s
	}
	return "attachment" // no header can carry the name
}

// takeOut removes a file from a draft. Files that an act has submitted stay.
func (s *service) takeOut(ctx context.Context, in *idInput) (*struct{}, error) {
	d, err := s.Attachments.Find(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if d.Case == "" {
		if d.Uploader != who(ctx).ID {
			return nil, workflow.ErrNotFound
		}
		return nil, s.Uploads.Drop(ctx, d.Uploader, []workflow.ID{d.ID})
	}
	v, err := s.Desk.Show(ctx, who(ctx), d.Case)
	if err != nil {
		return nil, err
	}
	if !v.Readable(d) {
		return nil, workflow.ErrNotFound
	}
	if !v.Removable(d) {
		return nil, registry.NotRemovable()
	}
	return nil, s.Attachments.Take(ctx, &v.Case, d.ID)
}

func (s *service) download(ctx context.Context, in *idInput) (*huma.StreamResponse, error) {
	d, err := s.Attachments.Find(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if d.Case == "" {
		if d.Uploader != who(ctx).ID {
			return nil, workflow.ErrNotFound
		}
	} else if v, err := s.Desk.Show(ctx, who(ctx), d.Case); err != nil {
		return nil, err
	} else if !v.Readable(d) {
		return nil, workflow.ErrNotFound
	}
	content, err := s.Attachments.Open(ctx, d)
	if err != nil {
		return nil, fmt.Errorf("open attachment %s: %w", d.ID, err)
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		defer func() { _ = content.Close() }()
		c.SetHeader("Content-Type", d.Type)
		c.SetHeader("Content-Disposition", disposition(d.Name))
		c.SetHeader("Content-Security-Policy", "sandbox; default-src 'none'")
		c.SetHeader("Content-Length", fmt.Sprint(d.Size))
		c.SetHeader("X-Content-Type-Options", "nosniff")
		c.SetStatus(http.StatusOK)
		_, _ = io.Copy(c.BodyWriter(), content) // Content-Length reveals a failure
	}}, nil
}
