package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/define"
	"incubase/workflow/desk"
	"incubase/workflow/machine"
	"incubase/workflow/region"
	"incubase/workflow/registry"
	"incubase/workflow/text"
	"incubase/workflow/vet"
)

// Templates are what new rounds begin from: forms, and rules of real rounds with their sources.
type Templates interface {
	// Form of applications of a workflow; nil where there is none.
	Form(workflow string) json.RawMessage
	Rules() []RulesTemplate
}

// RulesTemplate is the rules of a real round.
type RulesTemplate struct {
	Name        string
	Title, Note text.Text
	Rules       workflow.Rules
}

var (
	roundsTitle   = text.Text{ZH: "批次", EN: "Rounds"}
	newRoundTitle = text.Text{ZH: "筹备新批次", EN: "Prepare a round"}
	editTitle     = text.Text{ZH: "修改批次", EN: "Change the round"}
)

// roundRow is a round in the list.
type roundRow struct {
	workflow.RoundRecord
	Place string
}

// mayPrepare reports whether the reader may prepare rounds somewhere.
func mayPrepare(v *visit) bool { return vet.May(*v.frame.Actor, workflow.KindRound, "create") }

func (s *site) rounds(v *visit) error {
	list, err := s.Records.Rounds(v.ctx, registry.RecordScopeOf(*v.frame.Actor))
	if err != nil {
		return err
	}
	rows := make([]roundRow, 0, len(list))
	for i := range list {
		place, err := s.placeName(v.ctx, list[i].Region)
		if err != nil {
			return err
		}
		rows = append(rows, roundRow{*s.Registry.Labelled(&list[i]), place})
	}
	return v.show(http.StatusOK, roundsTitle, roundsPage(rows, mayPrepare(v)))
}

// roundView is the officer's page of a round: its rules, what still lacks, what may be done, and its applications in
// number.
type roundView struct {
	*folder
	Round  *workflow.RoundRecord
	Place  string
	Counts workflow.Counts
	Papers map[string]int // that hold, by kind
	Asks   []question
	Copies bool
	Edits  bool

	Lists     []wholeList // that wait for the reader
	MoreLists bool        // of more cases than were counted
	Jobs      []jobRow
}

func (s *site) roundPage(v *visit) error {
	r, err := s.roundView(v, v.Param("id"))
	if err != nil {
		return err
	}
	if r.Lists, r.MoreLists, err = s.wholeLists(v, r.Case.ID); err != nil {
		return err
	}
	if r.Jobs, err = s.jobsOf(v, r.Case.ID); err != nil {
		return err
	}
	return v.show(http.StatusOK, text.Text{ZH: r.Round.Name.ZH, EN: r.Round.Name.In("en")}, roundOverview(r))
}

// roundView reads a round as the case that it is: who sees the case sees the round.
func (s *site) roundView(v *visit, ref string) (*roundView, error) {
	f, err := s.folder(v, ref)
	if err != nil {
		return nil, err
	}
	if f.Case.Workflow != machine.RoundWorkflow {
		return nil, workflow.ErrNotFound
	}
	r := &roundView{folder: f, Copies: mayPrepare(v)}
	if r.Round, err = s.Registry.Round(v.ctx, f.Case.ID); err != nil {
		return nil, err
	}
	r.Edits = vet.May(*v.frame.Actor, workflow.KindRound, "change") && (r.Round.State == "preparing" ||
		r.Round.State == "open") &&
		registry.RecordScopeOf(*v.frame.Actor).Sees(r.Round.Region, "")
	if r.Place, err = s.placeName(v.ctx, r.Round.Region); err != nil {
		return nil, err
	}
	r.Asks = questions(r.Round.Form)
	if r.Papers, err = s.Papers.PaperCounts(v.ctx, f.Case.ID); err != nil {
		return nil, err
	}
	return r, s.countApplications(v, r)
}

