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

// Names of the fields that every action with answers has besides its own.
const (
	// DraftField names the digest of the saved draft that the reader was shown and now takes.
	DraftField = "draft"
	// DeclarationsField holds the declarations of the form, as who submits makes them.
	DeclarationsField = "declarations"
)

// ReplacedKept is how long a text that another save replaced stays readable.
const ReplacedKept = 30 * 24 * time.Hour

// DraftFile is a file that goes with a draft.
type DraftFile struct {
	ID     ID     `json:"id"`
	Name   string `json:"name"`
	SHA256 Hash   `json:"sha256"`
	Seq    int    `json:"seq"` // of the act that brought it in; 0 while it can be taken out
}

// Written says who wrote an answer last, and when.
type Written struct {
	By   ID        `json:"by"`
	Name string    `json:"name,omitempty"` // as it is now: read with the draft, never kept with it
	At   time.Time `json:"at"`
}

// Replaced is an answer that another save has replaced. It stays readable for ReplacedKept.
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

// Unnamed is a submission that takes a saved draft without saying which: 428.
type Unnamed struct{ Now string }

func (e *Unnamed) Error() string { return "the saved draft is taken without its digest" }

// Changed is a submission of a draft, or a signature under a paper, that is another one by now: 412. Nothing was done,
// and nothing is lost.
type Changed struct {
	Shown string // the digest that was named
	Now   string // the digest of what is there; "" where there is none
	Paper string // kind of the paper that was to be signed; "" where it is a draft
	By    ID     // who saved it last; "" where nothing is saved
	Name  string
	At    time.Time
}

func (e *Changed) Error() string { return "what was shown has changed: " + e.Now }

// DraftDigest is SHA-256 over all that a submission of the saved draft would freeze: answers and other saved fields,
// files, title and sum. Equal content has equal digests, who saved it and in whatever spelling of JSON.
func (f *Facts) DraftDigest() string {
	var saved map[string]any
	_ = decodeNumbers(f.Draft, &saved) // nothing saved: the digest of nothing
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

// declarations are those of the form that an action with answers asks who submits to make.
func (f *Facts) declarations() []form.Declaration { return form.Declarations(f.Form()) }

// Declared checks the declarations that came with a submission and puts them among the answers of the draft.
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

// WantDeclared says of a declaration that is missing what it is, and where it is to be made: it is no part of what was
// saved.
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

// Undeclared takes the declarations out of answers that are only saved: they are made by who submits, at that moment.
func (f *Facts) Undeclared(answers map[string]any) {
	for _, d := range f.declarations() {
		delete(answers, d.Name)
	}
}

// Signing adds the fields that an offer with answers has besides the definition's own.
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

// Succeed compares what is saved now with what was saved before: who wrote each answer last, and what is replaced. An
// answer counts as replaced where somebody else wrote it, or where its writer did not see it (another window).
func (d *Draft) Succeed(f *Facts, answers map[string]any, unseen []string) {
	var before struct {
		Answers map[string]json.RawMessage `json:"answers"`
	}
	_ = json.Unmarshal(f.Draft, &before) // nothing saved before: nothing is replaced
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

// same compares two values, however they are spelled.
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

// empty reports whether a saved value says nothing.
func empty(v json.RawMessage) bool {
	switch string(bytes.TrimSpace(v)) {
	case "", "null", `""`, "[]", "{}":
		return true
	}
	return false
}

// Pending are the files of the draft that no act has brought in so far.
func (f *Facts) Pending() []ID {
	var out []ID
	for _, x := range f.Files {
		if x.Seq == 0 {
			out = append(out, x.ID)
		}
	}
	return out
}
