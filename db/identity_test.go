package db_test

import (
	"testing"

	"github.com/lib/pq"

	"incubase/db/dbtest"
	"incubase/db/pg"
	"incubase/workflow/clean"
)

// The schema compares names as the program does, for every character of the basic plane and every ideograph, and
// stores every text that the program accepts.
func TestIdentityIsOne(t *testing.T) {
	t.Parallel()
	owner := dbtest.Open(t, pg.Options{}).Owner(t)
	var texts []string
	for r := rune(1); r < 0x30000; r++ {
		if r >= 0xd800 && r <= 0xdfff || r >= 0xe000 && r <= 0xf8ff ||
			r >= 0x10000 && r < 0x20000 { // supplementary scripts grow with every Unicode edition
			continue
		}
		s, _ := clean.Tidy("a" + string(r) + "b")
		if clean.Problem(s) == nil {
			texts = append(texts, s)
		}
	}
	texts = append(texts, "样例小工坊（东风）", "样例⼩⼯坊 (东风)", "“样例号”", "⻰江・ＡＢＣ－15", "👨\u200d👩", "ᠭ\u180e\u200cᠡ", "一行\n二行")
	rows, err := owner.Query(`select t, identity_of(t) from unnest($1::text[]) t`, pq.Array(texts))
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	other := 0
	for rows.Next() {
		var s, identity string
		if err := rows.Scan(&s, &identity); err != nil {
			t.Fatal(err)
		}
		if want := clean.Identity(s); identity != want {
			if other++; other < 20 {
				t.Errorf("%q (%X) is %q in the schema, %q in the program", s, []rune(s), identity, want)
			}
		}
	}
	if err := rows.Err(); err != nil || len(texts) < 100_000 {
		t.Fatal(len(texts), err)
	}
	if _, err := owner.Exec(`select t::plain_text from unnest($1::text[]) t`, pq.Array(texts)); err != nil {
		var first string
		_ = owner.QueryRow(
			`select t from unnest($1::text[]) t where t is not nfc normalized
				or t ~ '[\u0001-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF]' limit
				1`, pq.Array(texts)).Scan(&first)
		t.Errorf("the schema refuses %q (%X), which the program lets pass: %v", first, []rune(first), err)
	}
	for _, s := range []string{"a\u202eb", "a\u2066b", "a\u200bb", "a\u00adb", "a\x0bb"} {
		if _, err := owner.Exec(`select $1::plain_text`, s); err == nil {
			t.Errorf("the schema takes %q", s)
		}
	}
}
