package api

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/machine"
)

func (s *service) public() {
	at := Base + "/public"
	handle(s, route{method: "GET", path: at + "/rounds", id: "listPublicRounds", tag: "public",
		summary: "Rounds announced", open: true, limit: s.Limits.Reading}, s.publicRounds)
	handle(s, route{method: "GET", path: at + "/notices", id: "listPublicNotices", tag: "public",
		summary: "Intended awards under public notice", open: true, limit: s.Limits.Reading, errors: []int{422}},
		s.publicNotices)
	handle(s, route{method: "POST", path: at + "/notices/{id}/objections", id: "object", tag: "public",
		summary: "Object to an intended award", status: 201, open: true, limit: s.Limits.Writing,
		about: "Name and contact are kept secret. The round's rule says whether an anonymous objection holds up the " +
			"award. The answer has the number, the same for everybody, and a code that opens the objection's state and " +
			"answer: keep it. One address may object ten times a day; more than twenty a day on one notice are taken " +
			"unconfirmed and hold nothing up until they are looked at.", errors: []int{404, 409, 422}}, s.object)
	handle(s, route{method: "POST", path: at + "/notices/{id}/objections/with-files", id: "objectWithFiles", tag: "public",
		summary: "Object to an intended award, with files", status: 201, open: true, limit: s.Limits.Writing, upload: true,
		about: "The same as a form, with evidence. Files are as secret as name and contact.", errors: []int{404, 409, 422}},
		s.objectWithFiles)
	handle(s, route{method: "GET", path: at + "/objections/{code}", id: "followObjection", tag: "public",
		summary: "What became of an objection", open: true, limit: s.Limits.Reading,
		about: "Anybody who has the code of the receipt may read it. Nobody is named.", errors: []int{404}},
		s.followObjection)
	handle(s, route{method: "GET", path: at + "/awards", id: "listPublicAwards", tag: "public",
		summary: "Awards confirmed", open: true, limit: s.Limits.Reading, errors: []int{422}}, s.publicAwards)
}

type PublicRound struct {
	ID     workflow.ID      `json:"id"`
	Ref    string           `json:"ref"`
	Name   workflow.Text    `json:"name"`
	Kind   string           `json:"kind"`
	State  workflow.State   `json:"state"`
	Label  workflow.Text    `json:"state_label"`
	Region string           `json:"region"`
	Opens  *time.Time       `json:"opens_at,omitempty"`
	Closes *time.Time       `json:"closes_at,omitempty"`
	Tracks []workflow.Track `json:"tracks"`
	Rules  workflow.Rules   `json:"rules"`
}

func (s *service) publicRounds(ctx context.Context, _ *emptyInput) (*many[PublicRound], error) {
	items, err := s.Announcements.PublicRounds(ctx)
	return page(each(items, func(r workflow.RoundRecord) PublicRound {
		s.Registry.Labelled(&r)
		return PublicRound{r.ID, r.Ref, r.Name, r.Kind, r.State, r.StateLabel, string(r.Region), r.Opens, r.Closes,
			append([]workflow.Track{}, r.Tracks...), r.Rules}
	}), "", err)
}

func (s *service) publicNotices(ctx context.Context, in *noticesInput) (*many[NoticeDoc], error) {
	items, next, err := s.Public.PublicNotices(ctx, s.Today(), in.Cursor, in.Limit)
	return page(each(items, func(n workflow.Notice) NoticeDoc { return NoticeDoc(n) }), next, err)
}

type noticesInput struct{ Paged }

type awardsInput struct {
	Paged
	Round  string `query:"round" maxLength:"40"`
	Region string `query:"region" maxLength:"12"`
}

func (s *service) publicAwards(ctx context.Context, in *awardsInput) (*many[AwardDoc], error) {
	code, err := regionOf("region", in.Region)
	if err != nil {
		return nil, err
	}
	items, next, err := s.Public.PublicAwards(ctx, in.Round, code, in.Cursor, in.Limit)
	machine.WordAwards(s.Desk.Machines, items)
	return page(each(items, func(a workflow.Award) AwardDoc { return AwardDoc(a) }), next, err)
}

type objectInput struct {
	Keyed
	ID   string `path:"id" maxLength:"60"`
	Body edge.Objection
}

type objectFilesInput struct {
	Keyed
	ID      string `path:"id" maxLength:"60"`
	RawBody huma.MultipartFormFiles[objectionForm]
}

type objectionForm struct {
	Text    string          `form:"text" required:"true" minLength:"5" maxLength:"5000"`
	Name    string          `form:"name" required:"false" maxLength:"80" doc:"Your name; kept secret."`
	Contact string          `form:"contact" required:"false" maxLength:"120" doc:"How to reach you; kept secret."`
	Files   []huma.FormFile `form:"files" required:"true"`
}

type objectOutput struct{ Body workflow.Followed }

type followInput struct {
	Code string `path:"code" maxLength:"40" example:"7K3QX-4M9RB-Z2WTC-HD8NV"`
}

func (s *service) followObjection(ctx context.Context, in *followInput) (*objectOutput, error) {
	f, err := s.Objections.Store.FollowObjection(ctx, in.Code)
	if err != nil {
		return nil, err
	}
	return &objectOutput{*f}, nil
}

func (s *service) object(ctx context.Context, in *objectInput) (*objectOutput, error) {
	return s.objected(ctx, in.ID, in.Key, in.Body, nil)
}

func (s *service) objectWithFiles(ctx context.Context, in *objectFilesInput) (*objectOutput, error) {
	form := in.RawBody.Data()
	defer func() { _ = in.RawBody.Form.RemoveAll() }()
	var evidence []edge.Evidence
	for _, f := range form.Files {
		defer func() { _ = f.Close() }()
		evidence = append(evidence, edge.Evidence{Name: f.Filename, Content: f})
	}
	return s.objected(ctx, in.ID, in.Key, edge.Objection{Text: form.Text, Name: form.Name, Contact: form.Contact},
		evidence)
}

func (s *service) objected(ctx context.Context, id, key string, said edge.Objection,
	evidence []edge.Evidence) (*objectOutput, error) {
	f, err := s.Objections.Make(ctx, id, key, said, evidence)
	if err != nil {
		return nil, err
	}
	return &objectOutput{*f}, nil
}
