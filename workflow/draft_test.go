package workflow_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"incubase/workflow"
	"incubase/workflow/desk"
	"incubase/workflow/machine"
)

const declaring = `{"type":"object","required":["title","truthful"],"properties":{
	"title":{"type":"string","title":"名称","x-title-en":"Title","examples":["甲"]},
	"requested_fen":{"type":"integer","title":"申请","x-title-en":"Requested"},
	"truthful":{"type":"boolean","const":true,"title":"属实","x-title-en":"True","examples":[true]}}}`

// drafted returns a draft of the shipped grant, saved by the preparer and read by the actor who.
func drafted(t *testing.T, body string, who string) (*machine.Machine, workflow.Facts) {
	t.Helper()
	m := shipped(t).Machine("grant", 0)
	f := play(t, m, "").Facts(who)
	f.Round.Form = json.RawMessage(declaring)
	f.Draft, f.DraftRead, f.DraftBy, f.DraftName, f.DraftAt = json.RawMessage(body), true, "preparer-id", "经办人",
		f.Now.Add(-time.Hour)
	f.DraftNumber = 3
	return m, f
}

func TestASubmissionNamesTheDraftItTakes(t *testing.T) {
	t.Parallel()
	m, f := drafted(t, `{"answers":{"title":"课堂","requested_fen":2000000}}`, "certifier")
	f.Files = []workflow.DraftFile{{ID: "file-1", Name: "证书.pdf"}}
	shown := f.DraftDigest()
	yes := fields{"truthful": true}
	other := f
	other.Draft = json.RawMessage(`{"answers":{"title":"课堂","requested_fen":9990000}}`)
	fewer := f
	fewer.Files = nil
	renamed := f
	renamed.Case.Title = "另一个"
	spelled := f
	spelled.Draft = json.RawMessage(`{ "answers": {"requested_fen": 2e6, "title": "课堂"} }`)
	for name, row := range map[string]struct {
		facts workflow.Facts
		said  fields
		want  string
	}{
		"the draft that was shown":          {f, fields{"draft": shown, "declarations": yes}, ""},
		"the same draft, spelled otherwise": {spelled, fields{"draft": shown, "declarations": yes}, ""},
		"a draft that is not named":         {f, fields{"declarations": yes}, "428"},
		"another sum":                       {other, fields{"draft": shown, "declarations": yes}, "412"},
		"a file fewer":                      {fewer, fields{"draft": shown, "declarations": yes}, "412"},
		"another title of the case":         {renamed, fields{"draft": shown, "declarations": yes}, "412"},
		"the whole answers":                 {other, fields{"answers": fields{"title": "课堂", "truthful": true}}, ""},
		"the whole answers and another draft": {other,
			fields{"draft": shown, "answers": fields{"title": "课堂", "truthful": true}}, "412"},
		"no digest":                      {f, fields{"draft": "yes", "declarations": yes}, "fields.draft"},
		"a declaration that is not made": {f, fields{"draft": shown}, "fields.declarations.truthful"},
		"a declaration that is denied": {f, fields{"draft": shown, "declarations": fields{"truthful": false}},
			"fields.declarations.truthful"},
		"a declaration that nobody asks for": {f, fields{"draft": shown, "declarations": fields{"truthful": true,
			"x": true}}, "fields.declarations"},
		"a declaration that is no yes or no": {f, fields{"draft": shown, "declarations": fields{"truthful": "yes"}},
			"fields.declarations.truthful"},
		"the whole answers, nothing declared":  {f, fields{"answers": fields{"title": "课堂"}}, "fields.answers.truthful"},
		"an empty list where a list is wanted": {f, fields{"draft": shown, "declarations": yes, "attachments": []any{}}, ""},
	} {
		_, err := m.Decide(context.Background(), row.facts, workflow.Command{Action: "submit", Fields: row.said})
		var unnamed *workflow.Unnamed
		var changed *workflow.Changed
		var invalid *workflow.Invalid
		got := ""
		switch {
		case errors.As(err, &unnamed):
			got = "428"
		case errors.As(err, &changed):
			got = "412"
			if changed.Shown != shown || changed.Now != row.facts.DraftDigest() || changed.Now == shown ||
				changed.Name != "经办人" {
				t.Errorf("%s: told %+v", name, changed)
			}
		case errors.As(err, &invalid):
			got = invalid.Fields[0].Field
		case err != nil:
			got = err.Error()
		}
		if got != row.want {
			t.Errorf("%s: %q, want %q", name, got, row.want)
		}
	}
}

func TestASavedTickIsNoDeclaration(t *testing.T) {
	t.Parallel()
	for _, who := range []string{"preparer", "certifier"} {
		m, f := drafted(t, `{"answers":{"title":"课堂"}}`, who)
		d, err := desk.Draft(m, f, workflow.Command{Action: workflow.SaveAction,
			Fields: fields{"answers": fields{"title": "课堂", "truthful": true}}})
		if err != nil || string(d.Body) != `{"answers":{"title":"课堂"}}` {
			t.Errorf("%s saves %s, %v", who, d.Body, err)
		}
	}
	m, f := drafted(t, `{"answers":{"title":"课堂","truthful":true}}`, "certifier")
	var invalid *workflow.Invalid
	if _, err := m.Decide(context.Background(), f, workflow.Command{Action: "submit",
		Fields: fields{"draft": f.DraftDigest()}}); !errors.As(err, &invalid) {
		t.Errorf("a tick that was saved once stands: %v", err)
	}
}

