package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"incubase/cmd/incubase/app"
	"incubase/db/cases"
	"incubase/workflow"
	"incubase/workflow/intake"
	"incubase/workflow/registry"
)

type importGiving struct {
	app.Common
	reporting
	File string `arg:"" type:"existingfile" help:"360Giving JSON file; any publisher's."`
}

const awardBatch = 400

// Run reads the file twice: first whole, so that a file broken further down writes nothing, then row by row.
func (c *importGiving) Run(s *app.Session) error {
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	sum, err := wellFormed(f)
	if err != nil {
		return fmt.Errorf("%s: %w; nothing was imported", c.File, err)
	}
	in, err := c.OpenExisting(s.Ctx, c.Logger(s.Stderr))
	if err != nil {
		return err
	}
	defer in.Close()
	now := time.Now()
	t := &awardTaker{in: in, dry: c.DryRun, now: now, seen: map[intake.Sum]int{}, orgs: map[string]cases.Imported{},
		file: cases.ImportFile{ID: workflow.NewID(now), Name: fileName(c.File), SHA256: workflow.Hash(sum)},
		tell: func(p intake.Problem) { c.tell(s.Stdout, p) }}
	p := newProgress(s.Stderr)
	if err := t.all(s.Ctx, f, p); err != nil {
		return fmt.Errorf("%s: %w; %s", c.File, err, t.Counts.sofar())
	}
	p.done(t.Counts.Rows)
	if err := c.sum(s.Stdout, t.Counts, t.Counts.sentence(&c.reporting)); err != nil {
		return err
	}
	if t.Counts.LeftOut > 0 {
		return fmt.Errorf("%d rows were left out", t.Counts.LeftOut)
	}
	return nil
}

// wellFormed reads the whole file and returns its hash, or an error unless it is JSON of the standard to its end.
func wellFormed(f io.ReadSeeker) (sum intake.Sum, err error) {
	h := sha256.New()
	tee := io.TeeReader(f, h)
	rows, grants := 0, 0
	if err := intake.Grants(tee, func(_ int, raw json.RawMessage) error {
		if rows++; intake.IsGrant(raw) {
			grants++
		}
		return nil
	}); err != nil {
		return sum, err
	}
	if rows > 0 && grants == 0 {
		return sum,
			errors.New("no grant is in it: none of its rows has a property of a 360Giving grant / 文件里没有一条 360Giving 资助记录")
	}
	if _, err := io.Copy(io.Discard, tee); err != nil {
		return sum, err
	}
	h.Sum(sum[:0])
	_, err = f.Seek(0, io.SeekStart)
	return sum, err
}

type awardCounts struct {
	Rows          int  `json:"rows"`
	Imported      int  `json:"imported"`
	Organizations int  `json:"organizations"`
	Known         int  `json:"known"`   // imported before and unchanged
	Changed       int  `json:"changed"` // imported before and different now: kept as it was
	LeftOut       int  `json:"left_out"`
	Flagged       int  `json:"flagged"` // rows with a problem
	Problems      int  `json:"problems"`
	DryRun        bool `json:"dry_run"`
}

func (n awardCounts) sofar() string {
	return fmt.Sprintf("%d awards of the rows before are kept, and a second run continues after them", n.Imported)
}

func (n awardCounts) sentence(r *reporting) string {
	did := r.say("已导入", "imported")
	if n.DryRun {
		did = r.say("试读，可导入", "dry run, to be imported")
	}
	return r.say("共 %d 行：%s %d 笔资助、%d 个组织；以前已导入 %d 行，其中内容有变 %d 行（保持原样）；未导入 %d 行；有问题 %d 行，共 %d 处",
		"%d rows: %s %d awards and %d organizations; %d were there before, %d of them written otherwise now (kept as they "+
			"were); %d left out; %d rows with %d problems",
		n.Rows, did, n.Imported, n.Organizations, n.Known+n.Changed, n.Changed, n.LeftOut, n.Flagged, n.Problems)
}

type awardTaker struct {
	in     *app.Installation
	file   cases.ImportFile
	dry    bool
	now    time.Time
	tell   func(intake.Problem)
	batch  []intake.Award
	seen   map[intake.Sum]int        // row of each identifier's hash: 36 bytes a row
	orgs   map[string]cases.Imported // organizations that this run has created, so that a dry run counts alike
	Counts awardCounts
}

