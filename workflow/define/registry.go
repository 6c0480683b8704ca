package define

// The closed registry of guards and effects. A definition names them with parameters; nothing else can decide anything.
// Numbers are literals or references: $round.min_reviews, $case.requested_fen (see references below).
//
// Guards (letter; * marks a gate, a condition about the case that everybody is shown):
//
//	round_open                     e* the round is open, its opening has come and its closing has not passed, to the
//	                                  second
//	round_decided                  e* no application of the round waits for a decision
//	no_round                       a  the case belongs to no round (for any_of with round_open)
//	organization_standing          e* the organization is on no list and not barred today
//	not_eligible                   e* the organization is on a list or barred today (for any_of: a refusal needs no
//	                                  reviews then)
//	payable_organization           e* it can receive money: registered, or filed with a fiscal host
//	has_topics                     a* the case names at least one topic
//	scores {min}                   a* at least min scores are in
//	pass_points {min}              a* the mean of the scores is at least min hundredths
//	cosigned                       a* no asked agency is still to answer
//	notice_elapsed {clock}         a* the public notice has run out (also "elapsed" for any clock)
//	running {clock}                a* the clock runs and its last day has not ended
//	no_open_objection              a* no objection that counts is open
//	open_objection                 a  an objection waits to be resolved
//	unconfirmed_objection          a  an objection on top of a day's share waits to be confirmed
//	envelope {field}               b* the round's envelope covers the award, or the sum that the field names
//	max_awards                     b* the round's number of awards is not used up
//	separate_from {actions}        d  the actor did none of these in this case
//	desk_met {desk}                a* the desk has the answers it needs
//	desk_vetoed {desk}             a  a party with a veto said otherwise
//	desk_open {desk}               a  the desk has neither met its need nor been vetoed
//	next_tranche                   a* a tranche is due: reports accepted, none under way
//	nothing_under_way              a* no payment is open
//	all_tranches_paid              a* every tranche is paid
//	something_paid                 a  money has gone out
//	tranche_unpaid                 a  the first tranche has not been paid
//	reports_accepted {kind, min}   a* that many reports of the kind are accepted (kind "" counts all)
//	evaluated {at_least, fact}     a* the grade on record is at least this; the choices of the field "grade" (or fact),
//	                                  the best first
//	settled                        a* unspent money is settled
//	not_declared / declared        d  the reviewer has (not) declared interests
//	not_scored                     d  the reviewer has not scored yet
//	awaited_agency                 d  the actor's agency is asked and has not answered
//	parent_stage {stages, except}  e* the parent stands in one of these stages, in none of the states excepted, and is
//	                                  not over
//	parent_over                    e* the parent has come to an end by an outcome
//	count {name, min, max}         a* a counter of the case
//	data {name, equals|one_of|present} a* a recorded fact
//	field {name, equals|one_of}    (branches only) what the actor said in a field
//	round_complete                 e* rules, form, envelope and dates are there, the closing ahead
//	round_due                      e* the round's closing time has passed
//	stage_is {stages}              a* the case stands in one of these stages
//	once {action}                  a* the action has not been done in this case
//	done {action}                  a* the action has been done in this case
//	within_ceiling                 a* the award does not exceed the round's ceiling
//	any_of {guards}                   one of several guards holds
//
// Effects:
//
//	freeze_answers                 the answers of field "answers" become the case's next revision; title and
//	                               requested_fen follow
//	assign_reviewers               every reviewer granted on the round without a conflict is assigned
//	ask_cosigners                  the agencies competent for the topics are asked; clock "cosign" starts
//	declare / score / cosign       the actor's declaration, score or agency's opinion
//	cosign_lapse                   agencies past their deadline lapse, where the round says silence is no objection
//	propose                        the award from field "amount_fen", with its tranches by the round's rule
//	start_clock {name, period, action, label_zh, label_en} / stop_clock {name}
//	add_objection {clock, period, label_zh, label_en, source} takes an objection; the clock by which it is answered runs
//	                               for the oldest
//	confirm_objection              counts one that came on top of a day's share, or all such (field "objection")
//	resolve_objection              answers one in writing, or all (fields "objection", "upheld", "reason")
//	hold_award                     holds the proposed award in the envelope until it is decided
//	release_hold                   gives back what is held, as any outcome does by itself; the award is proposed no
//	                               longer
//	commit_award                   turns the hold into a commitment: posts the commitment on the envelope
//	release_commitment             posts what is outstanding and not under way back to the envelope
//	cancel_payment                 posts the tranche of a payment that will not be made back to the envelope
//	open_tranche {workflow}        opens the payment of the next tranche as a child
//	open_report {workflow, copy}   opens a report as a child, with amounts of the answers (copy) among its facts
//	open_case {workflow}           opens a case of another definition below this one: same organization, title, amount
//	                               asked
//	signal {action}                tells the parent
//	post_payment                   posts the payment of the parent's tranche
//	tranche_paid / report_accepted what a child told
//	tranche_cancelled              the payment of a tranche was called off
//	settle                         posts the unspent rest from field "returned_fen"
//	record {fields}                keeps fields as facts of the case
//	count {name}                   adds one to a counter
//	coached                        the actor coached the organization: neither scores nor decides on its other cases for
//	                               the round's look-back
//	store_state                    remembers the state for $stored
//	restart_review                 takes back scores and co-signatures, to be given again for what is submitted next
//	forget {facts, actions, counts} takes recorded facts back, lets "once" actions be done again, counts from nought
//	restart_desk {desk}            voids answers by the desk's restart rule
//	bind_attachments               binds the uploads named in field "attachments"
//	delete_draft                   deletes a draft that was never submitted: its answers, its files and its title
//	extend_clock {name, period}    gives a clock more time
//	pause_clock {name} / resume_clock {name} lets a clock stand still in whatever state, until it is let go on
//	emit {topic}                   names a topic of messages about the act; none are sent yet
//	issue {paper, voids, if, notice, sign_by, not_admitted} an official paper (notice, award, refusal, agreement,
//	                               minutes), numbered by
//	                               the store in the same write; earlier papers of the kinds "voids" hold no longer; only
//	                               where the field
//	                               "if" says yes. A notice runs as long as the clock "notice", and is public for these
//	                               days; a refusal
//	                               with not_admitted: true says that the application was not taken up (不予受理);
//	                               one that a desk signs is written out, and its hash is what the desk's answers name
//	void_papers {papers}           earlier papers of these kinds hold no longer; their numbers stay
