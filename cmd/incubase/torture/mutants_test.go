package torture

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"incubase/cmd/e2e/process"
)

// mutant is a fault seeded into a copy of the program, and the test that must notice it.
type mutant struct {
	name  string
	what  string
	edits []edit
	test  []string // arguments of go test; none: a torture
}

// edit replaces a text that a file has exactly once; old "" creates a file.
type edit struct{ file, old, new string }

func (m *mutant) tortured() bool { return len(m.test) == 0 }

// stored reports whether the mutant's test needs a database.
func (m *mutant) stored() bool {
	return !m.tortured() && (strings.HasPrefix(m.test[0], "./db") || strings.HasPrefix(m.test[0], "./cmd/"))
}

// kind returns how the mutant is caught, by which MUTANTS may select it.
func (m *mutant) kind() string {
	switch {
	case m.tortured():
		return "torture"
	case m.stored():
		return "database"
	}
	return "quick"
}

func pkg(path, run string) []string { return []string{"./" + path, "-run", run} }

// lateWrite moves a part of the statement that writes a decision into a later statement of its own.
func lateWrite(cte, query, args string) []edit {
	const send = "	err = d.Write.Row(ctx, \"case_commit\", args, &done)\n"
	return []edit{
		{"db/cases/sql/case_commit.sql", cte, strings.Replace(cte, "from moved",
			"from (select * from moved where false) moved",
			1)},
		{"db/cases/sql/late.sql", "", query},
		{"db/cases/store.go", send, send + "	if err == nil {\n		err = d.Write.Run(ctx, \"late\", " + args + ")\n	}\n"},
	}
}

