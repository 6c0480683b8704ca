// Package define declares workflow definitions: states, actions, fields, desks, and the closed registry of guards and
// effects.
//
// A definition names guards and effects with parameters; nothing else decides. Numbers are literals or references:
// $round.min_reviews, $case.requested_fen (see workflow/params.go).
//
// Guards (letter; * marks a gate, a condition about the case that everybody is shown):
//
//	round_open                     e* the round is open, between opening and closing, to the second
//	round_decided                  e* no application of the round is undecided
//	no_round                       a  the case has no round (for any_of with round_open)
//	organization_standing          e* the organization is on no list and not barred today
//	not_eligible                   e* it is on a list or barred today (for any_of: such a refusal needs no reviews)
//	payable_organization           e* it can receive money: registered, or filed with a fiscal host
//	has_topics                     a* the case has a topic
//	scores {min}                   a* at least min scores are in
//	pass_points {min}              a* the mean score is at least min hundredths
//	cosigned                       a* every agency asked has answered
//	notice_elapsed {clock}         a* the public notice has run out (also "elapsed" for any clock)
//	running {clock}                a* the clock runs and its last day has not ended
//	no_open_objection              a* no objection that counts is open
//	open_objection                 a  an objection is unanswered
//	unconfirmed_objection          a  an objection above the daily limit is unconfirmed
//	envelope {field}               b* the round's envelope covers the award, or the sum in the field
//	max_awards                     b* the round has awards left
//	separate_from {actions}        d  the actor did none of these in this case
//	desk_met {desk}                a* the desk has the answers it needs
//	desk_vetoed {desk}             a  a party with a veto did not approve
//	desk_open {desk}               a  the desk is neither met nor vetoed
//	next_tranche                   a* a tranche is due: reports accepted, none under way
//	nothing_under_way              a* no payment is open
//	all_tranches_paid              a* every tranche is paid
//	something_paid                 a  a tranche is paid
//	tranche_unpaid                 a  the first tranche is unpaid
//	reports_accepted {kind, min}   a* min reports of the kind are accepted (kind "" counts all)
//	evaluated {at_least, fact}     a* the recorded grade is at least this; choices of field "grade" (or fact), best first
//	settled                        a* unspent money is settled
//	not_declared / declared        d  the reviewer has (not) declared interests
//	not_scored                     d  the reviewer has not scored
//	awaited_agency                 d  the actor's agency was asked and has not answered
//	parent_stage {stages, except}  e* the parent has one of these stages, none of the states excepted, and no outcome
//	parent_over                    e* the parent has an outcome
//	count {name, min, max}         a* a counter of the case
//	data {name, equals|one_of|present} a* a recorded fact
//	field {name, equals|one_of}    (branches only) a field of the command
//	round_complete                 e* rules, form, envelope and dates are set, the closing ahead
//	round_due                      e* the round's closing time has passed
//	stage_is {stages}              a* the case has one of these stages
//	once {action}                  a* the action has not been done in this case
//	done {action}                  a* the action has been done in this case
//	within_ceiling                 a* the award does not exceed the round's ceiling
//	any_of {guards}                   one of several guards holds
//
// Effects:
//
//	freeze_answers                 field "answers" becomes the next revision; title and requested_fen follow
//	assign_reviewers               assigns every reviewer granted on the round without a conflict
//	ask_cosigners                  asks the agencies competent for the topics; starts clock "cosign"
//	declare / score / cosign       the actor's declaration, score or agency's opinion
//	cosign_lapse                   agencies past their deadline lapse, where the round takes silence as no objection
//	propose                        the award from field "amount_fen", with tranches by the round's rule
//	start_clock {name, period, action, label_zh, label_en} / stop_clock {name}
//	add_objection {clock, period, label_zh, label_en, source} the clock for the answer runs for the oldest objection
//	confirm_objection              counts an objection above the daily limit, or all such (field "objection")
//	resolve_objection              answers one in writing, or all (fields "objection", "upheld", "reason")
//	hold_award                     holds the proposed award in the envelope until it is decided
//	release_hold                   releases what is held and drops the proposed award; any outcome does so by itself
//	commit_award                   posts the commitment on the envelope, in place of the hold
//	release_commitment             posts what is outstanding and not under way back to the envelope
//	cancel_payment                 posts the tranche of a cancelled payment back to the envelope
//	open_tranche {workflow}        opens the payment of the next tranche as a child
//	open_report {workflow, copy}   opens a report as a child, with amounts of the answers (copy) as facts
//	open_case {workflow}           opens a child of another definition: same organization, title, amount requested
//	signal {action}                queues an action of the parent
//	post_payment                   posts the payment of the parent's tranche
//	tranche_paid / report_accepted signals of a child
//	tranche_cancelled              the payment of a tranche was cancelled
//	settle                         posts the unspent rest from field "returned_fen"
//	record {fields}                records fields as facts of the case
//	count {name}                   adds one to a counter
//	coached                        the actor coached the organization, and for the round's look-back neither scores nor
//	                               decides on its other cases
//	store_state                    stores the state for $stored
//	restart_review                 clears scores and co-signatures, for the next submission
//	forget {facts, actions, counts} removes facts, lets "once" actions be done again, resets counters
//	restart_desk {desk}            voids answers by the desk's restart rule
//	bind_attachments               binds the uploads in field "attachments"
//	delete_draft                   deletes answers, files and title of a draft that was never submitted
//	extend_clock {name, period}    gives a clock more time
//	pause_clock {name} / resume_clock {name} stops a clock in any state until it is resumed
//	emit {topic}                   names a topic of messages about the act; none are sent yet
//	issue {paper, voids, if, notice, sign_by, not_admitted} issues an official paper (notice, award, refusal, agreement,
//	                               minutes), numbered by the store in the same write. It voids earlier papers of the
//	                               kinds "voids". "if" names a field that must be yes. A notice is public while the clock
//	                               "notice" runs; a refusal with not_admitted: true does not admit the application
//	                               (不予受理); a paper signed at a desk is frozen, and the desk's answers name its hash
//	void_papers {papers}           voids earlier papers of these kinds; their numbers stay
package define
