package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"incubase/db/cases"
	"incubase/db/pg"
	"incubase/db/records"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/machine"
	"incubase/workflow/region"
)

// boundEvent is an event with the present rows that name it.
type boundEvent struct {
	cases.EventRow
	MAC   []byte `db:"rows_mac"`
	Wrote []byte `db:"wrote"`
}

// verifyWrote compares an event and the rows it wrote with their MAC.
func (d *Verifier) verifyWrote(e *workflow.Event, row *boundEvent, report func(pg.Problem)) {
	if !d.Binds() {
		return
	}
	name := fmt.Sprintf("case %s event %d", e.Case, e.Seq)
	say := func(table, what string) { report(pg.Problem{Table: table, Row: name, What: what}) }
	var w pg.Wrote
	if err := json.Unmarshal(row.Wrote, &w); err != nil {
		say("events", "what it wrote cannot be read: "+err.Error())
		return
	}
	for table, rows := range w {
		if rows == nil {
			delete(w, table)
		}
	}
	mac, err := d.RowKey.Event(pg.Bytea(e.Hash), w)
	switch {
	case err != nil:
		say("events", err.Error())
	case row.MAC == nil:
		say("events", "no server wrote it: it is not bound")
	case mac != pg.HashOf(row.MAC):
		say("events", "it, or its answers, postings, papers, signals, coachings or results, are not as it wrote them")
	}
	for _, text := range w["case_answers"] {
		var a struct {
			Body   json.RawMessage
			Digest string
			Erased *time.Time `json:"erased_at"`
		}
		if err := json.Unmarshal(text, &a); err != nil {
			say("case_answers", err.Error())
			continue
		}
		if digest, err := d.RowKey.Digest(a.Body); a.Erased == nil && (err != nil || pg.Bytea(digest) != a.Digest) {
			say("case_answers", "are not those that were frozen")
		}
	}
}

type boundCaseRow struct {
	ID         string         `db:"id"`
	Ref        string         `db:"ref"`
	Row        []byte         `db:"row"`
	MAC        []byte         `db:"row_mac"`
	Due        *calendar.Date `db:"due_on"`
	Region     region.Code    `db:"region"`
	Province   region.Code    `db:"province"`
	City       region.Code    `db:"city"`
	County     region.Code    `db:"county"`
	Street     region.Code    `db:"street"`
	Community  region.Code    `db:"community"`
	Round      *string        `db:"round"`
	RoundState *string        `db:"round_state"`
	RoundName  *string        `db:"round_name"`
	RoundHead  *string        `db:"round_agency"`
	Closes     *time.Time     `db:"closes_at"`
	Allow      bool           `db:"allow_provisional"`
	Timers     []byte         `db:"timers"`
	Parties    []byte         `db:"parties"`
}

// verifyCases compares every case with its last event's MAC, and dependent rows with the case.
func (d *Verifier) verifyCases(ctx context.Context, idle int, report func(pg.Problem)) error {
	for after := pg.NoID; ; {
		begun := time.Now()
		var rows []boundCaseRow
		if err := d.Read.All(ctx, &rows, "verify_cases", after, pg.VerifyPage); err != nil {
			return err
		}
		for i := range rows {
			after = rows[i].ID
			d.verifyCase(&rows[i], report)
		}
		if len(rows) < pg.VerifyPage {
			return nil
		}
		if err := rest(ctx, idle, begun); err != nil {
			return err
		}
	}
}

func (d *Verifier) verifyCase(r *boundCaseRow, report func(pg.Problem)) {
	say := func(table, what string) { report(pg.Problem{Table: table, Row: r.Ref, What: what}) }
	var c struct {
		ID          workflow.ID
		Workflow    string
		State       workflow.State
		Title       string
		Agency      *string `json:"agency_id"`
		Clocks      []workflow.Clock
		Assignments []workflow.Assignment
		Cosigns     []workflow.Cosign
		Parts       workflow.Parts
		Doers       map[string][]workflow.ID
		Imported    bool
	}
	if err := json.Unmarshal(r.Row, &c); err != nil {
		say("cases", "cannot be read: "+err.Error())
		return
	}
	mac, err := d.RowKey.Row("cases", r.Row)
	switch {
	case err != nil:
		say("cases", err.Error())
	case r.MAC == nil:
		say("cases", "its last event does not bind it: no server wrote that, or the case had been changed before it")
	case mac != pg.HashOf(r.MAC):
		say("cases", "is not as its last event left it")
	}
	if c.Workflow == machine.RoundWorkflow && pg.Str(r.Round) == c.ID {
		if pg.Str(r.RoundState) != string(c.State) {
			say("rounds", "state: "+pg.Str(r.RoundState)+", and its case says "+string(c.State))
		}
		if pg.Str(r.RoundName) != c.Title || pg.Str(r.RoundHead) != pg.Str(c.Agency) {
			say("cases", "title, agency_id: its record says "+pg.Str(r.RoundName)+", "+pg.Str(r.RoundHead))
		}
		for _, k := range c.Clocks {
			if !k.At.IsZero() && (r.Closes == nil || !k.At.Equal(*r.Closes)) {
				say("cases", "clocks: closes at another time than its record says")
			}
		}
	}
	as := workflow.Case{ID: c.ID, Clocks: c.Clocks, Assignments: c.Assignments, Cosigns: c.Cosigns, Parts: c.Parts,
		Doers: c.Doers}
	if due := as.Earliest(); (due == nil) != (r.Due == nil) || due != nil && *due != *r.Due {
		say("cases", "due_on: another day than its clocks say")
	}
	if want := timerLines(cases.TimersOf(&as, as.Alarms(r.Allow))); !slices.Equal(want, storedTimers(r.Timers)) {
		say("timers", "are not those of the case's clocks")
	}
	want, stored := partyLines(cases.Parties(&as)), storedParties(r.Parties)
	missing := slices.ContainsFunc(want, func(line string) bool { return !slices.Contains(stored, line) })
	more := slices.ContainsFunc(stored, func(line string) bool { // draft writers are stored when they save
		return !slices.Contains(want, line) && !strings.HasPrefix(line, "helper ")
	})
	if missing || more {
		say("case_parties", "are not those of the case")
	}
}