func (t *awardTaker) all(ctx context.Context, f io.Reader, p *progress) error {
	t.Counts.DryRun = t.dry
	err := intake.Grants(f, func(row int, raw json.RawMessage) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		t.Counts.Rows++
		p.at(t.Counts.Rows)
		t.row(row, raw)
		if len(t.batch) < awardBatch {
			return nil
		}
		return t.flush(ctx)
	})
	if err != nil {
		return err
	}
	return t.flush(ctx)
}

func (t *awardTaker) row(row int, raw json.RawMessage) {
	a, ok := intake.ReadAward(row, raw, t.now)
	key := sha256.Sum256([]byte(a.ID))
	if first := t.seen[key]; ok && first > 0 {
		a.Problems = append(a.Problems, intake.Problem{Row: row, Column: "id", ID: a.ID, Code: "duplicate_id", Lost: true,
			Message: workflow.Text{ZH: fmt.Sprintf("编号与第 %d 行相同，未导入", first),
				EN: fmt.Sprintf("row %d has the same identifier; it was left out", first)}})
		ok = false
	}
	if !ok {
		t.Counts.LeftOut++
		t.report(&a)
		return
	}
	t.seen[key] = row
	t.batch = append(t.batch, a)
}

func (t *awardTaker) report(a *intake.Award) {
	if len(a.Problems) > 0 {
		t.Counts.Flagged++
	}
	t.Counts.Problems += len(a.Problems)
	for _, p := range a.Problems {
		t.tell(p)
	}
}

// flush writes the batch. If another import has meanwhile used an identifier, it looks again.
func (t *awardTaker) flush(ctx context.Context) error {
	const tries = 3
	for try := 1; ; try++ {
		err := t.write(ctx, try)
		var r *workflow.Refused
		if !errors.As(err, &r) || try == tries {
			t.batch = t.batch[:0]
			return err
		}
	}
}

func (t *awardTaker) write(ctx context.Context, try int) error {
	fresh, organizations, counts, err := t.sort(ctx)
	if err != nil {
		return err
	}
	awards, err := t.births(ctx, fresh)
	if err != nil {
		return err
	}
	if !t.dry && len(fresh) > 0 {
		if err := t.in.DB.ImportAwards(ctx, t.file, t.now, organizations.fresh, awards); err != nil {
			return err
		}
	}
	for i := range t.batch {
		t.report(&t.batch[i])
	}
	t.Counts.Imported += len(fresh)
	t.Counts.Organizations += len(organizations.fresh)
	t.Counts.Known += counts.Known
	t.Counts.Changed += counts.Changed
	for _, o := range organizations.fresh {
		t.orgs[o.External] = cases.Imported{External: o.External, Record: o.Record.ID, Name: o.Record.Name}
	}
	return nil
}

type taken struct {
	*intake.Award
	organization workflow.ID
}

type recipients struct {
	known map[string]cases.Imported
	fresh []cases.ImportedOrganization
}

func (t *awardTaker) sort(ctx context.Context) (fresh []taken, to recipients, n awardCounts, err error) {
	var ids, orgs []string
	for i := range t.batch {
		ids = append(ids, t.batch[i].ID)
		if o := t.batch[i].Recipient.ID; o != "" {
			orgs = append(orgs, o)
		}
	}
	caseList, err := t.in.DB.Imported(ctx, cases.ExternalCase, ids)
	if err != nil {
		return nil, to, n, err
	}
	if to.known, err = t.in.DB.Imported(ctx, cases.ExternalOrganization, orgs); err != nil {
		return nil, to, n, err
	}
	to.fresh = []cases.ImportedOrganization{} // an empty list in JSON, not null
	for i := range t.batch {
		a := &t.batch[i]
		if was, ok := caseList[a.ID]; ok {
			n.Known++
			if string(was.Hash) != string(a.Hash[:]) {
				n.Known--
				n.Changed++
				flag(a, "", "changed", "与 %s 导入时的内容不同，保持原样", "it differs from what was imported as %s, which is kept as it was",
					was.Ref)
			}
			continue
		}
		fresh = append(fresh, taken{a, to.of(t, a)})
	}
	return fresh, to, n, nil
}

