package cases

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/lib/pq"

	"incubase/db/accounts"
	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/desk"
	"incubase/workflow/registry"
	"incubase/workflow/text"
)

var (
	_ desk.Jobs     = (*Cases)(nil)
	_ desk.JobQueue = (*Cases)(nil)
)

const MaxJobs = 20

const jobColumns = `j.id, j.actor_id, j.key, j.keyed, j.confirmed_at, j.digest, j.action,
  coalesce(j.round_id::text, '') as round_id, j.refs, j.request, j.mac, j.verdicts::text as verdicts, j.tries,
  coalesce(j.lease::text, '') as lease, j.created_at, j.started_at, j.finished_at, j.ended`

type jobRow struct {
	ID        string         `db:"id"`
	Actor     string         `db:"actor_id"`
	Key       string         `db:"key"`
	Keyed     bool           `db:"keyed"`
	Confirmed *time.Time     `db:"confirmed_at"`
	Digest    []byte         `db:"digest"`
	Action    string         `db:"action"`
	Round     string         `db:"round_id"`
	Refs      pq.StringArray `db:"refs"`
	Request   string         `db:"request"`
	MAC       []byte         `db:"mac"`
	Verdicts  string         `db:"verdicts"`
	Tries     int            `db:"tries"`
	Lease     string         `db:"lease"`
	Created   time.Time      `db:"created_at"`
	Started   *time.Time     `db:"started_at"`
	Finished  *time.Time     `db:"finished_at"`
	Ended     desk.JobEnd    `db:"ended"`
}

type jobRequest struct {
	Action string         `json:"action"`
	Note   string         `json:"note"`
	Fields map[string]any `json:"fields"`
}

func (r *jobRow) scan(row pg.RowScanner) error {
	return row.Scan(&r.ID, &r.Actor, &r.Key, &r.Keyed, &r.Confirmed, &r.Digest, &r.Action, &r.Round, &r.Refs, &r.Request,
		&r.MAC, &r.Verdicts, &r.Tries, &r.Lease, &r.Created, &r.Started, &r.Finished, &r.Ended)
}

func (r *jobRow) job() (*desk.Job, error) {
	j := &desk.Job{ID: r.ID, Actor: r.Actor, Key: r.Key, Keyed: r.Keyed, Digest: pg.HashOf(r.Digest), Action: r.Action,
		Refs: r.Refs, Round: r.Round, Tries: r.Tries, Lease: r.Lease, Created: r.Created.UTC(), Started: r.Started,
		Finished: r.Finished, Ended: r.Ended}
	if r.Confirmed != nil {
		j.Confirmed = r.Confirmed.UTC()
	}
	if err := json.Unmarshal([]byte(r.Verdicts), &j.Verdicts); err != nil {
		return nil, fmt.Errorf("decode the verdicts of job %s: %w", r.ID, err)
	}
	if r.Finished != nil {
		return j, nil
	}
	var asked jobRequest
	d := json.NewDecoder(strings.NewReader(r.Request))
	d.UseNumber() // keep digits as written
	if err := d.Decode(&asked); err != nil {
		return nil, fmt.Errorf("decode the request of job %s: %w", r.ID, err)
	}
	j.Action, j.Note, j.Fields = asked.Action, asked.Note, asked.Fields
	return j, nil
}

// job computes the MAC of a job: its request, its actor, and the times that end it.
func job(k pg.RowKey, j *desk.Job, request string) workflow.Hash {
	return k.Mac("job", fmt.Appendf(nil, "%s\n%s\n%q\n%t\n%d\n%d\n%s\n%q\n%s", j.ID, j.Actor, j.Key, j.Keyed,
		j.Created.UnixMicro(), j.Confirmed.UnixMicro(), j.Digest, j.Refs, request))
}

// AddJob stores a new job or finds the earlier one of its actor and key; see desk.Jobs.
func (d *Cases) AddJob(ctx context.Context, j desk.Job) (*desk.Job, error) {
	request, err := json.Marshal(jobRequest{j.Action, j.Note, j.Fields})
	if err != nil {
		return nil, fmt.Errorf("encode a job: %w", err)
	}
	mac := job(d.RowKey, &j, string(request))
	var confirmed *time.Time
	if !j.Confirmed.IsZero() {
		confirmed = &j.Confirmed
	}
	var refused string
	err = d.Write.Row(ctx, "job_add", []any{j.ID, j.Actor, j.Key, j.Keyed, confirmed, j.Digest[:], j.Action,
		pg.IdOrNil(j.Round), pq.StringArray(j.Refs), string(request), mac[:], pg.IdOrNil(j.Session), MaxJobs, j.Created},
		&refused)
	if err != nil && !errors.Is(err, workflow.ErrUnknown) {
		return nil, fmt.Errorf("keep a job: %w", err)
	}
	if refused == "no_session" {
		return nil, registry.ErrNoSession
	}
	kept, found := d.JobByKey(ctx, j.Actor, j.Key)
	switch {
	case !errors.Is(found, workflow.ErrNotFound):
		return kept, found
	case refused == "too_many":
		return nil, &workflow.Refused{Action: j.Action, Refusals: []workflow.Refusal{{Rule: "too_many_jobs",
			Message: text.Format("您已有 %[1]d 项批量办理尚未完成，请等其中一项办完再发起",
				"%[1]d bulk acts of yours are not done yet: wait until one is, then start the next", MaxJobs)}}}
	}
	return nil, fmt.Errorf("keep a job: %w", workflow.ErrBusy) // unknown: a retry by the same key finds it
}

func (d *Cases) JobByKey(ctx context.Context, actor workflow.ID, key string) (*desk.Job, error) {
	return d.findJob(ctx, actor, nil, &key)
}

