package walk

import (
	"strings"
	"testing"

	"incubase/workflow/money"
)

func TestAGrantIsReadAsAnApplication(t *testing.T) {
	t.Parallel()
	const to = `,"title":"T","description":"D","recipientOrganization":[{"id":"o1","name":"School"}]}`
	for _, c := range []struct {
		name   string
		row    string
		fen    money.Fen
		reason string // part of why it is left out
	}{
		{"a whole amount is yuan", `{"id":"a","amountAwarded":40000.0` + to, 4_000_000, ""},
		{"a fraction keeps its fen", `{"id":"a","amountAwarded":0.29` + to, 29, ""},
		{"an amount in quotes counts", `{"id":"a","amountAwarded":"18500"` + to, 1_850_000, ""},
		{"zeros behind the point mean nothing", `{"id":"a","amountAwarded":12.5000` + to, 0, "unusable amount 12.5000"},
		{"no amount", `{"id":"a"` + to, 0, "no amount"},
		{"a null amount", `{"id":"a","amountAwarded":null` + to, 0, "no amount"},
		{"nothing awarded", `{"id":"a","amountAwarded":0.0` + to, 0, "zero"},
		{"a negative amount", `{"id":"a","amountAwarded":-5` + to, 0, "unusable"},
		{"words for an amount", `{"id":"a","amountAwarded":"about five"` + to, 0, "unusable"},
		{"an exponent is no amount of money", `{"id":"a","amountAwarded":1e3` + to, 0, "unusable"},
		{"nobody receives it", `{"id":"a","amountAwarded":5,"title":"T"}`, 0, "no recipient"},
		{"it has no title", `{"id":"a","amountAwarded":5,"recipientOrganization":[{"name":"S"}]}`, 0, "no title"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			use, out, err := decodeGrants(strings.NewReader(`{"grants":[`+c.row+`]}`), 0)
			switch {
			case err != nil:
				t.Fatal(err)
			case c.reason != "" && (len(use) != 0 || len(out) != 1 || !strings.Contains(out[0].Reason, c.reason)):
				t.Errorf("used %v, left out %v; want it left out for %q", use, out, c.reason)
			case c.reason == "" && (len(use) != 1 || use[0].amount != c.fen):
				t.Errorf("got %v, left out %v; want %d fen", use, out, c.fen)
			}
		})
	}
}

func TestTheCountIsOfUsableRows(t *testing.T) {
	t.Parallel()
	row := func(id, amount string) string {
		return `{"id":"` + id + `","title":"T","recipientOrganization":[{"name":"S"}],"amountAwarded":` + amount + `}`
	}
	file := `{"grants":[` + strings.Join([]string{row("a", "1"), row("b", "null"), row("a", "2"), row("c", "3"),
		row("d", "4")}, ",") + `]}`
	use, out, err := decodeGrants(strings.NewReader(file), 2)
	if err != nil {
		t.Fatal(err)
	}
	if len(use) != 2 || use[0].row != "a" || use[1].row != "c" {
		t.Errorf("used %v, want a and c", use)
	}
	if len(out) != 2 || out[0].ID != "b" || !strings.Contains(out[1].Reason, "twice") {
		t.Errorf("left out %v, want b and the second a", out)
	}
}

func TestAFileThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "[]", "{}", `{"grants":[]}`, `{"grants":1}`} {
		if _, _, err := decodeGrants(strings.NewReader(s), 0); err == nil {
			t.Errorf("%q was read without an error", s)
		}
	}
}
