package workflow

import (
	"context"
	"encoding/json"
	"time"

	"incubase/workflow/calendar"
	"incubase/workflow/region"
)

// Store keeps cases and decides nothing. Every method is one database round trip.
type Store interface {
	// Load reads a case's facts, and the earlier receipt of (actor, key) if any. ErrNotFound without the case.
	Load(ctx context.Context, q LoadQuery) (*Loaded, error)
	// Commit writes a decision, whole or not at all, if the case is still at Before.Version and the asserted versions
	// hold, else ErrMoved. It returns *Refused for a constraint that is a rule, ErrMoved for a used key (Load finds
	// the receipt), ErrUnknown for a lost answer.
	Commit(ctx context.Context, c Commit) error
	LoadOpening(ctx context.Context, q OpeningQuery) (*Loaded, error)
	// Open numbers the new case. The receipt carries the reference.
	Open(ctx context.Context, b OpenedCase, c Commit) (json.RawMessage, error)
	// Replay marks the key as answered again, so that the answer cannot come from a primary that is about to lose it.
	// It returns the payload of the receipt's event, "" if erased.
	Replay(ctx context.Context, actor ID, key string) (said string, err error)
	// SaveDraft stores work in progress by (case, actor, slot), with a key but without event or version.
	SaveDraft(ctx context.Context, d Draft) error
}

type LoadQuery struct {
	Ref   string // id or readable reference
	Actor Actor
	Key   string
	Slot  string // draft to read: "answers" is shared by the organization, other slots are the actor's own
	Needs Needs
}

// Needs says which candidates the effects of an action read, whether it answers objections, and whether the
// organization's results are read.
type Needs struct{ Reviewers, Agencies, Objections, Results bool }

func (n Needs) And(o Needs) Needs {
	return Needs{n.Reviewers || o.Reviewers, n.Agencies || o.Agencies, n.Objections || o.Objections,
		n.Results || o.Results}
}

type OpeningQuery struct {
	Actor                        Actor
	Workflow                     string
	Round, Organization, Project ID
	Key                          string
}

type Loaded struct {
	Facts   Facts // the desk sets Actor, Now and Calendar
	Names   Names
	Parent  string // reference of the parent
	Project *ProjectFacts
	Receipt *StoredReceipt
}

type ProjectFacts struct {
	ID           ID
	Organization ID
	Title        string
	Topics       []string
	Region       region.Code
}

type StoredReceipt struct {
	Digest  Hash
	Receipt json.RawMessage // JSON of KeptReceipt
}

type Commit struct {
	Decision Decision
	Alarms   []Clock // of the case after the decision
	Actor    ID
	Key      string // "" keeps no receipt
	Digest   Hash
	Receipt  json.RawMessage
	Forever  bool // a ledger effect: the key never expires
}

type Draft struct {
	Case  ID
	Actor ID
	Slot  string          // "answers", or the action it prepares
	Body  json.RawMessage // the action's fields so far, at most 256 KiB
	At    time.Time
	Helps bool // written for the applicant: makes the actor an insider of the case

	// Of the shared answers: the save follows number After, and the case is at Version. If anything is newer, the
	// store answers ErrMoved and keeps that.
	After, Version int
	Written        map[string]Written // who wrote each answer last
	Replaced       []Replaced         // by this save
}

// Clockwork is the domain's clock and the calendar of working days.
type Clockwork interface {
	Now() time.Time
	Calendar() *calendar.Calendar
}
