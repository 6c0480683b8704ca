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
	"incubase/workflow/registry"
	"incubase/workflow/text"
)

// upload takes in a file for the draft of a case, by who may edit it.
func (s *site) upload(v *visit) error {
	f, err := s.folder(v, v.Param("ref"))
	if err != nil {
		return err
	}
	if draft, _ := f.Takes(); !draft { // an act takes its files on its own page
		return &workflow.Refused{Action: "attach", Refusals: []workflow.Refusal{{Rule: "role", Forbidden: true,
			Message: text.Text{ZH: "现在不能为本件添加附件：已提交的内容只能随办理事项增加",
				EN: "no file can be added to this case now: what has been submitted grows by acts alone"}}}}
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
	if _, err := s.Attachments.Put(v.ctx, v.frame.Actor.ID, &f.Case, path.Base(head.Filename), content); err != nil {
		if problem := edge.From(v.ctx, err); problem.Status < http.StatusInternalServerError {
			return v.show(problem.Status, filesTitle, filePage(f, v.says(problem)))
		}
		return err
	}
	return v.onward(f.whence(v), "uploaded")
}

// whence is the page of the case that a file's form stood on.
func (f *folder) whence(v *visit) string {
	home := "/cases/" + url.PathEscape(f.Case.Ref)
	if strings.HasPrefix(v.frame.Here, home+"/form?") || strings.HasPrefix(v.frame.Here, home+"/do/") {
		return v.frame.Here
	}
	return home
}

// takeOut takes a wrong file out of a draft.
func (s *site) takeOut(v *visit) error {
	a, err := s.Attachments.Find(v.ctx, v.Param("id"))
	if err != nil {
		return err
	}
	if a.Case == "" {
		return workflow.ErrNotFound
	}
	f, err := s.folder(v, a.Case)
	if err != nil {
		return err
	}
	if !f.Readable(a) {
		return workflow.ErrNotFound
	}
	if !f.Removable(a) {
		return registry.NotRemovable()
	}
	if err := s.Attachments.Take(v.ctx, &f.Case, a.ID); err != nil {
		return err
	}
	return v.onward(f.whence(v), "taken_out")
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
