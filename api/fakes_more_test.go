package api_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/export"
	"incubase/workflow/filetype"
	"incubase/workflow/paper"
	"incubase/workflow/region"
	"incubase/workflow/registry"
)

// Files.

func (w *world) Put(_ context.Context, actor workflow.ID, on *workflow.Case, name string,
	content io.Reader) (*workflow.Attachment, error) {
	b, err := io.ReadAll(content)
	if err != nil {
		return nil, err
	}
	found, err := filetype.Detect(name, bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", workflow.ErrFileType, err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	a := &workflow.Attachment{ID: fmt.Sprintf("file-%d", len(w.files)+1), Name: name, Type: found.Type,
		Size: int64(len(b)), Uploader: actor, At: w.now}
	if on != nil {
		a.Case = on.ID
	}
	w.files[a.ID], w.contents[a.ID] = a, b
	return a, nil
}

func (w *world) Take(_ context.Context, on *workflow.Case, file workflow.ID) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if a := w.files[file]; a == nil || a.Case != on.ID || a.Seq > 0 {
		return workflow.ErrMoved
	}
	delete(w.files, file)
	return nil
}

func (w *world) Drop(_ context.Context, actor workflow.ID, files []workflow.ID) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range files {
		if a := w.files[id]; a != nil && a.Case == "" && a.Uploader == actor {
			delete(w.files, id)
		}
	}
	return nil
}

func (w *world) Of(_ context.Context, on workflow.ID) ([]workflow.Attachment, error) {
	var out []workflow.Attachment
	for _, a := range w.files {
		if a.Case == on {
			out = append(out, *a)
		}
	}
	return out, nil
}

func (w *world) Find(_ context.Context, id workflow.ID) (*workflow.Attachment, error) {
	if a, ok := w.files[id]; ok {
		return a, nil
	}
	return nil, workflow.ErrNotFound
}

// No act of these tests issues papers.

func (w *world) PapersOf(context.Context, workflow.ID) ([]paper.Paper, error) { return nil, nil }

func (w *world) PapersOfRound(context.Context, workflow.ID, string) ([]paper.Paper, error) {
	return nil, nil
}

func (w *world) Paper(context.Context, workflow.ID) (*paper.Paper, error) {
	return nil, workflow.ErrNotFound
}

type content struct{ *bytes.Reader }

func (content) Close() error { return nil }

func (w *world) contentOf(a *workflow.Attachment) (io.ReadSeekCloser, error) {
	return content{bytes.NewReader(w.contents[a.ID])}, nil
}

type files struct{ *world }

func (f files) Open(_ context.Context, a *workflow.Attachment) (io.ReadSeekCloser, error) {
	return f.contentOf(a)
}

func (w *world) PublicRounds(context.Context) ([]workflow.RoundRecord, error) {
	return []workflow.RoundRecord{{ID: roundID, Ref: "RD-2026-0001", State: "open", Name: w.round.Name,
		Rules: w.round.Rules}}, nil
}
func (w *world) PublicNotices(context.Context, calendar.Date, string, int) ([]workflow.Notice, string, error) {
	return nil, "", w.broken
}
func (w *world) PublicAwards(context.Context, workflow.ID, region.Code, string, int) ([]workflow.Award, string, error) {
	return nil, "", nil
}
func (w *world) PublicNotice(context.Context, calendar.Date, workflow.ID) (*workflow.Notice, error) {
	return nil, workflow.ErrNotFound
}
func (w *world) PublicFigures(context.Context, workflow.ID, region.Code) ([]workflow.Figure, error) {
	return nil, nil
}

// No case of these tests takes objections.

func (w *world) ObjectionCode(context.Context, workflow.ID, int) (int, string, error) {
	return 0, "", workflow.ErrNotFound
}
func (w *world) FollowObjection(context.Context, string) (*workflow.Followed, error) {
	return nil, workflow.ErrNotFound
}
func (w *world) Objections(context.Context, workflow.ID, int, int) ([]workflow.Objection, error) {
	return nil, nil
}

func (w *world) Ready(context.Context) error { return w.down }
func (w *world) Acts(context.Context, workflow.Scope, workflow.ActQuery) ([]workflow.Act, string, error) {
	return nil, "", nil
}
func (w *world) Advance(_ context.Context, by time.Duration, months int) (time.Time, error) {
	w.now = w.now.AddDate(0, months, 0).Add(by)
	return w.now, nil
}

// sessions take the login as the token, and one password for all.
type sessions struct{ tries *int }

func (sessions) Find(_ context.Context, token string) (*registry.Session, error) {
	if a, ok := people[token]; ok {
		return &registry.Session{ID: "session-of-" + a.ID, Token: token, Actor: a, Expires: time.Now().Add(time.Hour)}, nil
	}
	return nil, registry.ErrNoSession
}

func (s sessions) Login(ctx context.Context, in registry.SignIn) (*registry.Session, error) {
	if *s.tries++; *s.tries > 5 {
		return nil, &registry.Throttled{After: time.Minute}
	}
	if found, _ := s.Find(ctx, in.Login); found != nil && in.Password == "right-password" {
		return found, nil
	}
	return nil, registry.ErrWrongLogin
}

func (sessions) Sessions(_ context.Context, user workflow.ID) ([]registry.SessionInfo, error) {
	return []registry.SessionInfo{{ID: "session-of-" + user, Address: "192.0.2.1"}}, nil
}

func (sessions) EndSession(_ context.Context, user, session, _ workflow.ID, _ string) error {
	if session != "session-of-"+user {
		return workflow.ErrNotFound
	}
	return nil
}

func (sessions) RevokeSessions(context.Context, workflow.ID, workflow.ID, workflow.ID, string) (int, error) {
	return 1, nil
}

func (sessions) Factor(context.Context, workflow.ID) (*registry.SecondFactor, error) {
	return &registry.SecondFactor{}, nil
}

func (sessions) BeginFactor(context.Context, workflow.ID, string, string) (*registry.NewFactor, error) {
	return nil, registry.ErrWrongFactor
}

func (sessions) EnrolFactor(context.Context, workflow.ID, string, string) ([]string, error) {
	return nil, registry.ErrWrongFactor
}

func (sessions) RemoveFactor(context.Context, workflow.ID, string, string) error {
	return workflow.ErrNotFound
}

func (sessions) ConfirmSession(_ context.Context, _, _ workflow.ID, password, _ string) error {
	if password != "right-password" {
		return registry.ErrWrongLogin
	}
	return nil
}

func (sessions) Logout(context.Context, string, string) error { return nil }

// tables writes the request instead of rows, for tests to compare.
type tables struct{}

func (tables) Export(_ context.Context, actor workflow.Actor, r export.Request, w io.Writer) error {
	if r.Cases.Words == "endless" {
		return export.TooMany(r.Most)
	}
	_, err := fmt.Fprintf(w, "%s %s %s %s %s %s %d", actor.Name, r.List, r.Format,
		r.Cases.Workflow+r.Board.Workflow, r.Region+r.Board.Region, r.Board.By, r.Most)
	return err
}

func (r records) Search(ctx context.Context, s registry.RecordScope, _, kind string, limit int) ([]workflow.Found,
	error) {
	list, _, err := r.Organizations(ctx, s, registry.RecordQuery{Limit: limit})
	if err != nil || len(list) == 0 || kind != "" && kind != "organizations" {
		return nil, err
	}
	return []workflow.Found{{Kind: "organizations", Count: 1,
		Items: []workflow.Match{{ID: list[0].ID, Title: workflow.Text{ZH: list[0].Name, EN: list[0].Name}}}}}, nil
}