func timerLines(rows []cases.TimerDoc) (lines []string) {
	for _, t := range rows {
		lines = append(lines, fmt.Sprintf("%s %d %s %s %t", t.Name, t.Since, pg.Micro(t.Fires).Format(time.RFC3339Nano),
			t.Action, t.Provisional))
	}
	slices.Sort(lines)
	return lines
}

func storedTimers(text []byte) []string {
	var rows []cases.TimerDoc
	if err := pg.Decode(text, &rows); err != nil {
		return []string{err.Error()}
	}
	return timerLines(rows)
}

func partyLines(rows []cases.PartyDoc) (lines []string) {
	for _, p := range rows {
		lines = append(lines, p.Part+" "+p.Who)
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

func storedParties(text []byte) []string {
	var rows []cases.PartyDoc
	if err := pg.Decode(text, &rows); err != nil {
		return []string{err.Error()}
	}
	return partyLines(rows)
}

type voidRow struct {
	Paper string    `db:"paper_id"`
	Case  string    `db:"case_id"`
	Seq   int       `db:"seq"`
	Kind  string    `db:"kind"`
	At    time.Time `db:"at"`
	MAC   []byte    `db:"row_mac"`
}

// verifyVoids checks that an act voided each void paper.
func (d *Verifier) verifyVoids(ctx context.Context, report func(pg.Problem)) error {
	for after := pg.NoID; ; {
		var rows []voidRow
		if err := d.Read.All(ctx, &rows, "verify_voids", after, pg.VerifyPage); err != nil {
			return err
		}
		for _, v := range rows {
			after = v.Paper
			if v.MAC == nil || cases.Void(d.RowKey, cases.VoidDoc{Case: v.Case, Seq: v.Seq, Kind: v.Kind,
				At: v.At}) != pg.HashOf(v.MAC) {
				report(pg.Problem{Table: "paper_voids", Row: v.Paper, What: "no act took the force of this paper"})
			}
		}
		if len(rows) < pg.VerifyPage {
			return nil
		}
	}
}

// verifyRows compares the rows of a paged statement with their own MACs.
func (d *Verifier) verifyRows(ctx context.Context, statement, after string, report func(pg.Problem)) error {
	for {
		var rows []struct {
			Key   string `db:"key"`
			Table string `db:"table"`
			Row   []byte `db:"row"`
			MAC   []byte `db:"row_mac"`

			Case    *workflow.ID `db:"case_id"` // of a file
			CaseMAC []byte       `db:"case_mac"`
		}
		if err := d.Read.All(ctx, &rows, statement, after, pg.VerifyPage); err != nil {
			return err
		}
		for _, r := range rows {
			after = r.Key
			mac, err := d.RowKey.Row(r.Table, r.Row)
			switch {
			case err != nil:
				report(pg.Problem{Table: r.Table, Row: r.Key, What: err.Error()})
			case r.MAC == nil:
				report(pg.Problem{Table: r.Table, Row: r.Key, What: "no server wrote it: it is not bound"})
			case mac != pg.HashOf(r.MAC):
				report(pg.Problem{Table: r.Table, Row: r.Key, What: "is not as a server wrote it"})
			}
			if r.Case != nil && d.RowKey.Attached(r.Key, *r.Case) != pg.Bytea(pg.HashOf(r.CaseMAC)) {
				report(pg.Problem{Table: r.Table, Row: r.Key, What: "case_id: no act named this file on that case"})
			}
		}
		if len(rows) < pg.VerifyPage {
			return nil
		}
	}
}

// verifyBound compares rows with their MACs, except what verifyEvents and verifyRecords compare.
func (d *Verifier) verifyBound(ctx context.Context, idle int, report func(pg.Problem)) error {
	if err := d.verifyCases(ctx, idle, report); err != nil {
		return err
	}
	if err := d.verifyVoids(ctx, report); err != nil {
		return err
	}
	for statement, first := range map[string]string{"verify_objection_rows": pg.NoID + " 0",
		"verify_session_rows":    pg.NoID,
		"verify_attachment_rows": pg.NoID} {
		if err := d.verifyRows(ctx, statement, first, report); err != nil {
			return err
		}
	}
	return d.verifyWhole(ctx, report, "verify_strays")
}

func (d *Verifier) verifyEntry(r *records.RecordLogRow, report func(pg.Problem)) {
	if !d.Binds() || r.Row == nil {
		return
	}
	say := func(table, what string) { report(pg.Problem{Table: table, Row: r.Kind + " " + r.ID, What: what}) }
	mac, err := d.RowKey.Entry(&pg.EntryRow{Kind: r.Kind, ID: r.ID, Seq: r.Seq, Hash: r.Hash, Row: r.Row})
	switch {
	case err != nil:
		say("record_log", err.Error())
	case r.MAC == nil:
		say("record_log", "its last entry does not bind it: no server wrote that, or the record had been changed before it")
	case mac != pg.HashOf(r.MAC):
		say(tableOf(r.Row), "is not as the last entry of its log left it")
	}
}

func tableOf(row []byte) string {
	var tables map[string]json.RawMessage
	_ = json.Unmarshal(row, &tables)
	names := []string{}
	for name := range tables {
		if name != "account_codes" && name != "calendar_days" {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}
