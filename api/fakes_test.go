package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/catalog"
	"incubase/workflow/erase"
	"incubase/workflow/money"
	"incubase/workflow/region"
	"incubase/workflow/registry"
)

// world implements the API's ports in memory under the real desk, registry and shipped definitions.

const (
	orgA    = "01900000-0000-7000-8000-00000000000a"
	orgB    = "01900000-0000-7000-8000-00000000000b"
	project = "01900000-0000-7000-8000-0000000000aa"
	roundID = "01900000-0000-7000-8000-0000000000cc"
	place   = region.Code("230302")
)

// people by login, which is also their token
var people = map[string]workflow.Actor{
	"certifier": {ID: "u-certifier", Name: "王校长", Organization: orgA,
		Roles: []workflow.Grant{{Role: workflow.RoleCertifier, Organization: orgA}}},
	"certifier2": {ID: "u-certifier2", Name: "赵", Organization: orgB,
		Roles: []workflow.Grant{{Role: workflow.RoleCertifier, Organization: orgB}}},
	"officer": {ID: "u-officer", Name: "李", Roles: []workflow.Grant{{Role: workflow.RoleOfficer, Region: place},
		{Role: workflow.RoleChecker, Region: place}}},
	"decider":   {ID: "u-decider", Name: "张", Roles: []workflow.Grant{{Role: workflow.RoleDecider, Region: place}}},
	"elsewhere": {ID: "u-elsewhere", Name: "孙", Roles: []workflow.Grant{{Role: workflow.RoleOfficer, Region: "4401"}}},
	"secadmin":  {ID: "u-secadmin", Name: "郑", Roles: []workflow.Grant{{Role: workflow.RoleSecadmin}}},
	"sysadmin":  {ID: "u-sysadmin", Name: "周", Roles: []workflow.Grant{{Role: workflow.RoleSysadmin}}},
	"nobody":    {ID: "u-nobody", Name: "无"},
}

type world struct {
	mu       sync.Mutex
	now      time.Time
	cases    map[string]*workflow.Loaded
	events   map[string][]workflow.Event
	receipts map[string]workflow.StoredReceipt
	erased   []erase.Erased
	records  map[string]json.RawMessage
	files    map[string]*workflow.Attachment
	contents map[string][]byte
	lists    []workflow.CaseQuery
	boards   []workflow.BoardQuery
	listing  func() // runs while a list is read, if set
	broken   error  // error of every read of cases, if set
	down     error  // of readyz
	round    workflow.Round
}

func newWorld() *world {
	opens, closes := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	w := &world{now: time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC), cases: map[string]*workflow.Loaded{},
		events:   map[string][]workflow.Event{},
		receipts: map[string]workflow.StoredReceipt{}, records: map[string]json.RawMessage{},
		files: map[string]*workflow.Attachment{}, contents: map[string][]byte{}}
	schema, err := catalog.Form("grant")
	if err != nil {
		panic(err)
	}
	preset, err := catalog.LoadPreset(catalog.Presets()[0])
	if err != nil {
		panic(err)
	}
	w.round = workflow.Round{ID: roundID, Ref: "RD-2026-0001", Name: workflow.Text{ZH: "春季", EN: "Spring"}, State: "open",
		Opens: &opens, Closes: &closes,
		Version: 1, Rules: preset.Rules, Form: schema, FormNumber: 1, Total: 100_000_000, Kind: "grant", Region: place}
	w.put(registry.OrganizationRecord{ID: orgA, Version: 3, Name: "星期三学校", Kind: "unregistered_team", Region: place,
		Standing: "good", Topics: []string{"children"}}, orgA)
	w.put(registry.OrganizationRecord{ID: orgB, Version: 1, Name: "虚构助老会", Kind: "unregistered_team", Region: place,
		Standing: "good"}, orgB)
	return w
}

func (w *world) put(rec any, id string) {
	b, err := json.Marshal(rec)
	if err != nil {
		panic(err)
	}
	w.records[id] = b
}

func (w *world) Now() time.Time               { return w.now }
func (w *world) Calendar() *calendar.Calendar { return calendar.Shipped() }
func (w *world) Known(c region.Code) bool {
	return slices.Contains([]region.Code{"23", "2303", place}, c)
}
func (w *world) HashPassword(_ context.Context, p string) (string, error) {
	return "hash of " + p, nil
}
func (w *world) KnownOf(context.Context, workflow.ID) ([]string, error) { return nil, nil }
func (w *world) CheckPassword(_ context.Context, _ workflow.ID, p string) (bool, error) {
	return p == "right-password", nil
}

// The store of cases.

func (w *world) standing(id string) *workflow.Organization {
	var o registry.OrganizationRecord
	if json.Unmarshal(w.records[id], &o) != nil || o.ID == "" {
		return nil
	}
	return &workflow.Organization{ID: o.ID, Name: o.Name, Kind: o.Kind, Standing: o.Standing, Topics: o.Topics,
		Region: o.Region, Version: o.Version}
}

