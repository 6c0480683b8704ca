// Package api is the JSON surface: requests become commands, values become documents. The OpenAPI document derives
// from the types that serve. Handlers decode, do and render.
package api

import (
	"context"
	"encoding/json"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/money"
	"incubase/workflow/region"
	"incubase/workflow/registry"
)

type AuditDoc struct {
	N       int64     `json:"n"`
	At      time.Time `json:"at"`
	Act     string    `json:"act"`
	Actor   string    `json:"actor,omitempty"`
	Subject string    `json:"subject,omitempty"`
	Address string    `json:"address,omitempty"`
	Success bool      `json:"success"`
	Detail  string    `json:"detail,omitempty"`
}

type Health interface {
	Ready(ctx context.Context) error
}

type DemoClock interface {
	Advance(ctx context.Context, by time.Duration, months int) (time.Time, error)
}

func regionDoc(x registry.RegionRecord) RegionDoc {
	return RegionDoc{Code: x.Code, Name: x.Name, Path: x.FullName, Level: x.Code.Level().String(),
		Parent: x.Code.Parent(), Pilot: x.Pilot}
}

type RegionDoc struct {
	Code   region.Code `json:"code"`
	Name   string      `json:"name"`
	Path   string      `json:"path" doc:"The full name, from the province."`
	Level  string      `json:"level" enum:"province,city,county,street,community"`
	Parent region.Code `json:"parent,omitempty"`
	Pilot  bool        `json:"pilot,omitempty"`
}

// NoticeDoc is a public notice of an intended award.
type NoticeDoc struct {
	ID           workflow.ID   `json:"id"`
	Ref          string        `json:"ref"`
	Organization string        `json:"organization"`
	Title        string        `json:"title"`
	Round        workflow.Text `json:"round"`
	Region       region.Code   `json:"region"`
	RegionName   string        `json:"region_name"`
	Amount       money.Fen     `json:"amount_fen"`
	Since        calendar.Date `json:"since"`
	Until        calendar.Date `json:"until" doc:"The last day on which objections are taken."`
	Anonymous    bool          `json:"anonymous_objections" doc:"By the round's rule an objection without a name holds up the award too."`
}

// AwardDoc is a confirmed award.
type AwardDoc struct {
	ID                workflow.ID    `json:"id"`
	Ref               string         `json:"ref"`
	Organization      string         `json:"organization"`
	CreditCode        string         `json:"credit_code,omitempty"`
	Title             string         `json:"title"`
	Round             workflow.Text  `json:"round"`
	Region            region.Code    `json:"region"`
	RegionName        string         `json:"region_name"`
	Agency            workflow.Text  `json:"agency"`
	Workflow          string         `json:"workflow"`
	DefinitionVersion int            `json:"definition_version"`
	Stage             workflow.Stage `json:"stage"`
	StageLabel        workflow.Text  `json:"stage_label" doc:"The workflow's own words for the stage."`
	Awarded           money.Fen      `json:"awarded_fen"`
	Paid              money.Fen      `json:"paid_fen"`
	Returned          money.Fen      `json:"returned_fen"`
	At                time.Time      `json:"awarded_at"`
}

// SessionInfo is one live session as its owner and the administrators see it.
type SessionInfo struct {
	ID      workflow.ID `json:"id"`
	Address string      `json:"address" doc:"From where; of an IPv6 address the network."`
	Created time.Time   `json:"created_at"`
	Seen    time.Time   `json:"last_seen_at" doc:"To the minute."`
	Ends    time.Time   `json:"ends_at" doc:"If it is not used before."`
	Current bool        `json:"current" doc:"The one that asks."`
}

type raw = json.RawMessage
