package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// ruleText says what a rule means and what to do about it.
type ruleText struct{ means, remedy string }

func (w ruleText) String() string { return w.means + " | " + w.remedy }

// ruleWords are the rules that refusals name. A test compares them with the code.
var ruleWords = map[string]ruleText{
	"account_disabled":                 {"the account is closed", "give the right to another account, or open this one again first"},
	"agency_known":                     {"no agency has this id", "choose one of `GET /agencies`"},
	"agency_once":                      {"the region has an agency of that name already", "use that one, or name it apart"},
	"all_tranches_paid":                {"instalments are still unpaid", "pay the rest first, or terminate"},
	"amount":                           {"an amount would become negative or nothing", "correct the sum"},
	"any_of":                           {"none of several conditions holds", "fulfil one of those that the message lists"},
	"applicant_and_staff_are_separate": {"one account cannot act for an organization and be of the staff of its place", "end one of the roles, or use another account"},
	"auditing_is_apart":                {"who audits does not do what is audited", "give the role to another person"},
	"awaited_agency":                   {"the agency is not asked, or has answered", "nothing is to be done"},
	"calendar_name_once":               {"there is a calendar of that name already", "choose another name"},
	"coached":                          {"the actor coached the organization within the look-back period", "somebody else scores or decides"},
	"competence_ended":                 {"the competence has ended already", "enter a new one"},
	"competence_once":                  {"the agency has this competence already", "nothing is to be done"},
	"cosigned":                         {"agencies have not answered yet", "wait for their answer or for the end of the period"},
	"count":                            {"something has not happened often enough, or too often", "the message names the number"},
	"credit_code_once":                 {"the credit code is registered already", "use the organization that is there"},
	"currency":                         {"only imported records may be in another currency", "give the sum in yuan"},
	"data":                             {"a fact on record is not what the act needs", "the message names it"},
	"deciding_is_apart":                {"who decides neither prepares nor checks", "give the role to another person"},
	"desk_answered":                    {"the desk has this party's answer already", "nothing is to be done"},
	"desk_met":                         {"not all have signed or approved", "ask those who are missing"},
	"desk_open":                        {"all have signed or approved already", "nothing lapses any more"},
	"desk_vetoed":                      {"somebody at the desk said no", "settle it with them first"},
	"done":                             {"an act that has to come first has not been done", "do that first; the message names it"},
	"draft_size":                       {"the draft is too large to keep", "shorten it, or send long papers as files"},
	"drafts_of_a_round":                {"the organization has as many drafts in the round as it may", "submit, withdraw or delete some"},
	"envelope":                         {"the money left in the round does not cover it", "lower the sum, or end or decline another proposal first"},
	"evaluated":                        {"the grade is missing or too low", "grade the project first"},
	"external_id_once":                 {"another import has just used this identifier", "run it again"},
	"factor_required":                  {"the role needs a second factor", "it can be replaced and not taken away"},
	"field":                            {"what was said chooses no way on", "correct the field"},
	"filed_has_number":                 {"a filed organization has a filing number", "enter it"},
	"files_of_an_organization":         {"the organization's files would take more than they may", "compress them, or ask the base"},
	"filing_number_once":               {"the county has this filing number already", "use the organization that is there"},
	"finance_is_two":                   {"who prepares payments does not release them", "give the role to another person"},
	"fiscal_host":                      {"no organization has the fiscal host's id", "choose one that is registered"},
	"has_topics":                       {"the project names no field of service", "name one in the form or at the project"},
	"insider":                          {"the actor belongs to the applicant or wrote part of the case for it", "somebody else of the staff does it"},
	"login_once":                       {"the login is taken", "choose another"},
	"max_awards":                       {"the round's number of awards is used up", "decline another proposal, or wait for the next round"},
	"next_tranche":                     {"no instalment is due, or its reports are missing", "have the reports accepted first"},
	"no_factor_begun":                  {"no second factor was begun, or it took too long", "begin anew"},
	"no_open_objection":                {"objections are still unanswered", "answer them in writing first"},
	"no_person":                        {"an account that is no person holds no roles", "use a person's account"},
	"no_round":                         {"the case belongs to a round", "use the round's way"},
	"not_approved":                     {"this version of the workflow waits for approval or was withdrawn", "have a second security administrator approve it"},
	"not_editable":                     {"nothing can be edited in this state", "wait until the case is returned"},
	"not_eligible":                     {"the organization is eligible as before", "get the reviews that are missing"},
	"not_offered":                      {"the record does not take this act as it stands", "look at it again"},
	"nothing_under_way":                {"a payment is still under way", "release or cancel it first"},
	"once":                             {"it has been done already", "nothing is to be done"},
	"one_live_application":             {"the project has a live application in the round already; its reference is named to who may see it", "withdraw that one first, or apply for another project"},
	"one_payment_per_tranche":          {"the instalment has a payment already", "use that one"},
	"open_objection":                   {"no objection waits for an answer", "nothing is to be done"},
	"organization_known":               {"no organization has this id", "choose one that is registered"},
	"organization_standing":            {"the organization is on a list or barred", "look at its record; it can apply when the bar has ended"},
	"over_limit":                       {"a warning to the staff: a report names more than its limit, with the organization's reason", "weigh the reason before accepting"},
	"paid_within_commitment":           {"payments cannot exceed the award", "correct the sum"},
	"parent_over":                      {"the grant it belongs to is not over", "cancel only after the termination"},
	"parent_stage":                     {"the grant it belongs to does not run", "wait until it is resumed"},
	"pass_points":                      {"the mean of the scores is below the pass mark", "propose a refusal"},
	"payable_organization":             {"the organization cannot receive money itself", "enter its fiscal host"},
	"payload_length":                   {"what was said is too large", "shorten it, or send it as a file"},
	"plain_line":                       {"a text contains characters that cannot be seen", "delete them or type it anew"},
	"plain_text":                       {"a text contains characters that cannot be seen", "delete them or type it anew"},
	"powers_are_separate":              {"system, security and audit administrators exclude each other and every business role", "give the role to another person"},
	"project_once":                     {"the organization has a project of that title already", "choose that project"},
	"projects_of_an_organization":      {"the organization has as many projects as it may", "change one that is there, or ask the base"},
	"region_known":                     {"no division has this code", "choose one of `GET /regions`"},
	"region_time_in_order":             {"a division ends after it began", "correct the days"},
	"registered_has_code":              {"a registered organization has a credit code", "enter it, or have an officer say why not"},
	"reports_accepted":                 {"reports that have to come first are not accepted", "send them and have them accepted"},
	"returned_within_payments":         {"returns cannot exceed what was paid", "correct the sum"},
	"role":                             {"the actor has no role that may do this here", "ask somebody who has"},
	"role_ended":                       {"the role has ended already", "grant a new one"},
	"role_once":                        {"the person holds this role in this scope already", "nothing is to be done"},
	"round_complete":                   {"the round lacks rules, form, money or days, or its closing has passed", "complete what the message lists"},
	"round_dates":                      {"a round closes after it opens", "correct the times"},
	"round_decided":                    {"applications of the round are still undecided; the message says how many", "award, decline or refuse each of them, then end the round"},
	"round_due":                        {"the closing time of the round has not come", "wait for it"},
	"round_form":                       {"the form is no JSON Schema object or is too large", "correct the form"},
	"round_known":                      {"no round has this id", "choose one of `GET /rounds`"},
	"round_name":                       {"the name is empty or too long", "1 to 120 characters"},
	"round_open":                       {"the round does not take applications now: not announced, not yet open, or closed", "drafts go on from the announcement to the closing; ask the base about exceptions"},
	"running":                          {"a period that has to run does not", "the act is over with it"},
	"scores":                           {"scores are still missing", "wait for the reviewers or have others assigned"},
	"separate_from":                    {"the same person did an earlier step", "somebody else does this one"},
	"separation":                       {"not on one's own account", "ask another administrator"},
	"settled":                          {"what was not spent is not settled", "settle it first"},
	"something_paid":                   {"nothing has been paid yet", "pay first"},
	"stage_is":                         {"the case has not come as far", "the message names the stage"},
	"state":                            {"the step cannot be taken in this state, or has been taken", "look at the case again"},
	"stored_state":                     {"the case stood elsewhere before", "it goes back by another way"},
	"title_length":                     {"a title has at most 200 characters", "shorten it"},
	"topics_count":                     {"at most 20 topics", "leave some out"},
	"tranche_unpaid":                   {"the instalment is paid already", "nothing is to be done"},
	"two_halves":                       {"somebody else gives the second half of the code", "ask another administrator"},
	"two_persons":                      {"who started a code does not approve it", "another person does"},
	"two_powers":                       {"two administrators of one power do not reset an account", "ask one of another power"},
	"unconfirmed_objection":            {"no objection waits to be confirmed", "nothing is to be done"},
	"within_ceiling":                   {"the award is above the round's ceiling", "lower it"},
}

// rulesTable lists them for docs/errors.md.
func rulesTable() string {
	var b strings.Builder
	b.WriteString("\n## Rules\n\nA refusal (409, or 403 where it is about who acts) names each rule that says no. Its words say it of the case at hand.\n\n")
	b.WriteString("| rule | it says | what to do |\n| --- | --- | --- |\n")
	for _, name := range slices.Sorted(maps.Keys(ruleWords)) {
		fmt.Fprintf(&b, "| `%s` | %s |\n", name, ruleWords[name])
	}
	return b.String()
}
