package api

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/desk"
)

func (s *service) jobs() {
	handle(s, route{method: "POST", path: Base + "/cases/bulk/{action}", id: "actInBulk", tag: "cases",
		summary: "Act on several cases",
		about: "Each case passes exactly the single path under a key derived from this one; the answer says for each what " +
			"came of it. From 20 cases on it runs as a job: 202 with the job's address in Location. The same key with the " +
			"same body continues where it stopped, and answers the same job.",
		errors: []int{409, 422}, also: s.accepted()}, s.bulk)
	handle(s, route{method: "GET", path: Base + "/jobs", id: "listJobs", tag: "cases", summary: "One's own jobs",
		about: "Bulk acts of the last week that ran as jobs: those that are not done first, the newest before older ones."},
		s.listJobs)
	handle(s, route{method: "GET", path: Base + "/jobs/{id}", id: "getJob", tag: "cases", summary: "A job's progress",
		about: "How far it has come, and the verdict on each case that was decided. For its actor alone. One that ended " +
			"before its last case says why.",
		errors: []int{404}}, s.getJob)
	handle(s, route{method: "DELETE", path: Base + "/jobs/{id}", id: "cancelJob", tag: "cases", summary: "Stop a job",
		status: 204,
		about: "For its actor. What was done stays, and no further case is begun; a job that is over stays as it is. The " +
			"key that started it answers the stopped job and continues nothing.",
		errors: []int{404}}, s.cancelJob)
}

// accepted documents the answer of a bulk act that runs as a job.
func (s *service) accepted() map[string]*huma.Response {
	schemas := s.api.OpenAPI().Components.Schemas
	return map[string]*huma.Response{"202": {Description: "It runs as a job.",
		Headers: map[string]*huma.Header{"Location": {Description: "The job.", Schema: &huma.Schema{Type: huma.TypeString}}},
		Content: map[string]*huma.MediaType{"application/json": {
			Schema: schemas.Schema(reflect.TypeFor[BulkAnswer](), true, "BulkAnswer")}}}}
}

type bulkInput struct {
	Keyed
	Action string `path:"action" maxLength:"40"`
	Body   struct {
		IDs    []string `json:"ids" minItems:"1" maxItems:"200"`
		Note   string   `json:"note,omitempty" maxLength:"8000"`
		Fields Fields   `json:"fields,omitempty"`
	}
}

type BulkDoc struct {
	ID      string         `json:"id"`
	Done    bool           `json:"done"`
	Version int            `json:"version,omitempty"`
	State   workflow.State `json:"state,omitempty"`
	Problem *edge.Problem  `json:"problem,omitempty"`
}

// JobFacts is a job without its cases.
type JobFacts struct {
	ID        workflow.ID    `json:"id"`
	Action    string         `json:"action"`
	State     desk.JobState  `json:"state" enum:"waiting,running,done,cancelled,expired"`
	Reason    desk.JobEnd    `json:"reason,omitempty" enum:"owner,password,sessions,factor,disabled,expired" doc:"Why one that is cancelled or expired ended before its last case."`
	Message   *workflow.Text `json:"message,omitempty" doc:"The reason in words."`
	Round     workflow.ID    `json:"round,omitempty" doc:"Whose list it is, where it was started from one."`
	Total     int            `json:"total" doc:"How many cases."`
	Decided   int            `json:"decided" doc:"How many have a verdict."`
	Succeeded int            `json:"succeeded" doc:"How many were done."`
	Created   time.Time      `json:"created_at"`
	Finished  *time.Time     `json:"finished_at,omitempty"`
}

// JobDoc has the verdicts so far, in the order of the cases.
type JobDoc struct {
	JobFacts
	Items []BulkDoc `json:"items"`
}

type BulkAnswer struct {
	Items []BulkDoc `json:"items" doc:"Of a job, the verdicts so far."`
	Job   *JobFacts `json:"job,omitempty" doc:"The job, where it runs as one."`
}

type bulkOutput struct {
	Status   int
	Location string `header:"Location" doc:"The job, where it runs as one."`
	Body     BulkAnswer
}

func (s *service) bulk(ctx context.Context, in *bulkInput) (*bulkOutput, error) {
	o := desk.BulkOrder{Action: in.Action, Note: in.Body.Note, Fields: in.Body.Fields, Refs: in.Body.IDs, Key: in.Key,
		Digest: digest(ctx, "POST", "/cases/bulk/"+in.Action)}
	if len(o.Refs) >= desk.JobFrom {
		j, err := s.Bulk.Start(ctx, who(ctx), o)
		if err != nil {
			return nil, err
		}
		facts := jobFacts(j)
		return &bulkOutput{http.StatusAccepted, Base + "/jobs/" + j.ID, BulkAnswer{verdicts(ctx, j.Verdicts), &facts}}, nil
	}
	list, err := s.Bulk.Act(ctx, who(ctx), o)
	if err != nil {
		return nil, err
	}
	return &bulkOutput{Status: http.StatusOK, Body: BulkAnswer{Items: verdicts(ctx, list)}}, nil
}

func verdicts(ctx context.Context, list []desk.Verdict) []BulkDoc {
	return each(list, func(v desk.Verdict) BulkDoc {
		d := BulkDoc{ID: v.Ref, Done: v.Done, Version: v.Version, State: v.State}
		if err := v.Err(); err != nil {
			d.Problem = edge.From(ctx, err)
		}
		return d
	})
}

func jobFacts(j *desk.Job) JobFacts {
	return JobFacts{ID: j.ID, Action: j.Action, State: j.State(), Round: j.Round, Total: len(j.Refs),
		Decided: len(j.Verdicts), Succeeded: j.Succeeded(), Created: j.Created, Finished: j.Finished}.ended(j.Ended)
}

// ended says why a job ended before its last case, where it did.
func (f JobFacts) ended(why desk.JobEnd) JobFacts {
	if why != "" {
		words := why.Words()
		f.Reason, f.Message = why, &words
	}
	return f
}

type jobInput struct {
	Asking
	ID string `path:"id" maxLength:"40"`
}

type jobOutput struct {
	ETag string `header:"ETag"`
	Body JobDoc
}

func (s *service) getJob(ctx context.Context, in *jobInput) (*jobOutput, error) {
	j, err := s.Bulk.Jobs.Job(ctx, who(ctx).ID, in.ID)
	if err != nil {
		return nil, err
	}
	return &jobOutput{Body: JobDoc{jobFacts(j), verdicts(ctx, j.Verdicts)}}, nil
}

func (s *service) listJobs(ctx context.Context, _ *struct{}) (*many[JobFacts], error) {
	list, err := s.Bulk.Jobs.JobsOf(ctx, who(ctx).ID, "")
	return page(each(list, func(j desk.JobSummary) JobFacts {
		return JobFacts{ID: j.ID, Action: j.Action, State: j.State(), Round: j.Round, Total: j.Total, Decided: j.Position,
			Succeeded: j.Succeeded, Created: j.Created, Finished: j.Finished}.ended(j.Ended)
	}), "", err)
}

type cancelInput struct {
	Keyed
	ID string `path:"id" maxLength:"40"`
}

// cancelJob stops a job. A repetition finds it stopped, with a key and without.
func (s *service) cancelJob(ctx context.Context, in *cancelInput) (*struct{}, error) {
	return nil, s.Bulk.Jobs.EndJob(ctx, who(ctx).ID, in.ID, desk.EndedByOwner)
}
