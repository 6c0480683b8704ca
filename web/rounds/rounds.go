package rounds

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"time"

	"incubase/web/accounts"
	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/catalog"
	"incubase/workflow/define"
	"incubase/workflow/desk"
	"incubase/workflow/machine"
	"incubase/workflow/region"
	"incubase/workflow/registry"
	"incubase/workflow/text"
	"incubase/workflow/vet"
)

var (
	roundsTitle   = text.Text{ZH: "批次", EN: "Rounds"}
	newRoundTitle = text.Text{ZH: "筹备新批次", EN: "Prepare a round"}
	editTitle     = text.Text{ZH: "修改批次", EN: "Change the round"}
)

type roundRow struct {
	workflow.RoundRecord
	Place string
}

func mayPrepare(v *ui.Visit) bool { return vet.May(*v.Frame.Actor, workflow.KindRound, "create") }

func (s *RoundPages) Rounds(v *ui.Visit) error {
	list, _, err := s.Records.Rounds(v.Ctx, registry.RecordScopeOf(*v.Frame.Actor),
		registry.RecordQuery{Limit: workflow.MaxPage})
	if err != nil {
		return err
	}
	rows := make([]roundRow, 0, len(list))
	for i := range list {
		place, err := s.PlaceName(v.Ctx, list[i].Region)
		if err != nil {
			return err
		}
		rows = append(rows, roundRow{*s.Registry.Labelled(&list[i]), place})
	}
	return v.Show(http.StatusOK, roundsTitle, roundsPage(rows, mayPrepare(v)))
}

func (s *RoundPages) RoundPage(v *ui.Visit) error {
	r, err := s.roundView(v, v.Param("id"))
	if err != nil {
		return err
	}
	if r.Lists, r.MoreLists, err = s.WholeLists(v, r.Case.ID); err != nil {
		return err
	}
	if r.Jobs, err = s.JobsOf(v, r.Case.ID); err != nil {
		return err
	}
	return v.Show(http.StatusOK, text.Text{ZH: r.Round.Name.ZH, EN: r.Round.Name.In("en")}, roundOverview(r))
}

// roundView reads a round by its case: readers of the case may read the round.
func (s *RoundPages) roundView(v *ui.Visit, ref string) (*ui.RoundView, error) {
	f, err := s.Folder(v, ref)
	if err != nil {
		return nil, err
	}
	if f.Case.Workflow != machine.RoundWorkflow {
		return nil, workflow.ErrNotFound
	}
	r := &ui.RoundView{Folder: f, Copies: mayPrepare(v)}
	if r.Round, err = s.Registry.Round(v.Ctx, f.Case.ID); err != nil {
		return nil, err
	}
	r.Edits = vet.May(*v.Frame.Actor, workflow.KindRound, "change") && (r.Round.State == "preparing" ||
		r.Round.State == "open") &&
		registry.RecordScopeOf(*v.Frame.Actor).Sees(r.Round.Region, "")
	if r.Place, err = s.PlaceName(v.Ctx, r.Round.Region); err != nil {
		return nil, err
	}
	r.Asks = ui.Questions(r.Round.Form)
	if r.Papers, err = s.PaperCounts.PaperCounts(v.Ctx, f.Case.ID); err != nil {
		return nil, err
	}
	return r, s.countApplications(v, r)
}

// countApplications counts the round's cases by stage, for readers of boards.
func (s *RoundPages) countApplications(v *ui.Visit, r *ui.RoundView) error {
	if len(ui.TopsOf(*v.Frame.Actor)) == 0 {
		return nil
	}
	rows, err := s.Boards.Board(v.Ctx, desk.ScopeOf(*v.Frame.Actor, s.Desk.Machines),
		workflow.BoardQuery{Region: r.Round.Region, By: "round", Today: calendar.DateOf(v.Frame.Now)})
	if errors.Is(err, workflow.ErrNotFound) {
		return nil
	}
	if i := slices.IndexFunc(rows, func(c workflow.Counts) bool { return c.Key == r.Round.ID }); i >= 0 {
		r.Counts, r.Wording = rows[i], machine.WordingOf(s.Desk.Machines, r.Round.Kind)
	}
	return err
}

type roundDraft struct {
	Round *workflow.RoundRecord // nil if new
	Only  bool                  // the round is open: only its closing can change
	ui.EntryForm
	Kinds     []define.Definition
	Agencies  []registry.AgencyRecord
	Templates []catalog.Preset // rules of real rounds
	Places    []ui.Place       // of the reader's roles
	From      string           // name of the round it is copied from
	Blank     bool             // nothing is written yet: rules to begin from are offered
	Preview   bool             // the form as applicants will meet it, before it is saved
}

// NewRoundPage starts empty, from rules of a real round, or from an earlier round.
func (s *RoundPages) NewRoundPage(v *ui.Visit) error {
	d, err := s.newDraft(v)
	if err != nil {
		return err
	}
	kind := v.QueryParam("kind")
	if kind == "" {
		kind = "grant"
	}
	form, _ := catalog.Form(kind) // of a kind without a form none
	from := workflow.RoundRecord{Kind: kind, Form: form}
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
		d.From = old.Round.Name.In(v.Frame.Lang)
	}
	d.Blank = d.From == ""
	d.EntryForm = ui.NewEntry(roundValues(&from))
	return v.Show(http.StatusOK, newRoundTitle, roundForm(d))
}

