package workflow

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"
	"time"

	"incubase/workflow/form"
)

const (
	// DraftField is the digest of the saved draft that the submitter saw.
	DraftField = "draft"
	// DeclarationsField holds the form's declarations, which the submitter makes.
	DeclarationsField = "declarations"
)

// ReplacedKept is how long a replaced text stays readable.
const ReplacedKept = 30 * 24 * time.Hour

type DraftFile struct {
	ID     ID     `json:"id"`
	Name   string `json:"name"`
	SHA256 Hash   `json:"sha256"`
	Seq    int    `json:"seq"` // of the act that brought it in; 0 while it can be removed
}

type Written struct {
	By   ID        `json:"by"`
	Name string    `json:"name,omitempty"` // the present name, never stored with the draft
	At   time.Time `json:"at"`
}

type Replaced struct {
	Question     string          `json:"question"`
	Value        json.RawMessage `json:"value"`
	By           ID              `json:"by"`
	ByName       string          `json:"by_name"`
	At           time.Time       `json:"at"`
	ReplacedBy   ID              `json:"replaced_by"`
	ReplacerName string          `json:"replaced_by_name"`
	ReplacedAt   time.Time       `json:"replaced_at"`
}

// Unnamed refuses a submission that takes a saved draft without its digest: 428.
type Unnamed struct{ Now string }

func (e *Unnamed) Error() string { return "the saved draft is taken without its digest" }

// Changed refuses to sign a draft or paper that has changed since it was shown: 412. Nothing is written or lost.
type Changed struct {
	Shown string // digest named by the request
	Now   string // present digest; "" for none
	Paper string // kind of the paper to sign; "" for a draft
	By    ID     // who saved it last; "" if nothing is saved
	Name  string
	At    time.Time
}

func (e *Changed) Error() string { return "what was shown has changed: " + e.Now }

// DraftDigest is the SHA-256 over all that submitting the saved draft would freeze: saved fields, files, title and
// sum. It depends neither on the writer nor on the spelling of JSON.
func (f *Facts) DraftDigest() string {
	var saved map[string]any
	_ = decodeNumbers(f.Draft, &saved) // no draft: digest of nothing
	files := []any{}
	for _, x := range slices.SortedFunc(slices.Values(f.Files),
		func(a, b DraftFile) int { return bytes.Compare([]byte(a.ID), []byte(b.ID)) }) {
		files = append(files, []string{x.ID, x.Name, x.SHA256.String()})
	}
	body, err := json.Marshal(map[string]any{"case": f.Case.ID, "draft": plainNumbers(saved), "files": files,
		"frozen": f.Case.AnswersRevision, "title": f.Case.Title, "requested_fen": int64(f.Case.Requested)})
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(append([]byte("incubase-draft-1\n"), body...))
	return hex.EncodeToString(sum[:])
}

func decodeNumbers(raw json.RawMessage, to any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	return d.Decode(to)
}

// plainNumbers gives each number one spelling: 1e2 and 100 are one value.
func plainNumbers(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			v[k] = plainNumbers(x)
		}
	case []any:
		for i, x := range v {
			v[i] = plainNumbers(x)
		}
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		if x, err := v.Float64(); err == nil {
			if x == math.Trunc(x) && math.Abs(x) < 1<<53 {
				return int64(x)
			}
			return strconv.FormatFloat(x, 'g', -1, 64)
		}
	}
	return v
}

func (f *Facts) declarations() []form.Declaration { return form.Declarations(f.Form()) }

func Declared(f *Facts, v any, answers any, fault FaultFunc) any {
	const at = "fields." + DeclarationsField
	said, ok := v.(map[string]any)
	if !ok {
		fault(at, "应为一个对象，每项承诺一个是或否", "an object is expected, true or false for each declaration")
		return answers
	}
	known := f.declarations()
	out := map[string]any{}
	if given, isObject := answers.(map[string]any); isObject {
		maps.Copy(out, given)
	}
	for _, name := range slices.Sorted(maps.Keys(said)) {
		yes, isBool := said[name].(bool)
		switch {
		case !slices.ContainsFunc(known, func(d form.Declaration) bool { return d.Name == name }):
			fault(at, "申报表没有这一项承诺", "the form has no such declaration")
		case !isBool:
			fault(at+"."+name, "应为是或否", "true or false is expected")
		default:
			out[name] = yes
		}
	}
	return out
}

