package api

import (
	"context"
	"encoding/json"
	"maps"
	"reflect"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"

	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/desk"
	"incubase/workflow/machine"
	"incubase/workflow/region"
)

func (s *service) board() {
	handle(s, route{method: "GET", path: Base + "/board", id: "getBoard", tag: "board",
		summary: "Counts and sums by stage",
		about: "For each child of the region, or each agency, field, round or workflow: how many cases stand in each " +
			"stage, their sums in fen (CNY), and how many are overdue. By field a case counts in each of its fields: the " +
			"rows overlap. With `workflow` only its cases count.",
		errors: []int{422}}, s.getBoard)
	handle(s, route{method: "GET", path: Base + streamPath, id: "streamBoard", tag: "board",
		summary: "A board and its changes as they happen", errors: []int{404, 422}, produces: []string{"text/event-stream"},
		about: "Server-sent events. The first is `board`, the same document as GET /board; after that `change` has the " +
			"rows that differ, each whole, and the keys of those that are gone. The id of an event stands for the figures " +
			"alone: who sends the last one as Last-Event-ID gets nothing where nothing has changed, and the whole board " +
			"where something has. A comment every 15 seconds says that the stream lives. It ends with the session, with the " +
			"role that showed the board, and when the server stops; six may be open for one person (429), a thousand in all " +
			"(503)."}, s.streamBoard)
}

const streamPath = "/board/stream"

type BoardFilters struct {
	Region   string `query:"region" maxLength:"12" doc:"None: that of the reader's first role."`
	By       string `query:"by" enum:"region,agency,field,round,workflow" default:"region"`
	Workflow string `query:"workflow" maxLength:"40" doc:"Only its cases; none: those of all."`
}

// home returns the region of a board that names none.
func home(a workflow.Actor) region.Code {
	for _, g := range a.Roles {
		if g.Round == "" && g.Organization == "" && g.Agency == "" {
			return g.Region
		}
	}
	return ""
}

type BoardDoc struct {
	Region   string                           `json:"region"`
	By       string                           `json:"by"`
	Workflow string                           `json:"workflow,omitempty" doc:"Only its cases count."`
	Overlaps bool                             `json:"overlaps" doc:"A case may count in several rows."`
	Stages   map[workflow.Stage]workflow.Text `json:"stages" doc:"Words of the stages: of one workflow those that its cases can have, in its own words; of several the common ones."`
	Items    []workflow.Counts                `json:"items"`
}

type boardOutput struct{ Body BoardDoc }

func (in *BoardFilters) query(ctx context.Context, s *service) (q workflow.BoardQuery, err error) {
	q.By, q.Workflow = in.By, in.Workflow
	if q.Region, err = regionOf("region", in.Region); err != nil {
		return q, err
	}
	if in.Region == "" {
		q.Region = home(who(ctx))
	}
	return q, machine.Check(&workflow.CaseQuery{Workflow: q.Workflow}, s.Desk.Machines)
}

func (s *service) getBoard(ctx context.Context, in *BoardFilters) (*boardOutput, error) {
	q, err := in.query(ctx, s)
	if err != nil {
		return nil, err
	}
	q.Today = calendar.DateOf(s.Desk.Clock.Now())
	items, err := s.Boards.Board(ctx, desk.ScopeOf(who(ctx), s.Desk.Machines), q)
	if err != nil {
		return nil, err
	}
	return &boardOutput{s.boardDoc(q, items)}, nil
}

func (s *service) boardDoc(q workflow.BoardQuery, items []workflow.Counts) BoardDoc {
	words, stages := machine.WordingOf(s.Desk.Machines, q.Workflow), map[workflow.Stage]workflow.Text{}
	for _, x := range words.Stages {
		stages[x] = words.Label(x)
	}
	return BoardDoc{string(q.Region), q.By, q.Workflow, q.By == "field", stages, s.labelled(q, items)}
}

// labelled fills in titles of workflows and missing English labels: places have no official English name.
func (s *service) labelled(q workflow.BoardQuery, items []workflow.Counts) []workflow.Counts {
	items = append([]workflow.Counts{}, machine.Titled(q, items, s.Desk.Machines)...) // shared with other readers
	for i := range items {
		if items[i].Label.EN == "" {
			items[i].Label.EN = items[i].Label.ZH
		}
	}
	return items
}

// BoardChange is every event of a board's stream but the first.
type BoardChange struct {
	Region   string            `json:"region"`
	By       string            `json:"by"`
	Workflow string            `json:"workflow,omitempty" doc:"Only its cases count."`
	Items    []workflow.Counts `json:"items" doc:"Rows that are new or differ."`
	Gone     []string          `json:"gone" doc:"Keys of rows that are no more."`
}

func (s *service) streamBoard(ctx context.Context, in *BoardFilters) (*huma.StreamResponse, error) {
	q, err := in.query(ctx, s)
	if err != nil {
		return nil, err
	}
	stream, err := s.Live.Open(ctx, q)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		_ = stream.Serve(humaecho.Unwrap(c), func(before *edge.Snapshot, now edge.Snapshot) (string, []byte, error) {
			name, doc := "board", any(s.boardDoc(q, now.Items))
			if before != nil {
				name, doc = "change", s.changed(q, before.Items, now.Items)
			}
			b, err := json.Marshal(doc)
			return name, b, err
		})
	}}, nil
}

func (s *service) changed(q workflow.BoardQuery, before, now []workflow.Counts) BoardChange {
	out := BoardChange{Region: string(q.Region), By: q.By, Workflow: q.Workflow, Items: []workflow.Counts{},
		Gone: []string{}}
	was := map[string]workflow.Counts{}
	for _, r := range before {
		was[r.Key] = r
	}
	for _, r := range now {
		if !reflect.DeepEqual(was[r.Key], r) {
			out.Items = append(out.Items, r)
		}
		delete(was, r.Key)
	}
	out.Items = s.labelled(q, out.Items)
	out.Gone = slices.AppendSeq(out.Gone, maps.Keys(was))
	slices.Sort(out.Gone)
	return out
}