var mutants = []mutant{
	{"a standby that is behind", "boards, exports and public pages are read on a standby without looking at its position",
		[]edit{{"db/pg/standby.go", "\tcase !n.Replayed:\n\t\treturn errBehind\n", ""}},
		pkg("db/pg", "^TestReadsOfAStandby$")},
	{"a standby of another timeline", "a node that follows an isolated primary is believed by its position alone",
		[]edit{{"db/pg/standby.go", "case *n.Timeline != p.Timeline:", "case false:"}},
		pkg("db/pg", "^TestAStandbyIsBelieved$")},
	{"a snapshot from before the look", "a read that waited for the standby shows what it was before",
		[]edit{{"db/pg/standby.go", "sql.LevelReadCommitted", "sql.LevelRepeatableRead"}},
		pkg("db/pg", "^TestReadsOfAStandby$")},
	{"a replaced primary is taken", "a node that was cut off and replaced is written to when it comes back",
		[]edit{{"db/pg/timeline.go", "		case now < before:\n", "		case false:\n"}},
		pkg("db/pg", "TestAReplacedPrimaryIsRefused")},
	{"reads wait for a primary that hangs", "lines to a primary that was replaced stay open until they break",
		[]edit{{"db/pg/timeline.go", "			_ = s.line.Close()\n		}\n	}\n}", "		}\n	}\n}"}},
		pkg("db/pg", "TestLinesToAReplacedPrimaryAreClosed|TestAReadOfAReplacedPrimaryEnds")},
	{"no is taken for never", "hosts that said no are not asked again while another is silent",
		[]edit{{"db/pg/address.go", "!asking[at] && time.Now().Before(until)", "false"}},
		pkg("db", "TestASilentHostDoesNotHideTheNextPrimary")},
	{"stopped awards are public", "a suspended or terminated grant is listed as funded",
		[]edit{{"db/cases/sql/public_awards.sql", "and counted_stage(c.stage, c.aside) <> '' ", ""}},
		pkg("db", "^TestWhatWasStoppedIsNotPublicAsFunded$")},
	{"stopped awards are counted", "boards and figures count suspended and terminated grants as funded",
		[]edit{{"db/board/board_delta.go", "c.Counted() == workflow.NoStage", "c.Stage == workflow.NoStage"}},
		pkg("db", "^TestWhatWasStoppedIsNotPublicAsFunded$")},
	{"boards mix workflows", "a board of one workflow counts others that are not folded yet",
		[]edit{{"db/board/sql/board_read.sql", " and $4::text in ('', d.workflow)", " and $4::text is not null"}},
		pkg("db", "^TestABoardIsExactPerWorkflow$")},
	{"erasing in silence", "the server's role erases what was said, and no event says so",
		[]edit{{"db/migrations/0109_erasing.sql",
			"    raise exception using errcode = '23514', constraint = 'erasing_is_an_act',\n        message =",
			"    raise notice using message ="}}, pkg("db", "TestWhoErases")},
	{"anybody's erasing", "the schema lets an officer erase",
		[]edit{{"db/migrations/0109_erasing.sql", "  if who <> '00000000-0000-7000-8000-000000000001' and not exists (",
			"  if false and not exists ("}}, pkg("db", "TestWhoErases")},
	{"the list of erasings is the server's", "the server's role takes an erasing off the list",
		[]edit{{"db/pg/owner.go", "\"root_keys\", \"erasures\",", "\"root_keys\","}}, pkg("db", "TestWhoErases")},
	{"a receipt survives its erasing", "the receipt of a record still says what was erased",
		[]edit{{"db/migrations/0109_erasing.sql", "and k.receipt::jsonb ->> 'id' = which;",
			"and k.receipt::jsonb ->> 'id' = '';"}}, pkg("db", "TestErasingAPerson|TestErasingAnEntryOfALog")},
	{"receipts repeat what was said", "the receipt of an act keeps what was said in it",
		[]edit{{"workflow/decision.go", "		e.Payload, e.ActorName = \"\", \"\"\n", ""}}, pkg("db", "TestErasingWhatWasSaid")},
	{"a file survives its erasing", "the row says erased, and the content lies on disk",
		[]edit{{"db/cases/erase.go", "	_, err := e.Files.RemoveErased(ctx)\n", "	var err error\n"}},
		pkg("db", "TestErasingAFile")},
	{"another's file goes along", "an erased content that somebody else brought too is removed",
		[]edit{{"db/cases/erase.go", "f.removeContent(ctx, h, r.Named)", "f.removeContent(ctx, h, false)"},
			{"db/cases/sql/attachment_known.sql", "and a.erased_at is null", "and false"}}, pkg("db", "TestErasingAFile")},
	{"a void notice stays public", "a notice whose paper has no force any more is in the public list",
		[]edit{{"db/migrations/0110_views.sql", "\n  and not exists (select from paper_voids v where v.paper_id = p.id);",
			";"}}, pkg("db", "TestThePublicReadsOnlyWhatIsPublic")},
	{"the public objects by a name", "who objects does the action that the shipped definition calls object",
		[]edit{{"workflow/desk/desk.go", "\t\tcmd.Action = m.Doing(cmd.Mark)\n", "		cmd.Action = \"object\"\n"}},
		pkg("cmd/e2e", "TestGrantJourney$")},
	{"minutes count an end as an award", "an award that lapsed unsigned is awarded in the minutes",
		[]edit{{"workflow/desk/minutes.go", "	case ended && !byStaff:\n",
			"\tcase ended && !byStaff && stage == workflow.Applied:\n"}},
		pkg("db", "TestHowMinutesCount")},
	{"vouchers go", "what was said where money went is erased within the period of the accounts",
		[]edit{{"workflow/erase/erase.go", "	if err != nil || !p.Money {", "\tif err != nil || true {"}},
		pkg("db", "TestVouchersAreKept")},
	{"overspent without a word", "a report of more than was paid and contributed is taken without a reason",
		[]edit{{"workflow/limit.go", "	case reason == \"\":", "	case reason == \"\" && l.sum < 0:"}},
		pkg("workflow", "^TestAReportOfMoreThanWasPaid$")},
	{"overspent without an end", "a report of a hundred times what was paid is taken",
		[]edit{{"workflow/limit.go", "int64(said) > l.Times*int64(l.sum)", "int64(said) < 0"}},
		pkg("workflow", "^TestAReportOfMoreThanWasPaid$")},
	{"overspent and nobody told", "who checks a report does not learn that it says more than was paid",
		[]edit{{"workflow/desk/show.go", "v.Warnings = append(v.Warnings, f.Exceptional()...)", "_ = f.Exceptional()"}},
		pkg("workflow", "^TestAReportOfMoreThanWasPaid$")},
	{"writers are not waited for", "drafts and returned cases are missing from the to-do list of the preparer",
		[]edit{{"workflow/machine/duties.go", "return append(out, m.writerDuties(f)...)", "return out"}},
		pkg("db", "^TestFilters$")},
	{"a closed round looks open", "the pages of a draft do not say that its round has closed",
		[]edit{{"workflow/desk/returned.go", "machine.RoundAnnounced(define.Input{Facts: f}) != nil",
			"machine.RoundAnnounced(define.Input{Facts: f}) != nil && false"}},
		pkg("workflow", "^TestUntilWhenADraftIsTaken$")},
	{"decimals are guessed", "20.000 is twenty, even for who meant thousands",
		[]edit{{"workflow/money/money.go", "	if len(frac) > places {",
			"	if frac = strings.TrimRight(frac, \"0\"); len(frac) > places {"}}, pkg("workflow/money", "TestParseYuan")},
	{"a blank answer is one", "a required text of blanks or joiners counts as answered",
		[]edit{{"workflow/form/tidy.go", "if s, isText := x.(string); !isText || !clean.Blank(s) ||",
			"if s, isText := x.(string); !isText || s != \"\" ||"}}, pkg("workflow/form", "TestTogether")},
	{"more is asked for than the budget has", "a budget of 5,000 stands under a request of 20,000",
		[]edit{{"workflow/form/tidy.go", "	if requested > sum {", "	if requested > sum && sum < 0 {"}},
		pkg("workflow/form", "TestTogether")},
	{"the same name goes in unasked", "an organization is registered again in another spelling",
		[]edit{{"workflow/registry/similar.go", "	if len(found) > 0 {", "	if len(found) > 1000 {"}},
		pkg("db", "TestIdentityIsFolded")},
	{"two of one name at once", "of two registrations of one name at the same time both go through",
		[]edit{{"db/migrations/0102_records.sql", "return not alone or not exists (", "return true or not exists ("}},
		pkg("db", "^TestOneNameAtOnce$")},
	{"tracks that nobody has", "a list of an unknown track is empty instead of refused",
		[]edit{{"db/cases/list.go", "	if track == \"\" {", "	if track != \"*\" {"}},
		pkg("db", "^TestAnUnknownTrackIsRefused$")},
	{"filing numbers by their bytes", "one filing number stands in a county in several spellings",
		[]edit{{"db/migrations/0102_records.sql", "compared_in(county, region::text), identity_of(filing_number)",
			"compared_in(county, region::text), filing_number"}}, pkg("db", "TestIdentityIsFolded")},
	{"the draft's digest not compared", "what is signed is not what was shown",
		[]edit{{"workflow/machine/draft.go", "now := f.DraftDigest(); shown != now {",
			"now := f.DraftDigest(); shown != now && now == \"\" {"}}, pkg("workflow", "TestASubmissionNamesTheDraftItTakes")},
	{"a text signed unread", "who signs an agreement does not say which text",
		[]edit{{"workflow/machine/desk_text.go", "	if t.signs() == nil {\n		return\n	}\n	named",
			"	if true || t.signs() == nil {\n		return\n	}\n	named"}}, pkg("db", "TestAnAgreementIsThereBeforeItIsSigned")},
	{"another text signed", "a signature holds for a text that was not shown",
		[]edit{{"workflow/machine/desk_text.go", "fields[define.TextField] != now {",
			"fields[define.TextField] != now && now == \"\" {"}},
		pkg("db", "TestAnAgreementIsThereBeforeItIsSigned")},
	{"another window's text is lost", "who saves over a text that they have not seen is not told, and it is not kept",
		[]edit{{"web/cases/form_page.go", "				unseen = append(unseen, q.Name)\n", ""}},
		pkg("web/cases", "^TestTwoPeopleOnOneAnswer$")},
	{"the last saver wrote it all", "the page of a changed draft names who saved last for what another person wrote",
		[]edit{{"web/cases/signing.go", "now.Written[q.Name]; known {", "now.Written[q.Name]; known && w.Name == \"\" {"}},
		pkg("web/cases", "^TestThePageThatSigns")},
	{"a draft taken unnamed", "the saved draft is submitted by who does not say which",
		[]edit{{"workflow/machine/draft.go", "		if t.taken(f, cmd) {", "		if false && t.taken(f, cmd) {"}},
		pkg("workflow", "TestASubmissionNamesTheDraftItTakes")},
	{"declarations kept from a save", "an officer ticks the applicant's declarations",
		[]edit{{"workflow/desk/open.go", "\t\tf.Undeclared(answers)\n", ""}},
		pkg("workflow", "TestASavedTickIsNoDeclaration")},
	{"an empty list passes", "a required list with nothing in it counts as answered",
		[]edit{{"workflow/form/form.go", "		root.unlisted(\"\", answers, &out)", "		_ = root"}},
		pkg("workflow", "TestAnEmptyListIsMissing")},
	{"files into a submitted case", "files are added to what was submitted, as long as any act is allowed",
		[]edit{{"workflow/view.go", "x.Type == \"attachments\" })", "x.Type == \"attachments\" }) || o.Allowed()"}},
		pkg("workflow", "TestAFileComesIntoADraftAlone")},
	{"insiders act as staff",
		"who belongs to the applicant, or wrote its application, acts in the roles of the staff they hold besides",
		[]edit{{"workflow/machine/party.go", "return p.Holds(a, c) && !(p.Barred() && c.Insider(a))",
			"return p.Holds(a, c)"}},
		pkg("workflow/catalog", "TestInsidersAreApplicants")},
	{"insiders list as staff", "lists show insiders what single reads do not",
		[]edit{{"db/cases/list_where.go", "out[i].where = join(out[i].where, apart)",
			"out[i].where = join(out[i].where, \"(true or \"+apart+\")\")"}}, pkg("db", "TestListsShowExactlyWhatIsVisible")},
	{"insiders are waited for", "the to-do list of an insider has what the staff is waited for",
		[]edit{{"db/cases/list_where.go", "where not w.staff or %[2]s group by", "where true or %[2]s group by"}},
		pkg("db", "TestInsidersWaitForNothingOfTheStaff")},
	{"what is not ready waits now", "an award waits for its decider while the notice runs",
		[]edit{{"workflow/machine/duties.go",
			"return g.Subject() == define.OfCase && g.Check(define.Input{Facts: &then}) != nil", "return false"}},
		pkg("db", "TestWhatWaitsIsReady")},
	{"a row tells a hidden state", "a list shows where a case really stands",
		[]edit{{"workflow/machine/summary.go", "if s != c.State { // nothing", "if false { // nothing"}},
		pkg("workflow", "^TestShownAs$")},
	{"drafts make no helpers", "who saves answers for an applicant is not remembered",
		[]edit{{"db/cases/sql/draft_save.sql", "from saved where $10::boolean", "from saved where $10::boolean and false"}},
		pkg("db", "TestSavingADraftMakesAHelper")},
	{"coaches judge", "who coached an organization scores and decides on its applications",
		[]edit{{"workflow/machine/insider.go", "if t.judges() && f.Coached(a.ID)", "if t.judges() && f.Coached(\"\")"}},
		pkg("workflow/catalog", "TestCoachesNeitherScoreNorDecide")},
	{"applicant and staff in one account",
		"the schema lets an account act for an organization and sit in the staff of its place",
		[]edit{{"db/migrations/0103_people.sql",
			"    raise exception using errcode = '23514', constraint = 'applicant_and_staff_are_separate',\n      message =",
			"    raise notice using message ="}},
		pkg("db", "TestApplicantAndStaffAreSeparate")},
	{"experts' words are everybody's", "only acts with known effects are secret, not what experts say otherwise",
		[]edit{{"workflow/machine/secret.go", "\t\tcase workflow.RelAssigned:\n\t\t\tout = max(out, define.Insiders)",
			"\t\tcase workflow.RelAssigned:\n\t\t\tout = max(out, define.Everybody)"}},
		pkg("workflow", "TestWhatIsSaidInSecretStays")},
	{"hidden states are told", "a time line shows acts between states that its reader is shown as one",
		[]edit{{"workflow/desk/secret.go", "	return from != to\n", "	return true\n"}}, pkg("workflow", "TestShownAs")},
	{"one person for both halves", "who started a code approves it",
		[]edit{{"workflow/registry/code.go", "case u.Reset.StartedBy == actor.ID:",
			"case u.Reset.StartedBy == actor.ID && false:"}, {"db/migrations/0103_people.sql",
			"check (approved_by <> started_by\n      or approved_by = '00000000-0000-7000-8000-000000000001')", "check (true)"}},
		pkg("db", "TestWhoHoldsAHalf")},
	{"one power for both halves", "two of one power reset an account",
		[]edit{{"workflow/registry/code.go", "func(b workflow.Role) bool { return b != a }",
			"func(b workflow.Role) bool { return b != a || b != \"\" }"}}, pkg("db", "TestWhoHoldsAHalf")},
	{"a code for ever", "a code holds after its hour",
		[]edit{{"db/migrations/0103_people.sql", "coalesce(c.expires_at, c.waits_until) > now()",
			"coalesce(c.expires_at, c.waits_until) > '-infinity'"}}, pkg("db", "TestCodesThatDoNotHold")},
	{"a code tried for ever", "who knows one half may guess the other as often as they like",
		[]edit{{"db/migrations/0103_people.sql", "c.tries < 5", "c.tries < 500000"}}, pkg("db", "TestCodesThatDoNotHold")},
	{"a code twice", "a used code sets another password",
		[]edit{{"db/records/sql/record_user_password_chosen.sql", "update account_codes c set used_at = now()",
			"update account_codes c set tries = 0"}}, pkg("db", "TestAResetTakesTwoAndItsOwner")},
	{"records change unconfirmed", "rights, accounts and contacts change without the password, however old the session",
		[]edit{{"workflow/registry/write.go", "actor.RequireFresh(workflow.Confirms(kind, append(e.acts, e.Op)))",
			"actor.RequireFresh(false)"}}, pkg("cmd/e2e", "TestActsOfTheListAskForThePassword")},
	{"payments go unconfirmed", "who finds a screen left open releases payments",
		[]edit{{"workflow/desk/desk.go", "actor.RequireFresh(m.Confirms(l.Facts.Case.State, cmd.Action))",
			"actor.RequireFresh(false)"}},
		pkg("cmd/e2e", "TestActsOfTheListAskForThePassword")},
	{"who loads approves", "one administrator loads a definition and approves it",
		[]edit{{"workflow/vet/two_keys.go", "case a.ID == workflow.SystemID || s.Loader == a.ID:", "case false:"},
			{"db/migrations/0105_cases.sql",
				"check (status <> 'approved' or actor_id <> loaded_by)", "check (true)"}, {"db/records/sql/definition_stand.sql",
				" and ($3 <> 'approved' or d.loaded_by <> $4)", ""}},
		pkg("cmd/e2e", "TestTheMachineLoadsAndCannotApprove|TestDefinitionsHaveTwoKeys")},
	{"a branch of any_of keeps promises", "an approver is told that a promise holds where another branch may pass",
		[]edit{{"workflow/vet/two_keys.go", "return !binds([]define.Guard{x}, meant)",
			"return x == nil"}}, pkg("workflow/catalog", "^TestAPromiseHolds")},
	{"unapproved versions open", "what waits for approval opens cases and rounds",
		[]edit{{"workflow/catalog/catalog.go", "if e.Standing.Status == vet.DefinitionApproved && (version == 0",
			"if (version == 0"}}, pkg("cmd/e2e", "TestDefinitionsHaveTwoKeys")},
	{"withdrawn versions open elsewhere", "a server that has not heard of a withdrawal goes on opening cases",
		[]edit{{"db/migrations/0105_cases.sql", "and d.status = 'approved') then", "and d.status <> '') then"}},
		pkg("cmd/e2e", "TestDefinitionsHaveTwoKeys")},
	{"a code of the app twice", "a used code of a second factor signs in again",
		[]edit{{"workflow/factor/factor.go", "if err == nil && ok && n > last {", "if err == nil && ok {"},
			{"db/accounts/sql/factor_step.sql", "and last_step < $2 and", "and"}}, pkg("cmd/e2e", "TestSecondFactor")},
	{"a recovery code twice", "a used recovery code signs in again",
		[]edit{{"db/accounts/sql/factor_recover.sql", " and used_at is null", ""}}, pkg("cmd/e2e", "TestSecondFactor")},
	{"a second factor for nobody", "roles that need a second factor do without",
		[]edit{{"workflow/registry/factors.go", "return f.Required && !s.Factor &&", "return false && !s.Factor &&"}},
		pkg("cmd/e2e", "TestTheSecondFactorByPages")},
	{"guessed passwords", "a password needs no strength",
		[]edit{{"workflow/password/password.go", "const enough = 3", "const enough = 0"}},
		pkg("workflow/password", "TestWhatIsGuessedIsRefused")},
	{"sessions without end", "an account has as many sessions as it likes",
		[]edit{{"db/migrations/0103_people.sql", "desc offset keep)", "desc offset keep + 1000)"}},
		pkg("db", "TestAnAccountHasTwentySessions")},
	{"what an event wrote is not bound", "answers, postings and papers can be others than the act wrote",
		[]edit{{"db/audit/verify_bound.go", "mac != pg.HashOf(row.MAC)", "len(row.MAC) != len(mac)"}},
		pkg("db", "TestTheServersRoleCannotTamper")},
	{"a case is not bound", "a case can be another than its last event left",
		[]edit{{"db/audit/verify_bound.go", "case mac != pg.HashOf(r.MAC):\n\t\tsay(\"cases\"",
			"case len(r.MAC) != len(mac):\n\t\tsay(\"cases\""}}, pkg("db", "TestTheServersRoleCannotTamper")},
	{"an act makes good what was changed before it", "a case that was changed in the database is bound by its next act",
		[]edit{{"db/cases/sql/case_commit.sql", "case when e.case_id <> moved.id or moved.sound then e.row_mac end",
			"e.row_mac"}},
		pkg("db", "TestAnActDoesNotMakeGood")},
	{"a record without MAC passes", "who inserts a right with an entry of its log is not noticed",
		[]edit{{"db/audit/verify_bound.go", "case r.MAC == nil:\n\t\tsay(\"record_log\"",
			"case false:\n\t\tsay(\"record_log\""},
			{"db/audit/verify_bound.go", "case mac != pg.HashOf(r.MAC):\n\t\tsay(tableOf",
				"case r.MAC != nil && mac != pg.HashOf(r.MAC):\n\t\tsay(tableOf"}}, pkg("db", "TestAnActDoesNotMakeGood")},
	{"a file on disk is not compared", "a file that somebody changed on disk is handed out and verifies",
		[]edit{{"db/cases/attachments.go", "return workflow.Hash(sum.Sum(nil)) == as, nil",
			"return len(sum.Sum(nil)) == len(as), nil"}}, pkg("db", "TestFiles$")},
	{"sign-ins are not chained", "who signed in can be changed or taken away in the audit trail",
		[]edit{{"db/audit/verify.go", `"verify_payments", "verify_audit")`, `"verify_payments")`}},
		pkg("db", "TestSignInsAreChained")},
	{"a session that nobody opened", "who inserts a session is not noticed",
		[]edit{{"db/audit/verify_bound.go", "\"verify_session_rows\":    pg.NoID,\n\t\t", ""}},
		pkg("db", "TestSignInsAreChained")},
	{"any row key starts", "a server with another key that binds rows starts",
		[]edit{{"cmd/incubase/app/keys.go", "pg.RowKey(secret).Fingerprint() != *known", "*known == (workflow.Hash{})"}},
		pkg("cmd/incubase", "TestServersShareOneRowKey")},
	{"any key signs", "a root is believed by any signer",
		[]edit{{"db/audit/roots.go", "!slices.ContainsFunc(keys, ed25519.PublicKey(r.Signer).Equal)", "len(keys) == 0"}},
		pkg("db", "TestForgedRootsAreNamed")},
	{"a second signing key", "a server makes a signing key where roots of another exist",
		[]edit{{"cmd/incubase/app/keys.go", "len(believed) > 0 && (", "len(believed) > 9 && ("}},
		pkg("cmd/incubase", "TestServersShareOneSigningKey")},
	{"version check left out", "the commit is not guarded by the version of the case",
		[]edit{{"db/cases/sql/case_commit.sql", "where c.id = $2::uuid and c.version = $3::int",
			"where c.id = $2::uuid and $3::int > 0"}}, nil},
	{"key stored after", "the idempotency key is written after the commit",
		lateWrite("select $7, $8::text, $9::bytea, $10::text, $11::boolean from moved where $8 <> ''",
			"-- Late. idempotency_keys_pkey\ninsert into idempotency_keys (actor_id, key, digest, receipt, forever) "+
				"select $1::uuid, $2::text, $3::bytea, $4::text, $5::boolean where $2 <> ''",
			"args[6], args[7], args[8], args[9], args[10]"), nil},
	{"what was said outside the write", "the payload of an event is written after the commit",
		lateWrite("select p.case_id, p.seq, p.body from moved",
			"-- Late. event_payloads_pkey\ninsert into event_payloads (case_id, seq, body) "+
				"select case_id, seq, body from jsonb_populate_recordset(null::event_payloads, $1::jsonb -> 'payloads')",
			"args[0]"), nil},
	{"wrong edge", "a draft can be handed in again that was never handed in",
		[]edit{{"workflow/catalog/definitions/grant.yaml", "en: Submit again}\n    from: [returned]",
			"en: Submit again}\n    from: [draft, returned]"}}, nil},
	{"scope filter left out", "the staff of every place sees every case",
		[]edit{{"workflow/party.go", "		return g.covers(c)\n	case RelAssigned", "		return true\n	case RelAssigned"}}, nil},
	{"own filter left out", "every organization sees every other's cases",
		[]edit{{"workflow/party.go", "return c.Organization != \"\" && g.OrganizationOf(a) == c.Organization",
			`return c.Organization != ""`}}, nil},
	{"envelope's CHECK left out", "nothing in the schema keeps commitments within the envelope",
		[]edit{{"db/migrations/0105_cases.sql", "check (held_fen + committed_fen <= total_fen)", "check (true)"}}, nil},
	{"delta of boards left out", "a transition does not reach the boards",
		[]edit{{"db/cases/document.go", ", Board: board.BoardChange(&d.Before, &d.Case)", ""}}, nil},
	{"lost answer called done", "a commit whose answer was lost is reported as done",
		[]edit{{"db/cases/store.go", "	case err != nil:\n		return named(err, c.Decision",
			"	case err != nil && !errors.Is(err, workflow.ErrUnknown):\n		return named(err, c.Decision"}}, nil},
	{"fresh key for each try", "the client itself asks again under another key",
		[]edit{{"cmd/incubase/torture/client_test.go", "		o.Tries++\n", "		o.Tries++\n		o.Key = c.key()\n"}}, nil},

	{"hold left out of the envelope", "proposals are made beyond what the envelope covers",
		[]edit{{"db/migrations/0105_cases.sql", "check (held_fen + committed_fen <= total_fen)",
			"check (committed_fen <= total_fen)"}},
		pkg("db", "^TestTheEnvelopesConstraintSpeaksInWords$")},
	{"ceiling not looked at", "an application asks for more than the round gives to one",
		[]edit{{"workflow/define/answers.go", "if ok && ceiling > 0 && n > int64(ceiling) {", "if false {"}},
		pkg("workflow", "^TestMoreThanTheCeilingIsNotTaken$")},
	{"prefix shared", "two workflows number their cases alike",
		[]edit{{"workflow/catalog/catalog.go", "if name != d.Name && e.Machine.Definition().Prefix == d.Prefix {",
			"if name == \"\" && e.Machine.Definition().Prefix == d.Prefix {"}},
		pkg("workflow/catalog", "^TestAPrefixInUseIsRefused$")},
	{"project applied for twice", "a project has two live applications in a round",
		[]edit{{"db/migrations/0105_cases.sql", "create unique index one_live_application on cases",
			"create index one_live_application on cases"}},
		pkg("db", "^TestOneLiveApplicationOfAProject$")},
	{"opening not looked at", "applications are taken before the round opens",
		[]edit{{"workflow/machine/guards_round.go", "in.Second().Before(*r.Opens)", "false"}},
		pkg("workflow", "^TestGuards$")},
	{"payment's uniqueness left out", "the ledger takes a second payment of a tranche",
		[]edit{{"db/migrations/0107_money.sql",
			"create unique index one_payment_per_tranche on postings (grant_id, tranche) where kind = 'pay';\n", ""}},
		pkg("db", "^TestTheSchemaIsTheLaw$")},
	{"edge's key left out", "the schema takes an event that the definition does not know",
		[]edit{{"db/migrations/0105_cases.sql",
			"  constraint event_follows_an_edge foreign key (workflow, definition_version, action, from_state, to_state)\n   " +
				"   references workflow_edges,\n", ""}},
		pkg("db", "^TestTheSchemaIsTheLaw$")},
	{"replay writes nothing", "an answer that is repeated does not wait for the standby",
		[]edit{{"workflow/desk/desk.go",
			"	said, err := d.Store.Replay(ctx, actor.ID, cmd.Key)\n	if err != nil {\n		return nil, err\n	}\n",
			"	said := \"\"\n"}},
		pkg("db", "^TestAReplayWrites$")},
	{"timer fires twice", "a clock that fires again does so under another key",
		[]edit{{"workflow/desk/worker.go", `return fmt.Sprintf("timer:%s:%s:%d", t.Case, t.Name, t.Since)`,
			"return workflow.NewID(t.Fires)"}},
		pkg("db", "^TestATimerFiredAgainIsTheSameAct$")},
	{"key's digest not compared", "another request under a used key is answered with the first one's receipt",
		[]edit{{"workflow/desk/desk.go", "	if s.Digest != cmd.Digest {\n",
			"	if s.Digest != cmd.Digest && cmd.Key == \"\" {\n"}},
		pkg("db", "^TestOneKeyIsOneEffect$")},
	{"twin told it was slow", "who named a version is told of their own success that somebody was faster",
		[]edit{{"workflow/desk/desk.go", "\t\tcase try == Tries:\n", "\t\tcase cmd.Version != nil || try == Tries:\n"}},
		pkg("db", "^(TestTwins|TestANamedVersion)")},
	{"write sent twice", "a write goes through the pool, which repeats it when its answer is lost",
		[]edit{{"db/pg/writer.go", "\terr = visitAll(ctx, st, args, visit)\n\tCrash(\"after\"",
			"\ts.drop()\n\tif pooled, bad := s.pool.PrepareContext(ctx, w.Texts.Text(name)); bad == nil {\n\t\tst = pooled\n" +
				"\t}\n\terr = visitAll(ctx, st, args, visit)\n\tCrash(\"after\""}},
		pkg("db", "^TestALostAnswer")},
	{"parent not asserted", "a payment does not ask whether its grant still stands where it stood",
		[]edit{{"db/cases/sql/case_commit.sql", "p.version = $6 for share))", "true for share))"}},
		pkg("db", "^TestAPaymentOnAMovedGrant")},
	{"a round keeps its old name", "an act on a round that was renamed meanwhile writes the name that it read",
		[]edit{{"db/cases/case_columns.go", `case "":`, `case "", "record":`},
			{"db/cases/case_columns.go", `		case "record":`,
				`		case "-":`}},
		pkg("db", "^TestADecisionOnARoundKeepsItsRecordsName$")},
	{"rights not looked at", "a start takes the rights of the server's role for right",
		[]edit{{"db/migrate.go", "	return err == nil && yes\n", "	return err == nil\n"}},
		pkg("db", "^TestAStartMends")},
	{"four eyes left out", "a payment may be released by who prepared it",
		[]edit{{"workflow/catalog/definitions/payment.yaml", "      - separate_from: {actions: [create, retry]}\n", ""}},
		pkg("workflow/catalog", "^TestWhoPreparesAPaymentDoesNotReleaseIt$")},
	{"body checked by the library",
		"the library checks bodies itself: each fault keeps the whole object, and names with dots lengthen its path",
		[]edit{{"api/api.go", "	op.SkipValidateBody = true // check validates bodies\n", ""}},
		pkg("api", "^TestABodyOfManyFaultsIsCheap$")},
	{"faults left out in silence", "an error answer does not say how many faults it leaves out",
		[]edit{{"api/body.go", "		w.more++\n", ""}},
		pkg("api", "^TestABodyOfManyFaultsIsCheap$")},
	{"long names in errors", "a name that the client made up comes back whole",
		[]edit{{"api/edge/bound.go", "		f.Field, f.Message = Short(f.Field, maxPlace), Short(f.Message, maxWords)\n", ""}},
		pkg("api/edge", "^TestAnErrorAnswerIsBounded$")},
	{"names of any length", "an item of a body may have a name of 900 KB",
		[]edit{{"api/edge/strict.go", "	case len(s) > MaxName &&", "	case false && len(s) > MaxName &&"}},
		pkg("api/edge", "^TestStrictIsBounded$")},
	{"two rules for one text", "the API refuses what every other door takes out of a text",
		[]edit{{"api/edge/strict.go", "tidy, _ := clean.Tidy(s) //", "tidy := s //"}}, pkg("api/edge", "^TestStrict$")},
	{"limiter forgets all", "a full table of addresses is emptied",
		[]edit{{"api/edge/limiter.go", "		if l.filled(b, now) >= l.burst {\n", "		if b != nil {\n"}},
		pkg("api/edge", "^TestManyAddressesEmptyNoCounter$")},
	{"IPv6 addresses apart", "each address of an IPv6 network has a share of its own",
		[]edit{{"api/edge/limiter.go", "	bits := [3]int{64, 48, 32}\n", "	bits := [3]int{128, 48, 32}\n"}},
		pkg("api/edge", "^TestAnIPv6AddressCountsByItsNetwork$")},
	{"drafts not counted", "an organization may open any number of drafts in a round",
		[]edit{{"db/migrations/0105_cases.sql", "    perform past_bound('drafts_of_a_round', most);\n", "    null;\n"}},
		pkg("db", "^TestDraftsOfARoundAreBounded$")},
	{"files not counted", "an organization may bring any amount of files",
		[]edit{{"db/migrations/0108_papers.sql",
			"create trigger files_of_an_organization before insert on attachments for each row " +
				"execute function bound_files();\n", ""}},
		pkg("db", "^TestFilesOfAnOrganizationAreBounded$")},
	{"a job's cases without keys", "a job that is continued decides again on what was done and has no verdict yet",
		[]edit{{"workflow/desk/bulk.go", "		cmd.Key = Subkey(o.Key, ref)\n", "		_ = Subkey\n"}},
		pkg("db", "^TestAJobIsContinued$")},
	{"one key for all cases of a job", "the cases of a job share a key, and all but the first are taken for repetitions",
		[]edit{{"workflow/desk/bulk.go", "Subkey(o.Key, ref)", "Subkey(o.Key, o.Action)"}},
		pkg("db", "^TestAJobIsContinued$")},
	{"a job leaves out cases", "a job counts the cases that have a verdict twice",
		[]edit{{"workflow/desk/bulk.go", "v, again := b.one(ctx, j, next)",
			"v, again := b.one(ctx, j, min(next+len(j.Verdicts), len(j.Refs)-1))"}}, pkg("db", "^TestAJobIsContinued$")},
	{"two servers write one job", "a server whose lease ran out goes on writing verdicts",
		[]edit{{"db/cases/sql/job_keep.sql", " and j.lease = $2::uuid and j.position = $3::int",
			" and $2::uuid is not null and $3::int >= 0"}},
		pkg("db", "^TestTwoServersShareJobs$")},
	{"jobs go unconfirmed", "who finds a screen left open releases payments in a job",
		[]edit{{"workflow/desk/bulk.go", "err := actor.RequireFresh(b.confirms(o.Action)); err != nil {",
			"err := actor.RequireFresh(false); err != nil {"}},
		pkg("db", "^TestAJobAsksForThePasswordOnce$")},
	{"few cases go unconfirmed", "a bulk act of few cases asks for the password case by case, after the first",
		[]edit{{"workflow/desk/bulk.go", "err != nil && !b.answered(ctx, actor, o) {", "err != nil && o.Action == \"\" {"}},
		pkg("db", "^TestFewCasesAskForThePasswordFirst$")},
	{"a job outlives the password", "a thief of a password goes on in a job after the password was changed",
		[]edit{{"db/migrations/0106_work.sql",
			"when (new.disabled and not old.disabled or new.password_hash is distinct from old.password_hash)",
			"when (new.disabled and not old.disabled)"}},
		pkg("db", "^TestWhatEndsSessionsEndsJobs$")},
	{"a job outlives the sessions", "who holds another's session goes on in a job after all sessions were ended",
		[]edit{{"db/accounts/sql/session_revoke.sql", "end_jobs($1::uuid, null, 'sessions')", "0"}},
		pkg("db", "^TestWhatEndsSessionsEndsJobs$")},
	{"a job outlives the second factor", "a job goes on after its owner's second factor was reset",
		[]edit{{"db/migrations/0106_work.sql", "  perform end_jobs(old.user_id, null, 'factor');\n", ""}},
		pkg("db", "^TestWhatEndsSessionsEndsJobs$")},
	{"a stopped job goes on", "the worker of a job does not notice that it was stopped",
		[]edit{{"db/cases/jobs.go", "|| err == nil && row.Ended {", "|| err == nil && row.Ended && j.Lease == \"\" {"}},
		pkg("db", "^TestWhatEndsSessionsEndsJobs$")},
	{"a job of any age", "a job that somebody started long ago goes on whenever the database comes back",
		[]edit{{"workflow/desk/bulk.go", "if !b.now().Before(j.Until(b.confirms(j.Action))) {",
			"if !b.now().Before(j.Until(false)) {"}},
		pkg("db", "^TestAJobDoesNotOutliveItsTime$")},
	{"a job of any day", "who can write to the database makes a job younger than it is",
		[]edit{{"db/cases/jobs.go", "		j.Created.UnixMicro(), j.Confirmed.UnixMicro(),", "		0, j.Confirmed.UnixMicro(),"}},
		pkg("db", "^TestAForgedJobIsNotRun$")},
	{"a job of an ended session", "a request that is slow starts a job after all sessions were ended",
		[]edit{{"db/migrations/0106_work.sql", "      and s.ended_at is null) then", "      ) then"}},
		pkg("db", "^TestAJobIsOfALiveSession$")},
	{"jobs without the second factor", "who lacks a required second factor acts in a job",
		[]edit{{"workflow/desk/bulk.go", "case !factor && b.NeedsFactor != nil && b.NeedsFactor(actor):",
			"case !factor && false:"}},
		pkg("db", "^TestAJobAsksForTheSecondFactor$")},
	{"jobs of the system", "a job acts as the system, which may do what no person may",
		[]edit{{"workflow/desk/bulk.go", "	case !actor.Person():", "	case false:"}},
		pkg("db", "^TestAJobIsAPersons$")},
	{"jobs at the same time", "two jobs that are started at once go past the bound",
		[]edit{{"db/cases/sql/job_add.sql", "job_refused(p.id, $12::uuid, $13::int) as said",
			"case when (select count(*) from jobs j where j.actor_id = p.id and j.finished_at is null) < $13::int " +
				"then job_refused(p.id, $12::uuid, 1000) else 'too_many' end as said"}},
		pkg("db", "^TestTwoJobsAtOnce$")},
	{"jobs of who was erased", "what an erased person asked for in a job stays",
		[]edit{{"db/migrations/0109_erasing.sql", "    delete from jobs j where j.actor_id = which::uuid;", "   "}},
		pkg("db", "^TestErasingAPerson$")},
	{"rights of the start", "a job goes on with rights that its actor has lost",
		[]edit{{"db/cases/sql/actor_now.sql", "g.since <= now() and (g.until is null or g.until > now())", "true"}},
		pkg("db", "^TestRightsOfAJobAreAskedEachTime$")},
	{"jobs of nobody", "a job that somebody wrote into the database is run in another's name",
		[]edit{{"db/cases/jobs.go", "if j.Action != row.Action || job(d.RowKey, j, row.Request) != pg.HashOf(row.MAC) {",
			"if len(row.MAC) == 0 {"}},
		pkg("db", "^TestAForgedJobIsNotRun$")},
	{"another's job", "a job is read by its id alone",
		[]edit{{"db/cases/sql/job_find.sql", "j.actor_id = $1::uuid and (", "$1::uuid is not null and ("}},
		pkg("db", "^TestAJobHasOneKey$")},
	{"busy without Retry-After", "a busy server does not say when to come back",
		[]edit{{"api/edge/problem.go", "	p.headers = http.Header{\"Retry-After\": {\"2\"}}\n	return p\n}\n\nfunc StatusOf",
			"	return p\n}\n\nfunc StatusOf"}},
		pkg("cmd/incubase/torture", "^TestDatabaseAway$")},
}

