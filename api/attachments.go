package api

import (
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"path"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"incubase/workflow"
)

func (s *service) attachments() {
	handle(s, route{method: "GET", path: Base + "/cases/{id}/attachments", id: "listAttachments", tag: "attachments", summary: "The case's files", errors: []int{404}}, s.listAttachments)
	handle(s, route{method: "POST", path: Base + "/cases/{id}/attachments", id: "attach", tag: "attachments", summary: "Upload a file", status: 201, upload: true,
		about: "The type is found by looking at the content. The file belongs to the case at once: one of the organization's people uploads and another submits. What staff, reviewers and agencies bring is for the staff.", errors: []int{403, 404, 409, 413, 415, 422}}, s.attach)
	handle(s, route{method: "GET", path: Base + "/attachments/{id}", id: "getAttachment", tag: "attachments", summary: "Download a file",
		about: "Always as a download, never shown in the page. The content type is the file's own.", errors: []int{404}, produces: []string{"*/*"}}, s.download)
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
	if !takesFiles(v) {
		return nil, &workflow.Refused{Action: "attach", Refusals: []workflow.Refusal{{Rule: "role", Forbidden: true,
			Message: workflow.Text{ZH: "现在轮不到您为本件添加附件", EN: "it is not your turn to add files to this case"}}}}
	}
	f := in.RawBody.Data().File
	defer func() { _ = f.Close() }()
	d, err := s.Attachments.Put(ctx, who(ctx).ID, v.Case.ID, path.Base(f.Filename), f)
	if err != nil {
		return nil, err
	}
	return single(d, d.ID, 0, "/attachments", nil)
}

// disposition makes any file a download, never a page, under its own name (RFC 6266).
func disposition(name string) string {
	if s := mime.FormatMediaType("attachment", map[string]string{"filename": name}); s != "" {
		return s
	}
	return "attachment" // a name that no header can carry
}

// takesFiles tells whether the reader may add files: who edits the answers, or may act on the case now. Reading alone is
// not enough.
func takesFiles(v *workflow.View) bool {
	return v.CanEdit || slices.ContainsFunc(v.Offers, workflow.Offer.Allowed)
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
		_, _ = io.Copy(c.BodyWriter(), content) // the client is told by the length
	}}, nil
}
