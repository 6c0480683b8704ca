package catalog_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"incubase/workflow/catalog"
	"incubase/workflow/machine"
)

// payment returns the shipped payment definition with one passage changed.
func payment(t testing.TB, old, changed string) string {
	t.Helper()
	b, err := catalog.Source("payment")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(b), old) {
		t.Fatal("the definition has no", old)
	}
	return strings.Replace(string(b), old, changed, 1)
}

func TestDecodeIsStrict(t *testing.T) {
	t.Parallel()
	good := payment(t, "", "")
	for _, tt := range []struct{ name, source, want string }{
		{"an unknown field", good + "\nextra: 1\n", `unknown field "extra"; docs/definitions.md`},
		{"an unknown field of an action", payment(t, "    turn: true", "    turns: true"), `line 38: unknown field "turns"`},
		{"an unknown field of a branch", payment(t, "    to: paid", "    to: [{to: paid, wenn: []}]"),
			`line 36: unknown field "wenn"`},
		{"a third language", payment(t, "en: Payment of a tranche}", "en: Payment of a tranche, fr: x}"),
			`line 4: unknown field "fr"`},
		{"a key twice", good + "\nname: again\n", "keep one of the two"},
		{"a key twice in an action", payment(t, "    turn: true", "    turn: true\n    turn: true"), "line 39: "},
		{"a parameter twice", payment(t, "{actions: [create, retry]}", "{actions: [create, retry], actions: [create]}"),
			"keep one of the two"},
		{"two documents", good + "\n---\n" + good, "line 70: exactly one YAML document"},
		{"something after the end", good + "\n...\nname: y\n", "line 70: exactly one YAML document"},
		{"an anchor", "a: &x 1\n", "line 1: anchors (&) are not allowed"},
		{"an alias", "a: 1\nb: *x\n", "line 2: aliases (*) are not allowed"},
		{"a merge key", "<<: {a: b}\n", "line 1: merge keys"},
		{"a tag", "!!binary name: x\n", "line 1: tags (!)"},
		{"a directive", "%YAML 1.1\n---\nname: x\n", "line 1: directives"},
		{"a key of several words", "? name\n: x\n", "line 1: keys with"},
		{"nothing", "", "exactly one YAML document"},
		{"a comment only", "# nothing\n", "exactly one YAML document"},
		{"a list", "- 1\n", "line 1: a mapping"},
		{"a word", "name\n", "line 1: a mapping"},
		{"a guard with two names", payment(t, "[parent_over]", "[{parent_over: {}, settled: {}}]"),
			"line 67: one name an entry, not 2"},
		{"a list where a word belongs", payment(t, "name: payment", "name: [1]"), "line 2: "},
		{"a word where a number belongs", payment(t, "version: 1", "version: one"), "line 3: "},
		{"half a version", payment(t, "version: 1", "version: 1.5"), "line 3: numbers are whole"},
		{"a version in hexadecimal", payment(t, "version: 1", "version: 0x10"), "line 3: numbers are whole"},
		{"a version that looks octal", payment(t, "version: 1", "version: 010"), "line 3: numbers are whole"},
		{"a version beyond all numbers", payment(t, "version: 1", "version: 99999999999999999999999"), "line 3: "},
		{"yes for true", payment(t, "turn: true", "turn: yes"), "line 38: "},
		{"a name read from right to left", payment(t, "Payment of a tranche", "Payment \u202eof a tranche"),
			"line 4: it has control characters that turn the direction of writing: type it again without them"},
		{"a name with a character of no width", payment(t, "Payment of a tranche", "Payment \u200bof a tranche"),
			"line 4: it has characters that cannot be seen: take them out"},
		{"the same, escaped", payment(t, "en: Payment of a tranche}", `en: "Payment \u202eof a tranche"}`),
			"line 4: it has control characters that turn the direction of writing: type it again without them"},
		{"another encoding", "\xff\xfen\x00", "save it as UTF-8"},
		{"more than a mebibyte", good + strings.Repeat("# ..............................\n", 1<<15), "cut it down"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := catalog.Decode([]byte(tt.source))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v, want %q", err, tt.want)
			}
			var fault *catalog.Fault
			if !errors.As(err, &fault) || !fault.Message.Complete() {
				t.Errorf("%v is not said in both languages", err)
			}
		})
	}
}

func TestDecodeTakes(t *testing.T) {
	t.Parallel()
	good := payment(t, "", "")
	for name, source := range map[string]string{
		"a document with its header": "---\n" + good,
		"a byte order mark":          "\ufeff" + good,
		"line ends of Windows":       strings.ReplaceAll(good, "\n", "\r\n"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := catalog.Decode([]byte(source))
			if err == nil {
				_, err = machine.Compile(d)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// TestDecodeIsCheap tries hostile mebibytes, each of which keeps an unchecked YAML parser busy for minutes or takes
// all memory.
func TestDecodeIsCheap(t *testing.T) {
	t.Parallel()
	for name, part := range map[string]string{
		"dashes on one line": "- ", "dashes on lines": "-\n", "anchors": "&a ", "keys on one line": "a: ",
		"lists opened": "[", "maps in lists": "[{a: ", "pairs": "a: b\n",
	} {
		t.Run(name, func(t *testing.T) {
			much := strings.Repeat(part, catalog.MaxSize/len(part)-20)
			for _, source := range []string{much, "source: [" + much + "]"} {
				start := time.Now()
				if _, err := catalog.Decode([]byte(source)); err == nil || len(err.Error()) > 1000 {
					t.Errorf("got %.1000v", err)
				}
				if spent := time.Since(start); spent > time.Minute { // an unchecked one takes minutes, ours a second
					t.Errorf("%v for %q...", spent, source[:30])
				}
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	for _, n := range []string{"grant", "incubation", "report", "payment", "round"} {
		b, err := catalog.Source(n)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		f.Add(b[:len(b)/2])
	}
	for _, s := range []string{"a: &a [*a]", "name: x\nactions: [{to: [{}]}]", "name: x\nactions: [{guards: [{a: }]}]",
		"- - - a", "parties: [{label: {zh: 1}}]", "a: |\n  b\n c"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := catalog.Decode(b)
		var fault *catalog.Fault
		if err != nil && !errors.As(err, &fault) {
			t.Fatalf("%v says no line", err)
		}
		if err == nil {
			_, _ = machine.Compile(d)
		}
	})
}