// WantDeclared names a missing declaration, and the field for it where the answers come from a draft.
func (f *Facts) WantDeclared(faults []FieldError, whole bool) {
	for _, d := range f.declarations() {
		for i := range faults {
			if faults[i].Field != "fields.answers."+d.Name {
				continue
			}
			faults[i].Message = Text{ZH: "请勾选承诺：" + d.Label.ZH, EN: "please declare: " + d.Label.EN}
			if !whole {
				faults[i].Field = "fields." + DeclarationsField + "." + d.Name
			}
		}
	}
}

// Undeclared removes declarations: only the submitter makes them, at submission.
func (f *Facts) Undeclared(answers map[string]any) {
	for _, d := range f.declarations() {
		delete(answers, d.Name)
	}
}

func (f *Facts) Signing(o *Offer) {
	drafted := f.Drafted("answers")
	o.Fields = append(o.Fields, OfferedField{Name: DraftField, Type: DraftField, Required: drafted,
		Example: f.DraftDigest(), Label: Text{ZH: "草稿校验码", EN: "Digest of the draft"},
		Hint: Text{ZH: "写明您看到的草稿；草稿在此期间被改动的，不会提交",
			EN: "Names the draft that you were shown: if it has changed since, nothing is submitted"}})
	list := f.declarations()
	if len(list) == 0 {
		return
	}
	all := map[string]any{}
	for _, d := range list {
		all[d.Name] = true
		o.Declarations = append(o.Declarations, OfferedField{Name: d.Name, Type: "boolean", Label: d.Label, Required: true,
			Example: true})
	}
	o.Fields = append(o.Fields, OfferedField{Name: DeclarationsField, Type: DeclarationsField, Required: drafted,
		Example: all, Label: Text{ZH: "承诺", EN: "Declarations"},
		Hint: Text{ZH: "由提交人本人作出", EN: "Made by who submits, at that moment"}})
}

// Succeed computes the writers of answers, and what this save replaces: answers of others, or unseen in this window.
func (d *Draft) Succeed(f *Facts, answers map[string]any, unseen []string) {
	var before struct {
		Answers map[string]json.RawMessage `json:"answers"`
	}
	_ = json.Unmarshal(f.Draft, &before) // no draft: nothing is replaced
	d.Written = map[string]Written{}
	for name, v := range answers {
		now, err := json.Marshal(v)
		if err == nil && same(before.Answers[name], now) {
			if w, known := f.Written[name]; known {
				d.Written[name] = Written{By: w.By, At: w.At}
			}
			continue
		}
		d.Written[name] = Written{By: d.Actor, At: d.At}
	}
	for _, name := range slices.Sorted(maps.Keys(before.Answers)) {
		old, w := before.Answers[name], f.Written[name]
		if w.By == "" {
			w = Written{By: f.DraftBy, At: f.DraftAt}
		}
		now, err := json.Marshal(answers[name])
		if err != nil || same(old, now) || empty(old) || w.By == "" || w.By == d.Actor && !slices.Contains(unseen, name) {
			continue
		}
		d.Replaced = append(d.Replaced, Replaced{Question: name, Value: old, By: w.By, At: w.At, ReplacedBy: d.Actor,
			ReplacedAt: d.At})
	}
}

// same compares two values in any spelling.
func same(a, b json.RawMessage) bool {
	if bytes.Equal(a, b) {
		return true
	}
	var x, y any
	if decodeNumbers(a, &x) != nil || decodeNumbers(b, &y) != nil {
		return false
	}
	p, _ := json.Marshal(plainNumbers(x))
	q, _ := json.Marshal(plainNumbers(y))
	return bytes.Equal(p, q)
}

func empty(v json.RawMessage) bool {
	switch string(bytes.TrimSpace(v)) {
	case "", "null", `""`, "[]", "{}":
		return true
	}
	return false
}

// Pending returns the draft's files that no act has brought in.
func (f *Facts) Pending() []ID {
	var out []ID
	for _, x := range f.Files {
		if x.Seq == 0 {
			out = append(out, x.ID)
		}
	}
	return out
}
