package web

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"

	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/text"
)

// upload takes in a file for a case, by whoever may edit it or act on it now.
func (s *site) upload(v *visit) error {
	f, err := s.folder(v, v.Param("ref"))
	if err != nil {
		return err
	}
	if !f.CanEdit && !someAllowed(f.Offers) {
		return &workflow.Refused{Action: "attach", Refusals: []workflow.Refusal{{Rule: "role", Forbidden: true,
			Message: text.Text{ZH: "现在轮不到您为本件添加附件", EN: "it is not your turn to add files to this case"}}}}
	}
	head, err := v.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) {
		return v.show(http.StatusUnprocessableEntity, filesTitle, filePage(f, say(v.ctx, "请先选择文件", "choose a file first")))
	}
	if err != nil {
		return err
	}
	content, err := head.Open()
	if err != nil {
		return err
	}
	defer func() { _ = content.Close() }()
	if _, err := s.Attachments.Put(v.ctx, v.frame.Actor.ID, f.Case.ID, path.Base(head.Filename), content); err != nil {
		if problem := edge.From(v.ctx, err); problem.Status < http.StatusInternalServerError {
			return v.show(problem.Status, filesTitle, filePage(f, v.says(problem)))
		}
		return err
	}
	back := "/cases/" + url.PathEscape(f.Case.Ref)
	if strings.HasPrefix(v.frame.Here, back+"/form?") {
		back = v.frame.Here
	}
	return v.onward(back, "uploaded")
}

var filesTitle = text.Text{ZH: "添加文件", EN: "Add a file"}

// download serves a file, always as a download, to who may read it.
func (s *site) download(v *visit) error {
	a, err := s.Attachments.Find(v.ctx, v.Param("id"))
	if err != nil {
		return err
	}
	if a.Case == "" {
		if a.Uploader != v.frame.Actor.ID {
			return workflow.ErrNotFound
		}
	} else if view, err := s.Desk.Show(v.ctx, *v.frame.Actor, a.Case); err != nil {
		return err
	} else if !view.Readable(a) {
		return workflow.ErrNotFound
	}
	content, err := s.Attachments.Open(v.ctx, a)
	if err != nil {
		return fmt.Errorf("open attachment %s: %w", a.ID, err)
	}
	defer func() { _ = content.Close() }()
	h := v.Response().Header()
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Content-Length", strconv.FormatInt(a.Size, 10))
	h.Set("Content-Disposition", disposition(a.Name))
	return v.Stream(http.StatusOK, a.Type, content)
}

// disposition makes any file a download under its own name (RFC 6266).
func disposition(name string) string {
	if s := mime.FormatMediaType("attachment", map[string]string{"filename": name}); s != "" {
		return s
	}
	return "attachment"
}
