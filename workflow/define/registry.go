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
// Effects: see the tables in workflow/machine/effect*.go, each with what it does and its parameters.
package define