// chosen returns all mutants, those of a kind, or those with matching names.
func chosen(said string) (out []*mutant) {
	names, err := regexp.Compile(said)
	for i := range mutants {
		m := &mutants[i]
		if said == "all" || said == m.kind() || err == nil && names.MatchString(m.name) {
			out = append(out, m)
		}
	}
	return out
}

// TestMutants seeds each fault into a copy of the working tree and runs the test that must notice it. MUTANTS is all,
// a kind (quick: caught without a database; database; torture) or a pattern of names.
func TestMutants(t *testing.T) {
	said := os.Getenv("MUTANTS")
	if said == "" {
		t.Skip("mutants take some minutes: make mutants")
	}
	copied := t.TempDir()
	if err := os.Chmod(copied, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, bytes := range tree(t) {
		put(t, filepath.Join(copied, name), bytes)
	}
	list := chosen(said)
	if len(list) == 0 {
		t.Fatalf("no mutant is called %q", said)
	}
	began := time.Now()
	healthy(t, copied, list)
	var table strings.Builder
	caught := 0
	for _, m := range list {
		by, took := m.hunt(t, copied)
		fmt.Fprintf(&table, "| %s | %s | %s | %.0f s |\n", m.name, m.what, by, took.Seconds())
		t.Logf("%-34s %5.0f s  %s", m.name, took.Seconds(), by)
		if by == "" {
			t.Errorf("%s: %s, and nobody noticed", m.name, m.what)
			continue
		}
		caught++
	}
	t.Logf("%d of %d mutants caught in %.0f s\n\n| mutant | what is wrong | caught by | time |\n| --- | --- | --- | "+
		"--- |\n%s", caught, len(list), time.Since(began).Seconds(), table.String())
}

func root(t testing.TB) string {
	t.Helper()
	dir, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// tree reads the working tree without what git ignores.
func tree(t testing.TB) map[string][]byte {
	t.Helper()
	cmd := exec.Command("git", "ls-files", "-co", "--exclude-standard", "-z")
	cmd.Dir = root(t)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal("list the tree:", err)
	}
	files := map[string][]byte{}
	for name := range strings.SplitSeq(strings.TrimRight(string(out), "\x00"), "\x00") {
		b, err := os.ReadFile(filepath.Join(cmd.Dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue // deleted, not yet committed
		}
		if err != nil {
			t.Fatal(err)
		}
		files[name] = b
	}
	return files
}

func put(t testing.TB, path string, b []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// apply seeds the fault and returns how to remove it. It fails if the text has changed: then rewrite the mutant, do
// not drop it.
func (m *mutant) apply(t testing.TB, dir string) (undo func()) {
	t.Helper()
	before := map[string][]byte{}
	for _, e := range m.edits {
		path := filepath.Join(dir, e.file)
		if e.old == "" {
			put(t, path, []byte(e.new))
			before[path] = nil
			continue
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatalf("mutant %q: %v", m.name, err)
		}
		if n := strings.Count(string(b), e.old); n != 1 {
			t.Fatalf("mutant %q no longer applies: %s has its text %d times, not once:\n%s", m.name, e.file, n, e.old)
		}
		if _, twice := before[path]; !twice {
			before[path] = b
		}
		put(t, path, []byte(strings.Replace(string(b), e.old, e.new, 1)))
	}
	return func() {
		for path, b := range before {
			if b == nil {
				_ = os.Remove(path)
			} else {
				put(t, path, b)
			}
		}
	}
}

// tries of a torture, whose seeds may miss the fault, and of tests that timed out.
const tries = 3

// hunt runs the mutant's test and returns what it said.
func (m *mutant) hunt(t *testing.T, dir string) (by string, took time.Duration) {
	undo := m.apply(t, dir)
	defer undo()
	began := time.Now()
	for seed := 1; seed <= tries; seed++ {
		out, err := m.run(dir, seed)
		switch {
		case err == nil && strings.Contains(out, "no tests to run"):
			t.Errorf("mutant %q: there is no test %s", m.name, m.test[len(m.test)-1])
			return "", time.Since(began)
		case err != nil && !m.tortured() && weary.MatchString(out) && seed < tries:
			continue
		case err != nil && !strings.Contains(out, "--- FAIL"): // the others can still be tried
			t.Errorf("mutant %q does not even run:\n%s", m.name, process.Tail(out, 3000))
			return "", time.Since(began)
		case err != nil:
			if !m.tortured() { // shows that it failed by the fault
				t.Logf("%s: %.300s", m.name, strings.TrimSpace(words.FindString(out)))
			}
			return m.reason(out, seed), time.Since(began)
		}
		if !m.tortured() {
			break
		}
	}
	return "", time.Since(began)
}

func (m *mutant) run(dir string, seed int) (string, error) {
	if m.tortured() {
		return goTest(dir, 10*time.Minute, []string{"TORTURE=10s", fmt.Sprintf("SEED=%d", seed)}, "./cmd/incubase/torture",
			"-run", "^TestTorture$", "-v")
	}
	return goTest(dir, 10*time.Minute, nil, m.test...)
}

func goTest(dir string, within time.Duration, env []string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", append([]string{"test", "-count=1", "-vet=off", "-timeout=" + within.String()},
		args...)...)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), "MUTANTS=", "GOFLAGS=-buildvcs=false"), env...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