func (w *world) receipt(actor, key string) *workflow.StoredReceipt {
	if r, ok := w.receipts[actor+" "+key]; ok && key != "" {
		return &r
	}
	return nil
}

func (w *world) keep(actor, key string, digest workflow.Hash, body json.RawMessage) {
	if key != "" {
		w.receipts[actor+" "+key] = workflow.StoredReceipt{Digest: digest, Receipt: body}
	}
}

func (w *world) Load(_ context.Context, q workflow.LoadQuery) (*workflow.Loaded, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken != nil {
		return nil, w.broken
	}
	for id, l := range w.cases {
		if id == q.Ref || l.Facts.Case.Ref == q.Ref {
			out := *l
			out.Receipt = w.receipt(q.Actor.ID, q.Key)
			if out.Facts.DraftRead = q.Slot == workflow.AnswersSlot; out.Facts.DraftRead {
				for _, a := range w.files {
					if a.Case == id {
						out.Facts.Files = append(out.Facts.Files, workflow.DraftFile{ID: a.ID, Name: a.Name, SHA256: a.SHA256,
							Seq: a.Seq})
					}
				}
			}
			return &out, nil
		}
	}
	return nil, workflow.ErrNotFound
}

func (w *world) Commit(_ context.Context, c workflow.Commit) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	l := w.cases[c.Decision.Case.ID]
	if l.Facts.Case.Version != c.Decision.Before.Version {
		return workflow.ErrMoved
	}
	l.Facts.Case = c.Decision.Case
	if c.Decision.Answers != nil {
		l.Facts.Answers, l.Facts.Draft = c.Decision.Answers, nil
	}
	for _, id := range c.Decision.Freeze {
		w.files[id].Seq = c.Decision.Events[0].Seq
	}
	w.events[l.Facts.Case.ID] = append(w.events[l.Facts.Case.ID], c.Decision.Events...)
	if x := c.Decision.Erase; x != nil {
		w.erased = append(w.erased, erase.Erased{ID: x.ID, At: x.At, Actor: x.Actor, Kind: x.Kind,
			Ref: c.Decision.Case.Ref, Seq: x.Seq, Reason: x.Reason})
	}
	w.keep(c.Actor, c.Key, c.Digest, c.Receipt)
	return nil
}

func (w *world) LoadOpening(_ context.Context, q workflow.OpeningQuery) (*workflow.Loaded, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	l := &workflow.Loaded{Receipt: w.receipt(q.Actor.ID, q.Key), Names: workflow.Names{Organization: "星期三学校",
		Round: w.round.Name, Region: "黑龙江省鸡西市鸡冠区"}}
	l.Facts.Organization = w.standing(q.Organization)
	if q.Round == roundID {
		r := w.round
		l.Facts.Round = &r
	}
	if q.Project == project {
		l.Project = &workflow.ProjectFacts{ID: project, Organization: orgA, Title: "每周三的课", Topics: []string{"children"},
			Region: place}
	}
	return l, nil
}

func (w *world) Open(_ context.Context, b workflow.OpenedCase, c workflow.Commit) (json.RawMessage, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	b.Case.Ref = fmt.Sprintf("GA-2026-%04d", len(w.cases)+1)
	l := &workflow.Loaded{Names: workflow.Names{Organization: "星期三学校", Round: w.round.Name, Region: "黑龙江省鸡西市鸡冠区"}}
	r := w.round
	l.Facts.Case, l.Facts.Organization, l.Facts.Round = b.Case, w.standing(b.Case.Organization), &r
	w.cases[b.Case.ID], w.events[b.Case.ID] = l, []workflow.Event{b.Event}
	var receipt map[string]map[string]any
	if err := json.Unmarshal(c.Receipt, &receipt); err != nil {
		return nil, err
	}
	receipt["case"]["ref"] = b.Case.Ref
	body, err := json.Marshal(receipt)
	w.keep(c.Actor, c.Key, c.Digest, body)
	return body, err
}

func (w *world) forget(id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.cases, id)
	delete(w.events, id)
}

