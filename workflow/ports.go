package workflow

import (
	"context"
	"encoding/json"
	"time"

	"incubase/workflow/calendar"
	"incubase/workflow/region"
)

// Store keeps cases. It decides nothing. Every method is one database turn.
type Store interface {
	// Load reads a case's facts, and the earlier receipt of (actor, key) if there is one. ErrNotFound if no such case.
	Load(ctx context.Context, q LoadQuery) (*Loaded, error)
	// Commit writes a decision, whole or not at all, if the case is still at Before.Version and the asserted versions
	// hold, else ErrMoved. A constraint that is a rule comes back as *Refused, a used key as ErrMoved (load finds the
	// receipt), a lost answer as ErrUnknown.
	Commit(ctx context.Context, c Commit) error
	// LoadOpening reads what opening a new case needs.
	LoadOpening(ctx context.Context, q OpeningQuery) (*Loaded, error)
	// Open writes a new case and numbers it: the receipt returned carries the reference.
	Open(ctx context.Context, b Birth, c Commit) (json.RawMessage, error)
	// Replay marks the key as answered again, so that the answer cannot come from a primary about to lose it. It answers
	// with what was said in the event that the receipt names, "" where that was erased.
	Replay(ctx context.Context, actor ID, key string) (said string, err error)
	// SaveDraft keeps work in progress by (case, actor, slot); no event, no version, read by no guard. With a key.
	SaveDraft(ctx context.Context, d Draft) error
}

// LoadQuery asks for one case on behalf of an actor.
type LoadQuery struct {
	Ref   string // id or readable reference
	Actor Actor
	Key   string
	Slot  string // whose newest draft to bring: "answers" is the organization's, by whomever; others are the actor's own
	Needs Needs
}

// Needs says which candidates the effects of an action will ask for, and whether it answers objections.
type Needs struct{ Reviewers, Agencies, Objections bool }

// OpeningQuery asks for the facts of a case that does not exist yet.
type OpeningQuery struct {
	Actor                        Actor
	Workflow                     string
	Round, Organization, Project ID
	Key                          string
}

// Loaded is a snapshot of a case with what the desk needs beside it.
type Loaded struct {
	Facts   Facts // Actor, Now and Calendar are filled in by the desk
	Names   Names
	Parent  string // reference of the parent
	Project *ProjectFacts
	Receipt *StoredReceipt
}

// ProjectFacts is what opening a case for a project copies from it.
type ProjectFacts struct {
	ID           ID
	Organization ID
	Title        string
	Topics       []string
	Region       region.Code
}

// StoredReceipt is an earlier answer under the same key.
type StoredReceipt struct {
	Digest  Hash
	Receipt json.RawMessage // of Receipt
}

// Commit is a decision with the key it is remembered under and the answer it will be remembered by.
type Commit struct {
	Decision Decision
	Alarms   []Clock // of the case after the decision: the timers that hold
	Actor    ID
	Key      string // "" keeps no receipt
	Digest   Hash
	Receipt  json.RawMessage
	Forever  bool // a ledger effect: the key never expires
}

// Draft is work in progress.
type Draft struct {
	Case  ID
	Actor ID
	Slot  string          // "answers", or the action it prepares
	Body  json.RawMessage // the action's fields so far, at most 256 KiB
	At    time.Time
	Helps bool // answers, written for the applicant: the actor is an insider of the case from then on

	// Of the answers, which are shared: the save follows this one, and the case stands at Version. With anything newer the
	// store answers ErrMoved and keeps that.
	After, Version int
	Written        map[string]Written // who wrote each answer last
	Replaced       []Replaced         // what this save replaces
}

// Clockwork is the domain's clock and the calendar of working days.
type Clockwork interface {
	Now() time.Time
	Calendar() *calendar.Calendar
}