var (
	failed = regexp.MustCompile(`--- FAIL: (\S+)`)
	words  = regexp.MustCompile(`(?m)^\s+\w+_test\.go:\d+: .*$`)
	// failures of the machine, not by the fault
	weary   = regexp.MustCompile(`overloaded or database away|i/o timeout|panic: test timed out`)
	promise = regexp.MustCompile(`(?m)^\s+ *[0-9.]+s (.*)$`)
)

func (m *mutant) reason(out string, seed int) string {
	if m.tortured() {
		if _, after, ok := strings.Cut(out, "promises broken\n"); ok {
			if found := promise.FindStringSubmatch(after); found != nil {
				said := strings.Fields(found[1])
				return fmt.Sprintf("torture, seed %d: %s", seed, strings.Join(said[:min(len(said), 16)], " "))
			}
		}
		return fmt.Sprintf("torture, seed %d: the server did not get as far", seed)
	}
	all := failed.FindAllStringSubmatch(out, -1)
	return "`" + all[len(all)-1][1] + "`"
}

// healthy runs the mutants' fast tests on the unchanged copy, a package at a time. They must pass.
func healthy(t *testing.T, dir string, list []*mutant) {
	t.Helper()
	tests := map[string][]string{}
	random := false
	for _, m := range list {
		if m.tortured() {
			random = true
			continue
		}
		path, pattern := m.test[0], m.test[len(m.test)-1]
		if !slices.Contains(tests[path], pattern) {
			tests[path] = append(tests[path], pattern)
		}
	}
	if random {
		if out, err := new(mutant).run(dir, 1); err != nil {
			t.Fatalf("the healthy program fails the torture, so it cannot tell the sick: %v\n%s", err, process.Tail(out, 3000))
		}
	}
	for _, path := range slices.Sorted(maps.Keys(tests)) {
		out, err := goTest(dir, 30*time.Minute, nil, path, "-run", strings.Join(tests[path], "|"))
		for try := 1; err != nil && weary.MatchString(out) && try < tries; try++ {
			out, err = goTest(dir, 30*time.Minute, nil, path, "-run", strings.Join(tests[path], "|"))
		}
		if err != nil {
			t.Fatalf("the healthy program fails %s, so it cannot tell the sick: %v\n%s", path, err, process.Tail(out, 3000))
		}
	}
}

// TestMutantsApply checks cheaply that each fault can still be seeded.
func TestMutantsApply(t *testing.T) {
	t.Parallel()
	files := tree(t)
	names := map[string]bool{}
	for _, m := range mutants {
		if names[m.name] {
			t.Errorf("two mutants are called %q", m.name)
		}
		names[m.name] = true
		for _, e := range m.edits {
			if e.old == "" {
				continue
			}
			if n := strings.Count(string(files[e.file]), e.old); n != 1 {
				t.Errorf("mutant %q no longer applies: %s has its text %d times, not once:\n%s", m.name, e.file, n, e.old)
			}
		}
	}
}