func (w *world) Replay(_ context.Context, actor workflow.ID, key string) (string, error) {
	var kept struct {
		Event struct {
			Case workflow.ID
			Seq  int
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if r := w.receipt(actor, key); r != nil {
		_ = json.Unmarshal(r.Receipt, &kept)
	}
	for _, e := range w.events[kept.Event.Case] {
		if e.Seq == kept.Event.Seq {
			return e.Payload, nil
		}
	}
	return "", nil
}

func (w *world) SaveDraft(_ context.Context, d workflow.Draft) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	f := &w.cases[d.Case].Facts
	f.Draft, f.DraftBy, f.DraftAt, f.Written = d.Body, d.Actor, d.At, d.Written
	return nil
}

// Lists of cases.

func (w *world) List(_ context.Context, _ workflow.Scope, q workflow.CaseQuery) ([]workflow.Loaded, string, error) {
	if w.listing != nil {
		w.listing()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lists = append(w.lists, q)
	var out []workflow.Loaded
	for _, l := range w.cases {
		out = append(out, *l)
	}
	slices.SortFunc(out, func(x, y workflow.Loaded) int {
		return bytes.Compare([]byte(x.Facts.Case.ID),
			[]byte(y.Facts.Case.ID))
	})
	if len(out) > q.Limit {
		return out[:q.Limit], "after-" + out[q.Limit-1].Facts.Case.ID, nil
	}
	return out, "", w.broken
}

func (w *world) Summaries(ctx context.Context, scope workflow.Scope, q workflow.CaseQuery) ([]workflow.Listed, string,
	error) {
	whole, next, err := w.List(ctx, scope, q)
	out := make([]workflow.Listed, len(whole))
	for i := range whole {
		out[i] = workflow.Listed{Case: whole[i].Facts.Case, Names: whole[i].Names}
	}
	return out, next, err
}

func (w *world) Events(_ context.Context, id workflow.ID) ([]workflow.Event, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.events[id], nil
}

func (w *world) Board(_ context.Context, _ workflow.Scope, q workflow.BoardQuery) ([]workflow.Counts, error) {
	w.boards = append(w.boards, q)
	return []workflow.Counts{{Key: "230302", Label: workflow.Text{ZH: "鸡冠区"},
		Count: map[workflow.Stage]int{workflow.Applied: 2}, Sum: map[workflow.Stage]money.Fen{workflow.Applied: 5}}}, nil
}

// The store of records.

func (w *world) WriteRecord(_ context.Context, r registry.RecordWrite) (json.RawMessage, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	b, err := json.Marshal(r.Body)
	w.records[r.ID] = b
	w.keep(r.Actor, r.Key, r.Digest, b)
	return b, err
}

func (w *world) SimilarOrganizations(context.Context, string, string) ([]registry.SimilarRecord, error) {
	return nil, nil
}

func (w *world) ReadRecord(_ context.Context, _ workflow.RecordKind, id, actor workflow.ID, key string,
	out any) (*workflow.StoredReceipt, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if r := w.receipt(actor, key); r != nil || id == "" {
		return r, nil
	}
	b, ok := w.records[id]
	if !ok {
		return nil, workflow.ErrNotFound
	}
	return nil, json.Unmarshal(b, out)
}

type records struct {
	*world
	edge.Accounts
}

func (r records) Record(ctx context.Context, s registry.RecordScope, kind workflow.RecordKind, id workflow.ID,
	out any) error {
	if g, ok := out.(*registry.RegionRecord); ok && r.Known(region.Code(id)) {
		*g = registry.RegionRecord{Code: region.Code(id), Name: "鸡冠区", FullName: "黑龙江省鸡西市鸡冠区"}
		return nil
	}
	if _, err := r.ReadRecord(ctx, kind, id, "", "", out); err != nil {
		return err
	}
	if !s.Includes(out) {
		return workflow.ErrNotFound
	}
	return nil
}

func (r records) Organizations(ctx context.Context, s registry.RecordScope,
	_ registry.RecordQuery) ([]registry.OrganizationRecord, string, error) {
	o, err := registry.Read[registry.OrganizationRecord](ctx, r, s, orgA)
	if err != nil {
		return nil, "", nil
	}
	return []registry.OrganizationRecord{*o}, "next-page", nil
}
func (records) Projects(context.Context, registry.RecordScope, registry.RecordQuery) ([]registry.ProjectRecord, string,
	error) {
	return nil, "", nil
}
func (records) Rounds(context.Context, registry.RecordScope, registry.RecordQuery) ([]workflow.RoundRecord, string,
	error) {
	return nil, "", nil
}
func (records) Users(context.Context, registry.RecordScope, registry.RecordQuery) ([]registry.UserRecord, string,
	error) {
	return nil, "", nil
}
func (records) Agencies(context.Context, registry.RecordQuery) ([]registry.AgencyRecord, string, error) {
	return nil, "", nil
}
func (records) Competences(context.Context, registry.RecordQuery) ([]registry.CompetenceRecord, string, error) {
	return nil, "", nil
}
func (records) Calendars(context.Context) ([]registry.CalendarRecord, error) { return nil, nil }
func (records) Regions(_ context.Context, parent region.Code) ([]registry.RegionRecord, error) {
	return []registry.RegionRecord{{Code: parent + "03", Name: "鸡西市", FullName: "黑龙江省鸡西市"}}, nil
}
func (records) Audit(context.Context, workflow.Actor, workflow.TrailQuery) ([]workflow.TrailRow, error) {
	return nil, workflow.ErrNotFound
}
func (records) Setup(_ context.Context, token, _ string, _ []registry.FirstAccount) error {
	if token != "one-time" {
		return registry.ErrTokenUsed
	}
	return nil
}