func TestAReplacedTextIsKept(t *testing.T) {
	t.Parallel()
	m, f := drafted(t, `{"answers":{"title":"甲的","requested_fen":100}}`, "certifier")
	me := f.Actor.ID
	f.Written = map[string]workflow.Written{"title": {By: "preparer-id", At: f.Now}, "requested_fen": {By: me, At: f.Now}}
	save := func(unseen []string, answers fields) workflow.Draft {
		t.Helper()
		d, err := desk.Draft(m, f, workflow.Command{Action: workflow.SaveAction, Merge: true, Unseen: unseen,
			Fields: fields{"answers": answers}})
		if err != nil || d.After != 3 || d.Version != f.Case.Version {
			t.Fatalf("%+v, %v", d, err)
		}
		return d
	}
	d := save(nil, fields{"title": "乙的"})
	if len(d.Replaced) != 1 || d.Replaced[0].Question != "title" || string(d.Replaced[0].Value) != `"甲的"` ||
		d.Replaced[0].By != "preparer-id" || d.Replaced[0].ReplacedBy != me {
		t.Errorf("another's text: %+v", d.Replaced)
	}
	if d.Written["title"].By != me || d.Written["requested_fen"].By != me {
		t.Errorf("written by %+v", d.Written)
	}
	if d := save(nil, fields{"requested_fen": 200}); len(d.Replaced) != 0 {
		t.Errorf("one's own text, seen: %+v", d.Replaced)
	}
	if d := save([]string{"requested_fen"}, fields{"requested_fen": 200}); len(d.Replaced) != 1 {
		t.Errorf("one's own text of another window: %+v", d.Replaced)
	}
	if d := save([]string{"title"}, fields{"title": "甲的"}); len(d.Replaced) != 0 ||
		d.Written["title"].By != "preparer-id" {
		t.Errorf("the same text: %+v %+v", d.Replaced, d.Written)
	}
}

// Allowed acts that take no files, such as withdrawing, let no file in.
func TestAFileComesIntoADraftAlone(t *testing.T) {
	t.Parallel()
	m, f := drafted(t, `{"answers":{"title":"课堂"}}`, "certifier")
	for name, row := range map[string]struct {
		facts             workflow.Facts
		draft, act, takes bool
	}{
		"a draft":   {f, true, true, true},
		"submitted": {play(t, m, "certifier submit").Facts("certifier"), false, false, false},
		"returned":  {play(t, m, "certifier submit\nchecker return").Facts("certifier"), true, true, true},
		"a reviewer's": {play(t, m, "certifier submit\nchecker admit\nreviewer1 declare").Facts("reviewer1"), false, false,
			false},
	} {
		v := desk.Show(m, workflow.Loaded{Facts: row.facts})
		if draft, act := v.Takes(); draft != row.draft || act != row.act {
			t.Errorf("%s: into the draft %v, with an act %v", name, draft, act)
		}
		file := workflow.Attachment{ID: "file-1", Case: row.facts.Case.ID, Uploader: row.facts.Actor.ID,
			House: row.facts.Case.Organization}
		if v.Removable(&file) != row.takes {
			t.Errorf("%s: taken out %v", name, !row.takes)
		}
		if file.Seq = 2; v.Removable(&file) {
			t.Errorf("%s: what an act brought in is taken out", name)
		}
	}
	submitted := desk.Show(m, workflow.Loaded{Facts: play(t, m, "certifier submit").Facts("certifier")})
	if !slices.ContainsFunc(submitted.Offers, workflow.Offer.Allowed) {
		t.Error("nothing is allowed after submitting: the test shows nothing")
	}
}

func TestAnEmptyListIsMissing(t *testing.T) {
	t.Parallel()
	m, f := drafted(t, `{}`, "certifier")
	f.Round.Form = json.RawMessage(
		`{"type":"object","required":["budget"],"properties":{"budget":{"type":"array","items":{"type":"object","properties":{"item":{"type":"string"}}}}}}`)
	for name, said := range map[string]fields{"no list": {}, "an empty list": {"budget": []any{}}} {
		var invalid *workflow.Invalid
		_, err := m.Decide(context.Background(), f, workflow.Command{Action: "submit", Fields: fields{"answers": said}})
		if !errors.As(err, &invalid) || invalid.Fields[0].Field != "fields.answers.budget" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheOfferNamesTheDraft(t *testing.T) {
	t.Parallel()
	m, f := drafted(t, `{"answers":{"title":"课堂","requested_fen":2000000}}`, "certifier")
	said := fields{}
	for _, o := range m.Offers(f) {
		for _, x := range o.Fields {
			if o.Name == "submit" && x.Required {
				said[x.Name] = x.Example
			}
		}
	}
	if said["draft"] != f.DraftDigest() || said["answers"] != nil {
		t.Fatalf("offered %v", said)
	}
	d, err := m.Decide(context.Background(), f, workflow.Command{Action: "submit", Fields: said})
	if err != nil || d.Case.Requested != 2_000_000 || d.Draft != 3 {
		t.Errorf("%v, asked for %d, draft %d", err, d.Case.Requested, d.Draft)
	}
	var payload workflow.Payload
	if err := json.Unmarshal([]byte(d.Events[0].Payload), &payload); err != nil ||
		payload.Fields["draft"] != f.DraftDigest() {
		t.Errorf("the log says %v, %v", payload.Fields, err)
	}
}
