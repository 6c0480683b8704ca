package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/define"
	"incubase/workflow/form"
	"incubase/workflow/text"
)

// sheet is one step of a form: what it asks, what has been written, what is wrong with that.
type sheet struct {
	*folder
	Steps   [][]question
	At      int // from 1; len(Steps)+1 is the review
	Faults  map[string]string
	Problem string     // why what was written is not saved
	All     []question // for the review
	Submit  *workflow.Offer

	Replaced []workflow.Replaced // texts that other saves replaced
}

// groupOf is how many short questions stand together.
const groupOf = 3

// steps cuts a form into pages: a long answer or a list by itself, short ones a few together; the form may begin
// a page where it likes.
func steps(all []question) [][]question {
	var out [][]question
	var group []question
	flush := func() {
		if len(group) > 0 {
			out, group = append(out, group), nil
		}
	}
	for _, q := range all {
		if q.NewStep {
			flush()
		}
		switch q.Kind {
		case "confirm": // declared by who submits, at that moment
			continue
		case "long", "list":
			flush()
			out = append(out, []question{q})
			continue
		}
		if group = append(group, q); len(group) == groupOf {
			flush()
		}
	}
	flush()
	return out
}

var formTitle = text.Text{ZH: "填写内容", EN: "Fill in"}

// formPage shows a step, or the review after the last.
func (s *site) formPage(v *visit) error {
	sh, err := s.sheet(v)
	if err != nil {
		return err
	}
	if sh.At > len(sh.Steps) {
		return v.show(http.StatusOK, formTitle, reviewPage(sh))
	}
	if err := s.earlier(v, sh); err != nil {
		return err
	}
	if sh.Replaced, err = s.Cases.Replaced(v.ctx, sh.Case.ID, v.frame.Now.Add(-workflow.ReplacedKept)); err != nil {
		return err
	}
	return v.show(http.StatusOK, formTitle, stepPage(sh))
}

// sheet reads the case and finds the step that the address names.
func (s *site) sheet(v *visit) (*sheet, error) {
	f, err := s.folder(v, v.Param("ref"))
	if err != nil {
		return nil, err
	}
	if !f.CanEdit {
		return nil, workflow.ErrNotFound
	}
	sh := &sheet{folder: f, At: 1, Faults: map[string]string{}}
	answers := f.latest()
	sh.All = answered(f.form(), answers)
	sh.Steps = steps(sh.All)
	switch step := v.FormValue("step"); {
	case step == "review":
		sh.At = len(sh.Steps) + 1
	default:
		if n, err := strconv.Atoi(step); err == nil && n > 0 {
			sh.At = min(n, len(sh.Steps)+1)
		}
	}
	given, err := form.Object(answers)
	if err != nil {
		return nil, err
	}
	review := sh.At > len(sh.Steps)
	_, faults := define.CheckAnswers(f.Schema, f.Bounds, given)
	for _, p := range faults {
		name, _, _ := strings.Cut(p.Field, ".")
		if q := find(sh.All, name); q != nil && q.Kind == "confirm" {
			continue
		} else if review || q != nil && (q.Value != "" || len(q.Lines) > 0) { // what is still empty is told at the end
			sh.Faults[name] = p.Message.In(v.frame.Lang)
		}
	}
	for i := range f.Offers {
		if f.submits(f.Offers[i].Name) {
			sh.Submit = &f.Offers[i]
		}
	}
	return sh, nil
}

func find(all []question, name string) *question {
	for i := range all {
		if all[i].Name == name {
			return &all[i]
		}
	}
	return nil
}

// latest is what was saved; what was submitted before, where nothing was saved since.
func (f *folder) latest() json.RawMessage {
	var saved struct {
		Answers json.RawMessage `json:"answers"`
	}
	if json.Unmarshal(f.Draft, &saved) == nil && len(saved.Answers) > 0 {
		return saved.Answers
	}
	return f.Answers
}