func (d *Cases) Job(ctx context.Context, actor, id workflow.ID) (*desk.Job, error) {
	return d.findJob(ctx, actor, pg.IdOrNil(id), nil)
}

func (d *Cases) findJob(ctx context.Context, actor workflow.ID, id, key *string) (*desk.Job, error) {
	var row jobRow
	err := d.Read.One(ctx, &row, "job_find", pg.IdOrNil(actor), id, key)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, workflow.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("find a job: %w", err)
	}
	return row.job()
}

func (d *Cases) EndJob(ctx context.Context, actor, id workflow.ID, why desk.JobEnd) error {
	var ended int
	err := d.Write.Row(ctx, "job_end", []any{pg.IdOrNil(actor), pg.IdOrNil(id), string(why)}, &ended)
	if errors.Is(err, sql.ErrNoRows) {
		return workflow.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("end job %s: %w", id, err)
	}
	return nil
}

type jobSummaryRow struct {
	ID        string     `db:"id"`
	Action    string     `db:"action"`
	Round     string     `db:"round_id"`
	RoundRef  string     `db:"round_ref"`
	RoundZH   string     `db:"round_zh"`
	RoundEN   string     `db:"round_en"`
	FirstRef  string     `db:"first_ref"`
	Total     int        `db:"total"`
	Position  int        `db:"position"`
	Succeeded int        `db:"succeeded"`
	Created   time.Time  `db:"created_at"`
	Started   *time.Time `db:"started_at"`
	Finished  *time.Time `db:"finished_at"`
	Ended     string     `db:"ended"`
}

func (d *Cases) JobsOf(ctx context.Context, actor, round workflow.ID) ([]desk.JobSummary, error) {
	var rows []jobSummaryRow
	if err := d.Read.All(ctx, &rows, "job_list", pg.IdOrNil(actor), pg.IdOrNil(round)); err != nil {
		return nil, fmt.Errorf("list jobs: %w", err)
	}
	out := make([]desk.JobSummary, len(rows))
	for i, r := range rows {
		out[i] = desk.JobSummary{ID: r.ID, Action: r.Action, Round: r.Round, RoundRef: r.RoundRef,
			RoundName: workflow.Text{ZH: r.RoundZH, EN: r.RoundEN}, FirstRef: r.FirstRef, Total: r.Total, Position: r.Position,
			Succeeded: r.Succeeded, Created: r.Created.UTC(), Started: r.Started, Finished: r.Finished,
			Ended: desk.JobEnd(r.Ended)}
	}
	return out, nil
}

// TakeJob leases the oldest waiting job for ten seconds; see desk.JobQueue. A job without a valid MAC never runs.
func (d *Cases) TakeJob(ctx context.Context) (*desk.Job, error) {
	var some bool
	if err := d.Read.One(ctx, &some, "job_some"); err != nil || !some { // an empty queue costs no write
		return nil, err
	}
	var row *jobRow
	err := d.Write.Rows(ctx, "job_take", []any{workflow.NewID(time.Now())}, func(r pg.RowScanner) error {
		row = &jobRow{}
		return row.scan(r)
	})
	if err != nil || row == nil {
		return nil, err
	}
	if time.Since(row.Created) > desk.JobLife { // also where it cannot be read or is not bound
		return nil, d.EndJob(ctx, row.Actor, row.ID, desk.EndedByAge)
	}
	j, err := row.job()
	if err != nil {
		return nil, err
	}
	if j.Action != row.Action || job(d.RowKey, j, row.Request) != pg.HashOf(row.MAC) {
		d.Log.Error("a job is not what its actor asked for, and is not run", "job", j.ID, "actor", j.Actor)
		return nil, d.ReleaseJob(ctx, j, "not bound", 24*time.Hour)
	}
	return j, nil
}

func (d *Cases) KeepVerdicts(ctx context.Context, j *desk.Job, more []desk.Verdict) error {
	body, err := json.Marshal(more)
	if err != nil {
		return fmt.Errorf("encode the verdicts of job %s: %w", j.ID, err)
	}
	done := 0
	for _, v := range more {
		if v.Done {
			done++
		}
	}
	var kept bool
	err = d.Write.Row(ctx, "job_keep",
		[]any{j.ID, pg.IdOrNil(j.Lease), len(j.Verdicts), string(body), len(more), done}, &kept)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("job %s: %w", j.ID, workflow.ErrMoved)
	}
	if err != nil {
		return fmt.Errorf("keep the verdicts of job %s: %w", j.ID, err)
	}
	return nil
}

func (d *Cases) ReleaseJob(ctx context.Context, j *desk.Job, trouble string, again time.Duration) error {
	err := d.Write.Run(ctx, "job_release", j.ID, pg.IdOrNil(j.Lease), clip(trouble, 2000), again.Milliseconds())
	if err != nil {
		return fmt.Errorf("release job %s: %w", j.ID, err)
	}
	return nil
}

func (d *Cases) ActorNow(ctx context.Context, j *desk.Job) (actor workflow.Actor, factor bool, err error) {
	var row struct {
		Ended  bool `db:"ended"`
		Factor bool `db:"factor"`
		accounts.ActorRow
	}
	err = d.Read.One(ctx, &row, "actor_now", pg.IdOrNil(j.Actor), pg.IdOrNil(j.ID))
	if errors.Is(err, sql.ErrNoRows) || err == nil && row.Ended {
		return actor, false, fmt.Errorf("job %s: %w", j.ID, desk.ErrEnded)
	}
	if err != nil {
		return actor, false, fmt.Errorf("read the rights of user %s: %w", j.Actor, err)
	}
	actor, err = row.Actor()
	actor.ID = j.Actor // also where the account is disabled
	return actor, row.Factor, err
}
