package cases

import (
	"errors"
	"fmt"
	"net/http"
	"path"
	"strconv"

	"incubase/api/edge"
	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/registry"
	"incubase/workflow/text"
)

func (s *CasePages) Upload(v *ui.Visit) error {
	f, err := s.Folder(v, v.Param("ref"))
	if err != nil {
		return err
	}
	if draft, _ := f.Takes(); !draft { // actions take files on their own pages
		return &workflow.Refused{Action: "attach", Refusals: []workflow.Refusal{{Rule: "role", Forbidden: true,
			Message: text.Text{ZH: "现在不能为本件添加附件：已提交的内容只能随办理事项增加",
				EN: "no file can be added to this case now: what has been submitted grows by acts alone"}}}}
	}
	head, err := v.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) {
		return v.Show(http.StatusUnprocessableEntity, filesTitle, filePage(f, ui.Say(v.Ctx, sayChooseAFileFirst)))
	}
	if err != nil {
		return err
	}
	content, err := head.Open()
	if err != nil {
		return err
	}
	defer func() { _ = content.Close() }()
	if _, err := s.Uploads.Put(v.Ctx, v.Frame.Actor.ID, &f.Case, path.Base(head.Filename), content); err != nil {
		if problem := edge.From(v.Ctx, err); problem.Status < http.StatusInternalServerError {
			return v.Show(problem.Status, filesTitle, filePage(f, v.Says(problem)))
		}
		return err
	}
	return v.Onward(f.Whence(v), "uploaded")
}

func (s *CasePages) TakeOut(v *ui.Visit) error {
	a, err := s.Attachments.Find(v.Ctx, v.Param("id"))
	if err != nil {
		return err
	}
	if a.Case == "" {
		return workflow.ErrNotFound
	}
	f, err := s.Folder(v, a.Case)
	if err != nil {
		return err
	}
	if !f.Readable(a) {
		return workflow.ErrNotFound
	}
	if !f.Removable(a) {
		return registry.NotRemovable()
	}
	if err := s.Attachments.Take(v.Ctx, &f.Case, a.ID); err != nil {
		return err
	}
	return v.Onward(f.Whence(v), "taken_out")
}

var filesTitle = text.Text{ZH: "添加文件", EN: "Add a file"}

// Download serves a file, always as a download.
func (s *CasePages) Download(v *ui.Visit) error {
	a, err := s.Attachments.Find(v.Ctx, v.Param("id"))
	if err != nil {
		return err
	}
	if a.Case == "" {
		if a.Uploader != v.Frame.Actor.ID {
			return workflow.ErrNotFound
		}
	} else if view, err := s.Desk.Show(v.Ctx, *v.Frame.Actor, a.Case); err != nil {
		return err
	} else if !view.Readable(a) {
		return workflow.ErrNotFound
	}
	content, err := s.Attachments.Open(v.Ctx, a)
	if err != nil {
		return fmt.Errorf("open attachment %s: %w", a.ID, err)
	}
	defer func() { _ = content.Close() }()
	h := v.Response().Header()
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Content-Length", strconv.FormatInt(a.Size, 10))
	h.Set("Content-Disposition", ui.Disposition(a.Name))
	return v.Stream(http.StatusOK, a.Type, content)
}