// countApplications reads how many of the round's cases stand in which stage, for those who see boards.
func (s *site) countApplications(v *visit, r *roundView) error {
	if len(topsOf(*v.frame.Actor)) == 0 {
		return nil
	}
	rows, err := s.Cases.Board(v.ctx, desk.ScopeOf(*v.frame.Actor, s.Desk.Machines),
		workflow.BoardQuery{Region: r.Round.Region, By: "round", Today: calendar.DateOf(v.frame.Now)})
	if errors.Is(err, workflow.ErrNotFound) {
		return nil
	}
	if i := slices.IndexFunc(rows, func(c workflow.Counts) bool { return c.Key == r.Round.ID }); i >= 0 {
		r.Counts = rows[i]
	}
	return err
}

// roundDraft is the form of a round: a new one, or changes of one.
type roundDraft struct {
	Round *workflow.RoundRecord // nil for a new one
	Only  bool                  // only the closing can change: the round is open
	entryForm
	Kinds     []define.Definition
	Agencies  []registry.AgencyRecord
	Templates []RulesTemplate
	Places    []place // of the reader's roles
	From      string  // name of the round it is copied from
	Blank     bool    // nothing is written yet: rules to begin from are offered
	Preview   bool    // the form as applicants will meet it, before it is saved
}

// newRoundPage begins from nothing, from rules of a real round, or from an earlier round a year later.
func (s *site) newRoundPage(v *visit) error {
	d, err := s.newDraft(v)
	if err != nil {
		return err
	}
	kind := v.QueryParam("kind")
	if kind == "" {
		kind = "grant"
	}
	from := workflow.RoundRecord{Kind: kind, Form: s.Templates.Form(kind)}
	for _, t := range d.Templates {
		if t.Name == v.QueryParam("rules") {
			from.Rules = t.Rules
		}
	}
	if len(d.Places) > 0 {
		from.Region = d.Places[0].Code
	}
	if id := v.QueryParam("from"); id != "" {
		old, err := s.roundView(v, id)
		if err != nil {
			return err
		}
		from = nextYear(*old.Round)
		d.From = old.Round.Name.In(v.frame.Lang)
	}
	d.Blank = d.From == ""
	d.entryForm = newEntry(roundValues(&from))
	return v.show(http.StatusOK, newRoundTitle, roundForm(d))
}

// newDraft is what a round's form offers to choose from.
func (s *site) newDraft(v *visit) (*roundDraft, error) {
	d := &roundDraft{entryForm: newEntry(nil), Templates: s.Templates.Rules()}
	for _, w := range s.workflows() {
		if s.Templates.Form(w.Name) != nil {
			d.Kinds = append(d.Kinds, w)
		}
	}
	var tops []region.Code
	for _, g := range v.frame.Actor.Roles {
		if g.Role == workflow.RoleOfficer && !slices.Contains(tops, g.Region) {
			tops = append(tops, g.Region)
		}
	}
	for _, c := range tops {
		name, err := s.placeName(v.ctx, c)
		if err != nil {
			return nil, err
		}
		d.Places = append(d.Places, place{c, name})
	}
	if !mayPrepare(v) {
		return nil, workflow.ErrNotFound
	}
	var err error
	d.Agencies, err = s.agenciesByName(v)
	return d, err
}

var yearIn = regexp.MustCompile(`\b20\d\d|20\d\d`)

// nextYear is a round as it may be held again: a year later, its name with the year after, and nothing spent.
func nextYear(r workflow.RoundRecord) workflow.RoundRecord {
	later := func(s string) string {
		return yearIn.ReplaceAllStringFunc(s, func(y string) string {
			n, _ := strconv.Atoi(y) // four digits
			return strconv.Itoa(n + 1)
		})
	}
	r.Name = workflow.Text{ZH: later(r.Name.ZH), EN: later(r.Name.EN)}
	for _, at := range []**time.Time{&r.Opens, &r.Closes} {
		if *at != nil {
			next := yearLater((*at).In(calendar.Zone()))
			*at = &next
		}
	}
	return r
}

// yearLater is the same day a year later; of 29 February the last of February, not 1 March.
func yearLater(t time.Time) time.Time {
	next := t.AddDate(1, 0, 0)
	if next.Day() != t.Day() {
		next = next.AddDate(0, 0, -next.Day())
	}
	return next
}

