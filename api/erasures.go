package api

import (
	"context"

	"incubase/workflow"
	"incubase/workflow/erase"
)

func (s *service) erasures() {
	at := Base + "/erasures"
	handle(s, route{method: "GET", path: at, id: "listErasures", tag: "accounts",
		summary: "What was erased: by whom, when and why; never what it said",
		about:   "For the security administrator, the audit administrator and auditors. The latest first.",
		errors:  []int{403, 422}}, s.listErasures)
	handle(s, route{method: "POST", path: at, id: "erase", tag: "accounts", summary: "Erase personal data", status: 201,
		about: "For the security administrator, with a reason and an Idempotency-Key. It cannot be undone. Decisions, " +
			"sums and hashes stay, and the event or entry that it writes says who did it. " +
			"kind says which other fields are needed: person (user), payload (case, event), draft (case), answer (case, " +
			"question), objector (case, objection), file (case, file), entry (record, record_id, entry).",
		errors: []int{403, 404, 409, 422}}, s.erase)
	handle(s, route{method: "POST", path: at + "/preview", id: "previewErasure", tag: "accounts",
		summary: "Count what an erasing would take away",
		about:   "For the security administrator. Nothing is changed and nothing is shown of the content.",
		errors:  []int{403, 404, 422}}, s.previewErasure)
	handle(s, route{method: "GET", path: at + "/retention", id: "listRetentionPeriods", tag: "accounts",
		summary: "How long what is kept, since when, and by which rule",
		about:   "For who may read the list of erasings. 0 months: no longer than its purpose needs.", errors: []int{403}},
		s.retentions)
}

type ErasureBody struct {
	Kind      workflow.ErasureKind `json:"kind" enum:"person,payload,draft,answer,objector,file,entry"`
	Case      string               `json:"case,omitempty" maxLength:"60" doc:"Id or readable reference."`
	Event     int                  `json:"event,omitempty" minimum:"0" maximum:"2147483647" doc:"Number of the event."`
	Question  string               `json:"question,omitempty" maxLength:"80" doc:"Name of the answer in the form."`
	Objection int                  `json:"objection,omitempty" minimum:"0" maximum:"2147483647" doc:"Number of the objection."`
	File      workflow.ID          `json:"file,omitempty" maxLength:"40"`
	User      workflow.ID          `json:"user,omitempty" maxLength:"40"`
	Record    workflow.RecordKind  `json:"record,omitempty" maxLength:"40" doc:"organization, project, user or agency"`
	RecordID  workflow.ID          `json:"record_id,omitempty" maxLength:"80"`
	Entry     int                  `json:"entry,omitempty" minimum:"0" maximum:"2147483647" doc:"Number of the entry in the record's log."`
	Reason    string               `json:"reason,omitempty" maxLength:"2000" doc:"Why, and on what basis. It stays: name nobody in it."`
	Voucher   bool                 `json:"not_a_voucher,omitempty" doc:"Where money has gone through the case: that what is erased is no voucher of the accounts."`
}

func (b *ErasureBody) erasure() erase.Erasure {
	return erase.Erasure{Kind: b.Kind, Case: b.Case, Event: b.Event, Question: b.Question, Objection: b.Objection,
		File: b.File, User: b.User, Record: b.Record, RecordID: b.RecordID, Entry: b.Entry, Reason: b.Reason,
		NoVoucher: b.Voucher}
}

type eraseInput struct {
	Keyed
	Body ErasureBody
}

func (s *service) erase(ctx context.Context, in *eraseInput) (*one[erase.Erased], error) {
	x := in.Body.erasure()
	x.Key, x.Digest = in.Key, digest(ctx, "POST", "/erasures")
	done, err := s.Eraser.Erase(ctx, who(ctx), x)
	if err != nil {
		return nil, err
	}
	return single(done, done.ID, 0, "", nil)
}

type previewInput struct{ Body ErasureBody }

func (s *service) previewErasure(ctx context.Context, in *previewInput) (*one[erase.ErasurePreview], error) {
	p, err := s.Eraser.Preview(ctx, who(ctx), in.Body.erasure())
	if err != nil {
		return nil, err
	}
	return single(p, "", 0, "", nil)
}

func (s *service) listErasures(ctx context.Context, in *Paged) (*many[erase.Erased], error) {
	return page(s.Erasures.Erasures(ctx, who(ctx), in.Cursor, in.Limit))
}

func (s *service) retentions(ctx context.Context, _ *emptyInput) (*many[erase.Retention], error) {
	list, err := s.Eraser.Retentions(ctx, who(ctx))
	return page(list, "", err)
}
