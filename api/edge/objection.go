package edge

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"path"
	"slices"
	"time"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/desk"
	"incubase/workflow/text"
)

// Objections takes the public's objections to intended awards. Pages and API share one, so that an address has one
// limit.
type Objections struct {
	Desk  *desk.Desk
	Files Uploads
	Store ObjectionStore
	Log   *slog.Logger

	day *Limiter // by address: accepted objections
}

const ObjectionsADay = 10

func NewObjections(desk *desk.Desk, files Uploads, store ObjectionStore, log *slog.Logger) *Objections {
	return &Objections{Desk: desk, Files: files, Store: store, Log: log,
		day: NewLimiter(ObjectionsADay, 24*time.Hour/ObjectionsADay)}
}

type ObjectionStore interface {
	// ObjectionCode returns number and code of the objection that an event added.
	ObjectionCode(ctx context.Context, on workflow.ID, seq int) (n int, code string, err error)
	// FollowObjection returns an objection's outcome by its code, or workflow.ErrNotFound.
	FollowObjection(ctx context.Context, code string) (*workflow.Followed, error)
	// Objections returns those to a case numbered above after.
	Objections(ctx context.Context, on workflow.ID, after, limit int) ([]workflow.Objection, error)
}

type Objection struct {
	Text    string `json:"text" minLength:"5" maxLength:"5000"`
	Name    string `json:"name,omitempty" maxLength:"80" doc:"Your name; kept secret."`
	Contact string `json:"contact,omitempty" maxLength:"120" doc:"How to reach you; kept secret."`
}

type Evidence struct {
	Name    string
	Content io.Reader
}

const MaxEvidence = 5

// Make adds an objection to its case and returns number, code and state. Refused and repeated ones do not count
// towards the day's limit.
func (o *Objections) Make(ctx context.Context, id, key string, said Objection,
	evidence []Evidence) (*workflow.Followed, error) {
	ip := Of(ctx).IP
	if err := o.day.Take(ip); err != nil {
		return nil, err
	}
	r, err := o.make(ctx, id, key, said, evidence)
	if err != nil || r.Replay {
		o.day.Return(ip)
	}
	if err != nil {
		return nil, err
	}
	_, code, err := o.Store.ObjectionCode(ctx, r.View.Case.ID, r.Event.Seq)
	if err != nil {
		return nil, err
	}
	return o.Store.FollowObjection(ctx, code)
}

// make drops the files of a refused or repeated objection: the whole public shares one quota of unclaimed files.
func (o *Objections) make(ctx context.Context, id, key string, said Objection,
	evidence []Evidence) (_ *workflow.Receipt, err error) {
	if len(evidence) > MaxEvidence {
		return nil,
			&workflow.Invalid{Fields: []workflow.FieldError{{Field: "files", Message: text.Format("最多 %d 个文件",
				"at most %d files", MaxEvidence)}}}
	}
	kept := false
	var files []workflow.ID
	defer func() {
		if !kept && len(files) > 0 {
			o.drop(ctx, files)
		}
	}()
	sum := sha256.New()
	_ = json.NewEncoder(sum).Encode(said)
	if evidence, err = o.wanted(ctx, id, evidence); err != nil {
		return nil, err
	}
	for _, e := range evidence {
		a, err := o.Files.Put(ctx, workflow.ObjectorID, nil, path.Base(e.Name), e.Content)
		if err != nil {
			return nil, err
		}
		_, _ = sum.Write(a.SHA256[:])
		files = append(files, a.ID)
	}
	same := Digest("POST", "/public/notices/"+id+"/objections", []byte(`"`+hex.EncodeToString(sum.Sum(nil))+`"`))
	r, err := o.carry(ctx, said.command(id, key, same, files))
	kept = err == nil && !r.Replay
	return r, err
}

// crowd bounds the retries when others change the same notice.
const crowd = 10

func (o *Objections) carry(ctx context.Context, cmd workflow.Command) (r *workflow.Receipt, err error) {
	for range crowd {
		var moved *workflow.Stale
		if r, err = o.Desk.Do(ctx, workflow.Objector(), cmd); !errors.As(err, &moved) {
			break
		}
	}
	return r, err
}

// wanted drops the files where the case takes no objection now; Do then refuses with the reason.
func (o *Objections) wanted(ctx context.Context, id string, evidence []Evidence) ([]Evidence, error) {
	if len(evidence) == 0 {
		return nil, nil
	}
	v, err := o.Desk.Show(ctx, workflow.Objector(), id)
	if err != nil || !slices.ContainsFunc(v.Offers, workflow.Offer.Allowed) {
		return nil, err
	}
	return evidence, nil
}

func (said Objection) command(id, key string, same workflow.Hash, files []workflow.ID) workflow.Command {
	fields := map[string]any{"text": said.Text}
	if said.Name != "" {
		fields["name"] = said.Name
	}
	if said.Contact != "" {
		fields["contact"] = said.Contact
	}
	if len(files) > 0 {
		list := make([]any, len(files))
		for i, f := range files {
			list[i] = f
		}
		fields["attachments"] = list
	}
	cmd := workflow.Command{Ref: id, Mark: define.Objects, Digest: same, Fields: fields}
	if key != "" { // all of the public is one actor: two people may choose one key, but hardly with the same words
		cmd.Key = desk.Subkey(key, same.String()[:16])
	}
	return cmd
}

func (o *Objections) drop(ctx context.Context, files []workflow.ID) {
	if err := o.Files.Drop(context.WithoutCancel(ctx), workflow.ObjectorID, files); err != nil {
		o.Log.Warn("files of a refused objection wait to be swept", "error", err)
	}
}