func flag(a *intake.Award, column, code, zh, en string, args ...any) {
	for _, p := range a.Problems {
		if p.Code == code && p.Column == column {
			return // the batch is retried
		}
	}
	a.Problems = append(a.Problems, intake.Problem{Row: a.Row, Column: column, ID: a.ID, Code: code,
		Message: workflow.Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}})
}

// of returns the award's organization, creating it if it is unknown.
func (r *recipients) of(t *awardTaker, a *intake.Award) workflow.ID {
	o := a.Recipient
	if o.ID == "" {
		return ""
	}
	was, ok := r.known[o.ID]
	if !ok {
		was, ok = t.orgs[o.ID]
	}
	if ok {
		if was.Name != a.RecordName() {
			flag(a, "recipientOrganization[0].name", "other_name", "同一编号的组织另有名称「%s」",
				"the organization of this identifier is also named %q", was.Name)
		}
		return was.Record
	}
	at := t.now.UTC().Truncate(time.Microsecond)
	rec := registry.OrganizationRecord{ID: workflow.NewID(t.now), Version: 1, Name: a.RecordName(),
		Kind: registry.KindAbroad, Topics: []string{},
		About: strings.TrimSpace(o.Place + "\n" + o.About), Standing: "good", Created: at, Updated: at}
	r.known[o.ID] = cases.Imported{External: o.ID, Record: rec.ID, Name: rec.Name}
	r.fresh = append(r.fresh, cases.ImportedOrganization{ImportSource: cases.ImportSource{External: o.ID, Row: a.Row,
		Hash: workflow.Hash(a.Hash)}, Record: rec})
	return rec.ID
}

func (t *awardTaker) births(ctx context.Context, fresh []taken) ([]cases.ImportedAward, error) {
	m := t.in.Catalog.Machine(workflow.ImportedWorkflow, 0)
	out := make([]cases.ImportedAward, 0, len(fresh))
	for _, a := range fresh {
		var secret [32]byte
		_, _ = rand.Read(secret[:]) // never fails
		birth, answers, err := m.Import(ctx, t.past(a), secret)
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", a.Row, err)
		}
		out = append(out, cases.ImportedAward{ImportSource: cases.ImportSource{External: a.ID, Row: a.Row,
			Hash: workflow.Hash(a.Hash)}, Birth: birth, Answers: answers})
	}
	return out, nil
}

func (t *awardTaker) past(a taken) workflow.Past {
	on := a.On
	if on.IsZero() {
		on = t.now
	}
	answers := map[string]any{"external_id": a.ID, "source_file": t.file.Name, "source_row": a.Row,
		"source_sha256": t.file.SHA256.String(),
		"row_sha256":    hex.EncodeToString(a.Hash[:])}
	for name, s := range map[string]string{"description": a.Description, "recipient_name": a.Recipient.Name,
		"recipient_id":    a.Recipient.ID,
		"recipient_place": a.Recipient.Place, "funder_name": a.Funder.Name, "funder_id": a.Funder.ID,
		"programme":      a.Programme,
		"amount_awarded": a.Written["amountAwarded"], "amount_applied": a.Written["amountAppliedFor"],
		"amount_disbursed": a.Written["amountDisbursed"], "currency": a.Written["currency"],
		"problems": problemsOf(a.Problems)} {
		if s != "" {
			answers[name] = s
		}
	}
	if !a.On.IsZero() {
		answers["awarded_on"] = a.On.Format(time.DateOnly)
	}
	if a.Start != nil {
		answers["planned_start"] = a.Start.String()
	}
	if a.End != nil {
		answers["planned_end"] = a.End.String()
	}
	return workflow.Past{On: on, Answers: answers,
		Case: workflow.Case{Organization: a.organization, Title: a.Title, Currency: a.Currency, Requested: a.Applied,
			Awarded:   a.Awarded,
			Committed: a.Awarded, Paid: a.Paid},
		Source: map[string]any{"external_id": a.ID, "file": t.file.Name, "row": a.Row, "file_sha256": t.file.SHA256.String(),
			"row_sha256": hex.EncodeToString(a.Hash[:])}}
}

func problemsOf(list []intake.Problem) string {
	var lines []string
	for _, p := range list {
		lines = append(lines, strings.TrimSpace(p.Column+" "+p.Message.String()))
	}
	out := strings.Join(lines, "\n")
	if len(out) > 20000 {
		out = strings.ToValidUTF8(out[:19000], "") + "…"
	}
	return out
}
