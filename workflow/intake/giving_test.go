package intake_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"incubase/workflow/intake"
)

var now = time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)

func codes(list []intake.Problem) string {
	var out []string
	for _, p := range list {
		out = append(out, p.Code)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

const good = `"title":"T","currency":"GBP","amountAwarded":10,"awardDate":"2015-06-10T00:00:00+00:00","recipientOrganization":[{"id":"GB-1","name":"Org"}],"fundingOrganization":[{"id":"F","name":"Fund"}]`

// TestDirtyRows: faults are flagged with their place, and the row is taken in all the same.
func TestDirtyRows(t *testing.T) {
	t.Parallel()
	with := func(s string) string { return `{"id":"a",` + good + `,` + s + `}` } // the last of two names counts
	for _, c := range []struct{ name, row, codes string }{
		{"a good row", `{"id":"a",` + good + `}`, ""},
		{"no identifier", `{` + good + `}`, "no_id"},
		{"an amount of zero", with(`"amountAwarded":0`), "zero_amount"},
		{"less than zero", with(`"amountAwarded":-5`), "negative_amount"},
		{"an amount in words", with(`"amountAwarded":"ten"`), "amount_is_text bad_amount"},
		{"an amount as a text", with(`"amountAwarded":"£1,000.50"`), "amount_is_text"},
		{"an amount with its currency behind", with(`"amountAwarded":"25,000 GBP"`), "amount_is_text"},
		{"a decimal comma", with(`"amountAwarded":"25000,00"`), "amount_is_text bad_amount"},
		{"points between thousands", with(`"amountAwarded":"25.000,00"`), "amount_is_text bad_amount"},
		{"a point that may part thousands", with(`"amountAwarded":"25.000"`), "amount_is_text bad_amount"},
		{"blanks between thousands", with(`"amountAwarded":"25 000"`), "amount_is_text bad_amount"},
		{"apostrophes between thousands", with(`"amountAwarded":"25'000.00"`), "amount_is_text bad_amount"},
		{"the sign of another currency", with(`"amountAwarded":"€500"`), "amount_is_text bad_amount"},
		{"a text with an exponent", with(`"amountAwarded":"2.5E4"`), "amount_is_text bad_amount"},
		{"less than zero, as a text", with(`"amountAwarded":"−500"`), "amount_is_text negative_amount"},
		{"a year for a date", with(`"awardDate":"2015"`), "date_incomplete"},
		{"a character of some fonts", with(`"title":"王\ue000"`), "invisible"},
		{"an amount beyond all money", with(`"amountAwarded":1e30`), "bad_amount"},
		{"a fraction of a penny", with(`"amountAwarded":1.005`), "amount_rounded"},
		{"an amount that is a list", with(`"amountAwarded":[1]`), "bad_amount"},
		{"no amount", with(`"amountAwarded":null`), "no_amount"},
		{"paid above awarded", with(`"amountDisbursed":11`), "paid_above_awarded"},
		{"no currency", with(`"currency":""`), "no_currency"},
		{"a currency in small letters", with(`"currency":"gbp"`), "currency_form"},
		{"an unknown currency", with(`"currency":"POUND"`), "unknown_currency"},
		{"a British date", with(`"awardDate":"05/06/2014"`), "date_form"},
		{"a date that is none", with(`"awardDate":"31/02/2014"`), "bad_date"},
		{"a date to come", with(`"awardDate":"2099-01-01"`), "date_in_future"},
		{"a date of long ago", with(`"awardDate":"1066-10-14"`), "date_out_of_range"},
		{"ends before it starts", with(`"plannedDates":[{"startDate":"2015-02-01","endDate":"2015-01-01"}]`),
			"ends_before_start"},
		{"several recipients", with(`"recipientOrganization":[{"id":"x","name":"X"},{"id":"y","name":"Y"}]`),
			"several_recipients"},
		{"a recipient that is no list", with(`"recipientOrganization":{"id":"x","name":"X"}`), "not_a_list"},
		{"a recipient without a name", with(`"recipientOrganization":[{"id":"x"}]`), "no_recipient_name"},
		{"a recipient without an identifier", with(`"recipientOrganization":[{"name":"X"}]`), "no_recipient_id"},
		{"no recipient", with(`"recipientOrganization":[]`), "no_recipient"},
		{"a person", with(`"recipientOrganization":null,"recipientIndividual":{"id":"p","name":"Jane"}`), "individual"},
		{"no title", with(`"title":" "`), "no_title"},
		{"what cannot be seen", with(`"title":"A\u202eB\u0000"`), "invisible"},
		{"a title without an end", with(`"title":"` + strings.Repeat("x", 500) + `"`), "too_long"},
		{"a title that is an object", with(`"title":{}`), "no_title not_text"},
		{"no funder", with(`"fundingOrganization":[]`), "no_funder"},
	} {
		a, ok := intake.ReadAward(7, json.RawMessage(c.row), now)
		if !ok || codes(a.Problems) != c.codes {
			t.Errorf("%s: %v %q, want %q", c.name, ok, codes(a.Problems), c.codes)
		}
		for _, p := range a.Problems {
			if p.Row != 7 || p.Lost || p.ID != a.ID || !p.Message.Complete() || !strings.Contains(p.In("zh"), "第 7 行") ||
				!strings.Contains(p.In("en"), "row 7") {
				t.Errorf("%s: %+v", c.name, p)
			}
		}
		if strings.Contains(fmt.Sprint(a.Recipient), "Jane") {
			t.Errorf("%s: the name of a person was kept", c.name)
		}
	}
	for _, row := range []string{`{}`, `{"ocid":"ocds-1","tender":{"title":"x"}}`, `{"id":1,"title":"x","url":"y"}`,
		`{"amountAwarded":null}`} {
		if a, ok := intake.ReadAward(1, json.RawMessage(row), now); ok || codes(a.Problems) != "not_a_grant" ||
			!a.Problems[0].Lost {
			t.Errorf("%s was taken for a grant: %+v", row, a)
		}
	}
	for _, row := range []string{`7`, `null`, `"x"`, `[]`} {
		if a, ok := intake.ReadAward(1, json.RawMessage(row), now); ok || codes(a.Problems) != "not_an_object" ||
			!a.Problems[0].Lost {
			t.Errorf("%s was taken for a grant: %+v", row, a)
		}
	}
}

func TestAmountsInTheirCurrency(t *testing.T) {
	t.Parallel()
	for row, want := range map[string]int64{`"currency":"JPY","amountAwarded":500`: 500,
		`"currency":"KWD","amountAwarded":1.5`: 1500, `"amountAwarded":0.1`: 10} {
		a, _ := intake.ReadAward(1, json.RawMessage(`{"id":"a",`+good+`,`+row+`}`), now)
		if int64(a.Awarded) != want || len(a.Problems) > 0 {
			t.Errorf("%s: %d, want %d; %v", row, a.Awarded, want, a.Problems)
		}
	}
}

func utf16le(s string, mark bool) string {
	var b strings.Builder
	if mark {
		b.WriteString("\xff\xfe")
	}
	for _, u := range utf16.Encode([]rune(s)) {
		b.WriteByte(byte(u))
		b.WriteByte(byte(u >> 8))
	}
	return b.String()
}

// TestShapesOfFiles: the list may stand alone or among other properties, in any encoding; a fault names the last good
// row.
func TestShapesOfFiles(t *testing.T) {
	t.Parallel()
	row := `{"id":"é"}`
	for _, c := range []struct {
		name, file string
		rows       int
		fails      string
	}{
		{"an object", `{"grants":[` + row + `,` + row + `]}`, 2, ""},
		{"a list", ` [` + row + `] `, 1, ""},
		{"other things around", `{"a":{"grants":[1]},"grants":[` + row + `],"z":[[{}]]}`, 1, ""},
		{"nobody in it", `{"grants":[]}`, 0, ""},
		{"UTF-8 with a mark", "\xEF\xBB\xBF" + `[` + row + `]`, 1, ""},
		{"UTF-16 with a mark", utf16le(`[`+row+`]`, true), 1, ""},
		{"UTF-16 without", utf16le(`[`+row+`]`, false), 1, ""},
		{"no list", `{"awards":[]}`, 0, `no list "grants"`},
		{"two lists", `{"grants":[],"grants":[]}`, 0, "twice"},
		{"grants is no list", `{"grants":{}}`, 0, "no list"},
		{"cut off", `{"grants":[` + row + `,{"id"`, 1, "ends too early, after row 1"},
		{"nothing", ``, 0, "ends too early"},
		{"something behind", `[` + row + `] x`, 1, "after row 1"},
		{"not JSON", `<html>`, 0, "no 360Giving JSON"},
		{"a comma too many", `[` + row + `,]`, 1, "after row 1"},
	} {
		n := 0
		err := intake.Grants(strings.NewReader(c.file), func(row int, raw json.RawMessage) error {
			if n++; row != n || !strings.Contains(string(raw), "é") {
				t.Errorf("%s: row %d is %s", c.name, row, raw)
			}
			return nil
		})
		if n != c.rows || (err == nil) != (c.fails == "") || err != nil && !strings.Contains(err.Error(), c.fails) {
			t.Errorf("%s: %d rows, %v", c.name, n, err)
		}
	}
}

type endless struct{ begun bool }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	if !e.begun {
		e.begun = true
		return copy(p, `{"grants":[{"title":"`), nil
	}
	return len(p), nil
}

func TestAnEndlessRowIsRefused(t *testing.T) {
	t.Parallel()
	var long *intake.TooLong
	if err := intake.Grants(&endless{}, func(int, json.RawMessage) error { return nil }); !errors.As(err, &long) ||
		long.Row != 1 {
		t.Error(err)
	}
}

// TestRealFiles reads the grants that two foundations have published.
func TestRealFiles(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		rows  int
		codes map[string]int
	}{
		"lloyds_bank_foundation_2010_2015.json": {4116, map[string]int{"zero_amount": 1}},
		"wolfson_foundation_2014.json":          {379, map[string]int{"date_form": 379, "zero_amount": 114}},
	} {
		f, err := os.Open("../../../shared/data/360giving/" + name)
		if err != nil {
			if os.Getenv("INCUBASE_SHARED") == "required" {
				t.Fatal(err)
			}
			t.Skip("the grants are not there: ", err)
		}
		defer f.Close()
		rows, found := 0, map[string]int{}
		err = intake.Grants(f, func(row int, raw json.RawMessage) error {
			rows++
			a, ok := intake.ReadAward(row, raw, now)
			if !ok || a.On.IsZero() || a.Currency != "GBP" || a.Recipient.ID == "" {
				t.Errorf("%s: row %d: %+v", name, row, a)
			}
			for _, p := range a.Problems {
				found[p.Code]++
			}
			return nil
		})
		if err != nil || rows != want.rows || fmt.Sprint(found) != fmt.Sprint(want.codes) {
			t.Errorf("%s: %d rows, %v, %v", name, rows, found, err)
		}
	}
}

func FuzzGrants(f *testing.F) {
	f.Add([]byte(`{"grants":[{"id":"a",` + good + `}]}`))
	f.Add([]byte(utf16le(`[{"id":"a"}]`, true)))
	f.Add([]byte(`{"grants":[{"amountAwarded":"x","plannedDates":[{"startDate":5}]},7]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		_ = intake.Grants(strings.NewReader(string(b)), func(row int, raw json.RawMessage) error {
			a, ok := intake.ReadAward(row, raw, now)
			if ok && (a.ID == "" || a.Title == "" || a.Recipient.Name == "" || len([]rune(a.Title)) > 200 ||
				len([]rune(a.RecordName())) < 2 || len([]rune(a.RecordName())) > 100) {
				t.Errorf("taken in incomplete: %+v", a)
			}
			if ok && (a.Awarded < 0 || a.Paid < 0 || a.Applied < 0) {
				t.Errorf("less than nothing: %+v", a)
			}
			for _, p := range a.Problems {
				if !p.Message.Complete() {
					t.Errorf("words are missing: %+v", p)
				}
			}
			return nil
		})
	})
}

var _ io.Reader = &endless{}
