package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"path"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/text"
)

func (s *service) public() {
	at := Base + "/public"
	handle(s, route{method: "GET", path: at + "/rounds", id: "listPublicRounds", tag: "public", summary: "Rounds announced", open: true, limit: s.reads}, s.publicRounds)
	handle(s, route{method: "GET", path: at + "/notices", id: "listPublicNotices", tag: "public", summary: "Intended awards under public notice", open: true, limit: s.reads}, s.publicNotices)
	handle(s, route{method: "POST", path: at + "/notices/{id}/objections", id: "object", tag: "public", summary: "Object to an intended award", status: 201, open: true, limit: s.writes,
		about: "Name and contact are kept secret. The round's rule says whether an anonymous objection holds up the award.", errors: []int{404, 409, 422}}, s.object)
	handle(s, route{method: "POST", path: at + "/notices/{id}/objections/with-files", id: "objectWithFiles", tag: "public", summary: "Object to an intended award, with files", status: 201, open: true, limit: s.writes, upload: true,
		about: "The same as a form, with evidence. Files are as secret as name and contact.", errors: []int{404, 409, 422}}, s.objectWithFiles)
	handle(s, route{method: "GET", path: at + "/awards", id: "listPublicAwards", tag: "public", summary: "Awards confirmed", open: true, limit: s.reads, errors: []int{422}}, s.publicAwards)
}

// PublicRound is what everybody may know of a round.
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
	items, err := s.Public.PublicRounds(ctx)
	return page(each(items, func(r workflow.RoundRecord) PublicRound {
		s.Registry.Labelled(&r)
		return PublicRound{r.ID, r.Ref, r.Name, r.Kind, r.State, r.StateLabel, string(r.Region), r.Opens, r.Closes, append([]workflow.Track{}, r.Tracks...), r.Rules}
	}), "", err)
}

func (s *service) publicNotices(ctx context.Context, _ *emptyInput) (*many[NoticeDoc], error) {
	items, err := s.Public.PublicNotices(ctx)
	return page(items, "", err)
}

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
	return page(s.Public.PublicAwards(ctx, in.Round, code, in.Cursor, in.Limit))
}

type objectInput struct {
	Keyed
	ID   string `path:"id" maxLength:"60"`
	Body Objection
}

// Objection is what somebody objects.
type Objection struct {
	Text    string `json:"text" minLength:"5" maxLength:"5000"`
	Name    string `json:"name,omitempty" maxLength:"80" doc:"Your name; kept secret."`
	Contact string `json:"contact,omitempty" maxLength:"120" doc:"How to reach you; kept secret."`
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

// maxEvidence is how many files an objection may bring.
const maxEvidence = 5

// ObjectedDoc confirms an objection.
type ObjectedDoc struct {
	Ref string    `json:"ref"`
	N   int       `json:"n" doc:"The number of the entry in the time line of the case: quote it."`
	At  time.Time `json:"at"`
}

type objectOutput struct{ Body ObjectedDoc }

func (s *service) object(ctx context.Context, in *objectInput) (*objectOutput, error) {
	out, _, err := s.objectTo(ctx, in.ID, in.Key, digest(ctx, "POST", "/public/notices/"+in.ID+"/objections"), in.Body, nil)
	return out, err
}

func (s *service) objectWithFiles(ctx context.Context, in *objectFilesInput) (*objectOutput, error) {
	form := in.RawBody.Data()
	defer func() { _ = in.RawBody.Form.RemoveAll() }()
	if len(form.Files) > maxEvidence {
		return nil, &workflow.Invalid{Fields: []workflow.FieldError{{Field: "files", Message: text.Format("最多 %d 个文件", "at most %d files", maxEvidence)}}}
	}
	v, err := s.Desk.Show(ctx, workflow.Objector(), in.ID)
	if err != nil {
		return nil, err
	}
	said := Objection{form.Text, form.Name, form.Contact}
	if !takesFiles(v) { // nothing is kept of what cannot be said now; the refusal tells why
		out, _, err := s.objectTo(ctx, in.ID, "", workflow.Hash{}, said, nil)
		return out, err
	}
	var kept bool
	sum, files := sha256.New(), []any{}
	defer func() { // the public shares one measure of files that wait: nothing stays of what was refused or had come before
		if !kept {
			s.dropFiles(ctx, files)
		}
	}()
	_ = json.NewEncoder(sum).Encode(said)
	for _, f := range form.Files {
		defer func() { _ = f.Close() }()
		a, err := s.Attachments.Put(ctx, workflow.ObjectorID, "", path.Base(f.Filename), f)
		if err != nil {
			return nil, err
		}
		_, _ = sum.Write(a.SHA256[:])
		files = append(files, a.ID)
	}
	var out *objectOutput
	out, kept, err = s.objectTo(ctx, in.ID, in.Key, edge.Digest("POST", "/public/notices/"+in.ID+"/objections/with-files", []byte(`"`+hex.EncodeToString(sum.Sum(nil))+`"`)), said, files)
	return out, err
}

func (s *service) dropFiles(ctx context.Context, files []any) {
	var ids []workflow.ID
	for _, f := range files {
		ids = append(ids, f.(workflow.ID))
	}
	if err := s.Attachments.Drop(context.WithoutCancel(ctx), workflow.ObjectorID, ids); err != nil {
		s.Log.Warn("files of a refused objection wait to be swept", "error", err)
	}
}

// objectTo also tells whether the objection is a new one.
func (s *service) objectTo(ctx context.Context, id, key string, same workflow.Hash, said Objection, files []any) (*objectOutput, bool, error) {
	fields := map[string]any{"text": said.Text}
	if said.Name != "" {
		fields["name"] = said.Name
	}
	if said.Contact != "" {
		fields["contact"] = said.Contact
	}
	if len(files) > 0 {
		fields["attachments"] = files
	}
	cmd := workflow.Command{Ref: id, Action: "object", Digest: same, Fields: fields}
	if key != "" { // all of the public is one actor: two people may choose the same key, but hardly write the same words
		cmd.Key = subkey(key, same.String()[:16])
	}
	r, err := s.Desk.Do(ctx, workflow.Objector(), cmd)
	if err != nil {
		return nil, false, err
	}
	return &objectOutput{ObjectedDoc{r.View.Case.Ref, r.Event.Seq, r.Event.At}}, !r.Replay, nil
}