// prepareRound makes a round. Everything wrong is said at once, and what was written stays.
func (s *site) prepareRound(v *visit) error {
	d, given, err := s.givenDraft(v)
	if err != nil {
		return err
	}
	n := given.round()
	if v.FormValue("go") == "preview" {
		return v.previewRound(newRoundTitle, d, given)
	}
	var made *workflow.RoundRecord
	if len(given.faults) == 0 {
		if made, err = s.Registry.OpenRound(v.ctx, *v.frame.Actor, n, v.recordCommand("round", n)); err == nil {
			return v.onward("/rounds/"+url.PathEscape(made.Ref), "saved")
		}
	}
	return v.refuseRound(newRoundTitle, d, given, err)
}

// givenDraft is the form as it was sent.
func (s *site) givenDraft(v *visit) (*roundDraft, *roundReader, error) {
	d, err := s.newDraft(v)
	if err != nil {
		return nil, nil, err
	}
	form, err := v.FormParams()
	if err != nil {
		return nil, nil, err
	}
	d.entryForm = givenEntry(form)
	return d, newRoundReader(form), nil
}

// previewRound shows the form of applications as it was written, and what is wrong already; nothing is saved.
func (v *visit) previewRound(title text.Text, d *roundDraft, given *roundReader) error {
	for name, f := range given.faults {
		d.Faults[name] = f.In(v.frame.Lang)
	}
	d.Preview, d.Key = true, v.FormValue("_key")
	return v.show(http.StatusOK, title, roundForm(d))
}

// refuseRound shows the form again with everything that is wrong with it.
func (v *visit) refuseRound(title text.Text, d *roundDraft, given *roundReader, cause error) error {
	for name, f := range given.faults {
		d.Faults[name] = f.In(v.frame.Lang)
	}
	status, known := d.explain(v, cause)
	if !known {
		return cause
	}
	return v.show(status, title, roundForm(d))
}

func (s *site) editRoundPage(v *visit) error {
	r, err := s.roundView(v, v.Param("id"))
	if err != nil {
		return err
	}
	if !r.Edits {
		return workflow.ErrNotFound
	}
	d, err := s.newDraft(v)
	if err != nil {
		return err
	}
	d.Round, d.Only, d.entryForm = r.Round, r.Round.State != "preparing", newEntry(roundValues(r.Round))
	d.Version = r.Round.Version
	return v.show(http.StatusOK, editTitle, roundForm(d))
}

// changeRound changes a round that is prepared; of an open one only the closing, with the reason.
func (s *site) changeRound(v *visit) error {
	r, err := s.roundView(v, v.Param("id"))
	if err != nil {
		return err
	}
	d, given, err := s.givenDraft(v)
	if err != nil {
		return err
	}
	d.Round, d.Only = r.Round, r.Round.State != "preparing"
	patch := given.patch(r.Round)
	if v.FormValue("go") == "preview" {
		return v.previewRound(editTitle, d, given)
	}
	cmd := v.recordCommand("round", patch)
	cmd.Version = &d.Version
	if len(given.faults) == 0 {
		if _, err = s.Registry.ChangeRound(v.ctx, *v.frame.Actor, r.Round.ID, patch, cmd); err == nil {
			return v.onward("/rounds/"+url.PathEscape(r.Round.Ref), "saved")
		}
	}
	return v.refuseRound(editTitle, d, given, err)
}

// patch is what the form changes of a round; of an open one only the closing. A form that says the same stays the same
// version.
func (x *roundReader) patch(now *workflow.RoundRecord) registry.RoundPatch {
	if now.State != "preparing" {
		return registry.RoundPatch{Closes: x.moment("closes_at")}
	}
	n := x.round()
	if bytes.Equal(compact(n.Form), compact(now.Form)) {
		n.Form = nil
	}
	return registry.RoundPatch{Name: &n.Name, Agency: &n.Agency, Opens: n.Opens, Closes: n.Closes, Tracks: &n.Tracks,
		Rules: n.Rules, Form: n.Form, Total: &n.Total}
}

// compact is JSON without the blanks in which people read it.
func compact(form json.RawMessage) []byte {
	var b bytes.Buffer
	if json.Compact(&b, form) != nil {
		return form
	}
	return b.Bytes()
}

func asSyntax(err error, at **json.SyntaxError) bool { return errors.As(err, at) }