// presets are the shipped rules of real rounds.
func presets() (out []catalog.Preset) {
	for _, name := range catalog.Presets() {
		if p, err := catalog.LoadPreset(name); err == nil { // shipped and tested: always
			out = append(out, p)
		}
	}
	return out
}

func (s *RoundPages) newDraft(v *ui.Visit) (*roundDraft, error) {
	d := &roundDraft{EntryForm: ui.NewEntry(nil), Templates: presets()}
	for _, w := range s.Workflows() {
		if _, err := catalog.Form(w.Name); err == nil {
			d.Kinds = append(d.Kinds, w)
		}
	}
	var tops []region.Code
	for _, g := range v.Frame.Actor.Roles {
		if g.Role == workflow.RoleOfficer && !slices.Contains(tops, g.Region) {
			tops = append(tops, g.Region)
		}
	}
	for _, c := range tops {
		name, err := s.PlaceName(v.Ctx, c)
		if err != nil {
			return nil, err
		}
		d.Places = append(d.Places, ui.Place{Code: c, Name: name})
	}
	if !mayPrepare(v) {
		return nil, workflow.ErrNotFound
	}
	var err error
	d.Agencies, err = s.AgenciesByName(v)
	return d, err
}

var yearIn = regexp.MustCompile(`\b20\d\d|20\d\d`)

// nextYear copies a round: dates and name a year later, nothing spent.
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
			next := YearLater((*at).In(calendar.Zone()))
			*at = &next
		}
	}
	return r
}

// YearLater returns the same day a year later; 29 February gives 28 February.
func YearLater(t time.Time) time.Time {
	next := t.AddDate(1, 0, 0)
	if next.Day() != t.Day() {
		next = next.AddDate(0, 0, -next.Day())
	}
	return next
}

// PrepareRound creates a round. It reports all faults at once and keeps the input.
func (s *RoundPages) PrepareRound(v *ui.Visit) error {
	d, given, err := s.givenDraft(v)
	if err != nil {
		return err
	}
	n := given.Round()
	if v.FormValue("go") == "preview" {
		return previewRound(v, newRoundTitle, d, given)
	}
	var made *workflow.RoundRecord
	if len(given.Faults) == 0 {
		if made, err = s.Registry.OpenRound(v.Ctx, *v.Frame.Actor, n, accounts.RecordCommand(v, "round", n)); err == nil {
			return v.Onward("/rounds/"+url.PathEscape(made.Ref), "saved")
		}
	}
	return refuseRound(v, newRoundTitle, d, given, err)
}

func (s *RoundPages) givenDraft(v *ui.Visit) (*roundDraft, *ui.RoundReader, error) {
	d, err := s.newDraft(v)
	if err != nil {
		return nil, nil, err
	}
	form, err := v.FormParams()
	if err != nil {
		return nil, nil, err
	}
	d.EntryForm = ui.GivenEntry(form)
	return d, newRoundReader(form), nil
}

// previewRound shows the application form and its faults without saving.
func previewRound(v *ui.Visit, title text.Text, d *roundDraft, given *ui.RoundReader) error {
	for name, f := range given.Faults {
		d.Faults[name] = f.In(v.Frame.Lang)
	}
	d.Preview, d.Key = true, v.FormValue("_key")
	return v.Show(http.StatusOK, title, roundForm(d))
}

func refuseRound(v *ui.Visit, title text.Text, d *roundDraft, given *ui.RoundReader, cause error) error {
	for name, f := range given.Faults {
		d.Faults[name] = f.In(v.Frame.Lang)
	}
	status, known := d.Explain(v, cause)
	if !known {
		return cause
	}
	return v.Show(status, title, roundForm(d))
}

func (s *RoundPages) EditRoundPage(v *ui.Visit) error {
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
	d.Round, d.Only, d.EntryForm = r.Round, r.Round.State != "preparing", ui.NewEntry(roundValues(r.Round))
	d.Version = r.Round.Version
	return v.Show(http.StatusOK, editTitle, roundForm(d))
}

// ChangeRound changes a draft round; of an open one only the closing, with a reason.
func (s *RoundPages) ChangeRound(v *ui.Visit) error {
	r, err := s.roundView(v, v.Param("id"))
	if err != nil {
		return err
	}
	d, given, err := s.givenDraft(v)
	if err != nil {
		return err
	}
	d.Round, d.Only = r.Round, r.Round.State != "preparing"
	patch := given.Patch(r.Round)
	if v.FormValue("go") == "preview" {
		return previewRound(v, editTitle, d, given)
	}
	cmd := accounts.RecordCommand(v, "round", patch)
	cmd.Version = &d.Version
	if len(given.Faults) == 0 {
		if _, err = s.Registry.ChangeRound(v.Ctx, *v.Frame.Actor, r.Round.ID, patch, cmd); err == nil {
			return v.Onward("/rounds/"+url.PathEscape(r.Round.Ref), "saved")
		}
	}
	return refuseRound(v, editTitle, d, given, err)
}