// saveForm keeps what a step asked, beside what was saved of the rest. An answer that its reader left as it was shown
// is not written: another tab may have saved a newer one. A script that saves while somebody types is answered with the
// time; a form with the next step.
func (s *site) saveForm(v *visit) error {
	sh, err := s.sheet(v)
	if err != nil {
		return err
	}
	given, err := v.FormParams()
	if err != nil {
		return err
	}
	changes := map[string]any{}
	var unseen []string // saved by somebody else, or in another window, since this one was shown
	for i := range sh.All {
		q := &sh.All[i]
		if slices.Contains(given["asked"], q.Name) && q.filled(given).mark() != given.Get("was."+q.Name) {
			changes[q.Name] = q.read(given)
			if seen := "seen." + q.Name; given.Has(seen) && given.Get(seen) != q.mark() && q.filled(given).mark() != q.mark() {
				unseen = append(unseen, q.Name)
			}
		}
	}
	if name := given.Get("use"); find(sh.All, name) != nil {
		answer, err := s.lastAnswer(v, sh.folder, name)
		if err != nil {
			return err
		}
		if answer != nil {
			changes[name] = answer
		}
		given.Set("go", "stay")
	}
	_, err = s.Desk.Do(v.ctx, *v.frame.Actor, workflow.Command{Ref: sh.Case.ID, Action: workflow.SaveAction, Merge: true,
		Unseen: unseen,
		Fields: map[string]any{"answers": changes}})
	if v.Request().Header.Get("Accept") == "application/json" {
		return v.savedStep(s, sh, changes, unseen, err)
	}
	if problem := v.unsaved(err); problem != "" {
		sh.refill(given, problem)
		return v.show(edge.StatusOf(err), formTitle, stepPage(sh))
	}
	if err != nil {
		return err
	}
	if len(unseen) > 0 {
		return v.onward(sh.next("stay")+"#q-"+unseen[0], "replaced")
	}
	return v.onward(sh.next(given.Get("go")), "")
}

// savedStep answers a script that saves while somebody types: when, what of it had changed meanwhile, and the marks of
// what is saved now.
func (v *visit) savedStep(s *site, sh *sheet, changes map[string]any, unseen []string, err error) error {
	if problem := v.unsaved(err); problem != "" || err != nil {
		return v.savedAt(s, err)
	}
	marks := map[string]string{}
	for name, value := range changes {
		raw, err := json.Marshal(value)
		if err != nil {
			return err
		}
		marks[name] = find(sh.All, name).with(raw).mark()
	}
	out := map[string]any{"saved": v.savedTime(s), "marks": marks}
	if len(unseen) > 0 {
		out["note"] = sayings["replaced"].In(v.frame.Lang)
	}
	return v.JSON(http.StatusOK, out)
}

func (v *visit) savedTime(s *site) string {
	return s.Desk.Clock.Now().In(calendar.Zone()).Format("15:04")
}

// refill puts what was written back into the step, with why it was not saved.
func (sh *sheet) refill(given url.Values, problem string) {
	sh.At, sh.Problem = min(sh.At, len(sh.Steps)), problem
	for i := range sh.Steps[sh.At-1] {
		q := &sh.Steps[sh.At-1][i]
		shown := q.mark()
		*q = *q.filled(given)
		q.Was, q.Seen = shown, given.Get("seen."+q.Name)
	}
}

// filled is the question with what a form says.
func (q *question) filled(given url.Values) *question {
	out := *q
	out.Value, out.Lines = given.Get("q."+q.Name), nil
	if q.Kind != "list" {
		return &out
	}
	for i := range min(max(1, q.MaxLines), edge.MaxFields) + 1 {
		var line []string
		for _, c := range q.Columns {
			line = append(line, given.Get(fmt.Sprintf("q.%s.%d.%s", q.Name, i, c.Name)))
		}
		if strings.TrimSpace(strings.Join(line, "")) != "" {
			out.Lines = append(out.Lines, line)
		}
	}
	return &out
}

// mark tells an answer from another one, by what its reader sees of it: line ends and blanks around are no difference.
func (q *question) mark() string {
	seen := func(s string) string {
		if s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")); s == "false" {
			return "" // a box that is not ticked
		}
		return s
	}
	lines := [][]string{{seen(q.Value)}}
	for _, l := range q.Lines {
		line := []string{"line"}
		for _, cell := range l {
			line = append(line, seen(cell))
		}
		lines = append(lines, line)
	}
	b, _ := json.Marshal(lines) // plain values
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

// shown is what the form says the reader saw; after an answer that was not saved, what was seen before it.
func (q *question) shown() string {
	if q.Was != "" {
		return q.Was
	}
	return q.mark()
}

// seen marks the saved answer that the form was drawn over.
func (q *question) seen() string {
	if q.Seen != "" {
		return q.Seen
	}
	return q.mark()
}

func set(answers map[string]any, name string, value any) {
	if value == nil {
		delete(answers, name)
		return
	}
	answers[name] = value
}

func (v *visit) savedAt(s *site, err error) error {
	if problem := v.unsaved(err); problem != "" {
		return v.JSON(edge.StatusOf(err), map[string]string{"problem": problem})
	}
	if err != nil {
		return err
	}
	return v.JSON(http.StatusOK, map[string]string{"saved": v.savedTime(s)})
}

// unsaved is why a draft was refused, in words; "" where it was not.
func (v *visit) unsaved(err error) string {
	var refused *workflow.Refused
	var invalid *workflow.Invalid
	switch {
	case errors.As(err, &refused) && len(refused.Refusals) > 0:
		return refused.Refusals[0].Message.In(v.frame.Lang)
	case errors.As(err, &invalid) && len(invalid.Fields) > 0:
		return invalid.Fields[0].Message.In(v.frame.Lang)
	}
	return ""
}

// next is the page after a step, by the button that was pressed.
func (sh *sheet) next(button string) string {
	at := sh.At
	switch button {
	case "back":
		at = max(1, at-1)
	case "stay":
	case "leave":
		return "/cases/" + url.PathEscape(sh.Case.Ref)
	default:
		at++
	}
	step := strconv.Itoa(at)
	if at > len(sh.Steps) {
		step = "review"
	}
	return "/cases/" + url.PathEscape(sh.Case.Ref) + "/form?step=" + step
}

// read takes a question's answer out of a form; nil where nothing was written.
func (q *question) read(given url.Values) any {
	f := q.filled(given)
	if q.Kind != "list" {
		return q.stored(f.Value)
	}
	var lines []any
	for _, l := range f.Lines {
		line := map[string]any{}
		for j, c := range q.Columns {
			set(line, c.Name, c.stored(l[j]))
		}
		lines = append(lines, line)
	}
	if len(lines) == 0 {
		return nil
	}
	return lines
}

// stepOf is where a question is asked.
func (sh *sheet) stepOf(name string) int {
	for i, group := range sh.Steps {
		if find(group, name) != nil {
			return i + 1
		}
	}
	return 1
}

// open are the names of questions that have something wrong, in the form's order.
func (sh *sheet) open() []question {
	var out []question
	for _, q := range sh.All {
		if sh.Faults[q.Name] != "" {
			out = append(out, q)
		}
	}
	return out
}

// other faults than of a question.
func (sh *sheet) other() []string {
	rest := maps.Clone(sh.Faults)
	for _, q := range sh.All {
		delete(rest, q.Name)
	}
	return slices.Sorted(maps.Values(rest))
}

// blank lines of a list: what is there, and one to write in.
func (q *question) blank() [][]string {
	lines := slices.Clone(q.Lines)
	if len(lines) < max(1, q.MaxLines) {
		lines = append(lines, make([]string, len(q.Columns)))
	}
	return lines
}
