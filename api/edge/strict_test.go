package edge_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"incubase/api/edge"
	"incubase/workflow"
)

func nested(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }

func TestStrict(t *testing.T) {
	t.Parallel()
	const fine, malformed, invalid = 0, 400, 422
	rows := []struct {
		name, body string
		status     int
		field      string
	}{
		{"an object is taken", `{"a":1,"b":[true,null,"社区"],"c":{"a":1}}`, fine, ""},
		{"the same key in two objects is taken", `[{"a":1},{"a":1}]`, fine, ""},
		{"keys that differ in case are two keys", `{"a":1,"A":2}`, fine, ""},
		{"several lines and tabs are taken", `{"note":"一\n二\r\n\t三"}`, fine, ""},
		{"an emoji with joiners is taken", `{"note":"👩‍👧"}`, fine, ""},
		{"nesting of 32 levels is taken", nested(edge.MaxDepth), fine, ""},
		{"nothing is refused", ``, malformed, ""},
		{"white space alone is refused", " \n\t ", malformed, ""},
		{"words that are no JSON are refused", `login=officer`, malformed, ""},
		{"an object cut off is refused", `{"a":`, malformed, ""},
		{"a missing comma is refused", `{"a":1 "b":2}`, malformed, ""},
		{"a trailing comma is refused", `{"a":1,}`, malformed, ""},
		{"single quotes are refused", `{'a':1}`, malformed, ""},
		{"a comment is refused", `{"a":1/*x*/}`, malformed, ""},
		{"not-a-number is refused", `{"a":NaN}`, malformed, ""},
		{"infinity is refused", `{"a":Infinity}`, malformed, ""},
		{"a number with a leading zero is refused", `{"a":01}`, malformed, ""},
		{"a second value is refused", `{"a":1}{"a":2}`, malformed, ""},
		{"words after the value are refused", `{"a":1} x`, malformed, ""},
		{"a byte order mark is refused", "\ufeff{}", malformed, ""},
		{"bytes that are no UTF-8 are refused", "{\"a\":\"\xff\"}", malformed, ""},
		{"UTF-16 is refused", "{\x00}\x00", malformed, ""},
		{"a key given twice is refused with its name", `{"a":1,"a":1}`, malformed, "a"},
		{"a key given twice in a list is refused with its place", `{"fields":{"rows":[{},{"n":1,"n":2}]}}`, malformed,
			"fields.rows.1.n"},
		{"the same key in another spelling is given twice", `{"a":1,"\u0061":2}`, malformed, "a"},
		{"nesting of 33 levels is refused", nested(edge.MaxDepth + 1), malformed,
			strings.Repeat("0.", edge.MaxDepth-1) + "0"},
		{"nesting of 20000 levels is refused", nested(20000), malformed, ""},
		{"a hundred thousand open brackets are refused", strings.Repeat("[", 100000), malformed, ""},
		{"a raw control character is refused", "{\"a\":\"x\x01\"}", malformed, ""},
		{"a zero character is not acceptable", `{"fields":{"note":"a\u0000b"}}`, invalid, "fields.note"},
		{"a bidirectional override is not acceptable", `{"name":"abc\u202egpj.exe"}`, invalid, "name"},
		{"an override in a list is not acceptable", `{"ids":["a","b\u202d"]}`, invalid, "ids.1"},
		{"a character of no font is not acceptable", `{"name":"\uf8ff"}`, invalid, "name"},
		{"what is taken out of copied text is taken", `{"name":"\ufeff王\u200b五\u00ad\u200e"}`, fine, ""},
		{"a vertical tab is taken for a line end", `{"note":"一\u000b二"}`, fine, ""},
		{"a separator of Mongolian vowels is taken", `{"name":"ᠠ\u180eᠠ"}`, fine, ""},
		{"half of a surrogate pair is not acceptable", `{"name":"\ud800"}`, invalid, "name"},
		{"a deceptive key is refused", `{"na\u202eme":1}`, malformed, ""},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			status, field := outcome(edge.Strict(context.Background(), []byte(r.body)))
			if status != r.status || field != r.field {
				t.Errorf("got %d at %q, want %d at %q", status, field, r.status, r.field)
			}
		})
	}
}

// outcome returns the status for an error of Strict, and its first field.
func outcome(err error) (status int, field string) {
	var m *edge.Malformed
	var v *workflow.Invalid
	switch {
	case err == nil:
		return 0, ""
	case errors.As(err, &m):
		return 400, m.Field
	case errors.As(err, &v):
		return 422, v.Fields[0].Field
	}
	return 500, ""
}

func TestStrictNamesEveryDeceptiveTextAtOnce(t *testing.T) {
	t.Parallel()
	var v *workflow.Invalid
	if err := edge.Strict(context.Background(), []byte(`{"a":"\u0000","b":"fine","c":["\u202e"]}`)); !errors.As(err, &v) ||
		len(v.Fields) != 2 {
		t.Fatalf("got %v, want two fields", err)
	}
}

// TestStrictIsLinear: a path for every value would copy the long key for each, 100 GB in all.
func TestStrictIsLinear(t *testing.T) {
	t.Parallel()
	name, path := strings.Repeat("k", edge.MaxName), ""
	for range edge.MaxDepth - 2 {
		path += `{"` + name + `":`
	}
	body := path + `[1` + strings.Repeat(",1", edge.MaxValues-100) + `]` + strings.Repeat("}", edge.MaxDepth-2)
	var err error
	r := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			err = edge.Strict(b.Context(), []byte(body))
		}
	})
	if err != nil || r.AllocedBytesPerOp() > 4<<20 {
		t.Errorf("%v, %d bytes allocated", err, r.AllocedBytesPerOp())
	}
}

func TestStrictIsBounded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("长", edge.MaxName+1)
	rows := map[string]string{
		"more values than allowed":             `[0` + strings.Repeat(",0", edge.MaxValues) + `]`,
		"a name longer than allowed":           `{"` + long + `":1}`,
		"a name of 900 KB":                     `{"` + strings.Repeat("k", 900_000) + `":1}`,
		"a number of many digits":              `{"a":1` + strings.Repeat("0", 900_000) + `}`,
		"a number that is huge written out":    `{"a":1e999999999}`,
		"a number that is tiny":                `{"a":1e-999999999}`,
		"a number whose exponent is no number": `{"a":1e99999999999999999999}`,
	}
	for name, body := range rows {
		err := edge.Strict(t.Context(), []byte(body))
		if status, field := outcome(err); status != 400 || len(err.Error()) > 1000 || len(field) > 500 {
			t.Errorf("%s: %d, %d bytes", name, status, len(err.Error()))
		}
	}
	if err := edge.Strict(t.Context(), []byte(`{"a":[1e2,-3.5E-7,123456789012345678]}`)); err != nil {
		t.Error("an everyday number:", err)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := edge.Strict(over, []byte(`{"a":1}`)); !errors.Is(err, context.Canceled) {
		t.Error("work goes on after the request is over:", err)
	}
}

func TestDigest(t *testing.T) {
	t.Parallel()
	base := edge.Digest("POST", "/cases", []byte(`{"a":1,"b":"二"}`))
	same := map[string]string{
		"white space does not matter":       "{ \"a\" : 1,\n\"b\":\"二\"}",
		"the order of keys does not matter": `{"b":"二","a":1}`,
		"escapes do not matter":             `{"a":1,"b":"\u4e8c"}`,
	}
	for name, body := range same {
		if edge.Digest("POST", "/cases", []byte(body)) != base {
			t.Errorf("%s: another digest", name)
		}
	}
	other := map[string]func() workflow.Hash{
		"another method": func() workflow.Hash {
			return edge.Digest("PATCH", "/cases",
				[]byte(`{"a":1,"b":"二"}`))
		},
		"another path": func() workflow.Hash {
			return edge.Digest("POST", "/case",
				[]byte(`{"a":1,"b":"二"}`))
		},
		"another value": func() workflow.Hash {
			return edge.Digest("POST", "/cases",
				[]byte(`{"a":2,"b":"二"}`))
		},
		"a number is no text": func() workflow.Hash {
			return edge.Digest("POST", "/cases",
				[]byte(`{"a":"1","b":"二"}`))
		},
		"a number keeps all digits": func() workflow.Hash {
			return edge.Digest("POST", "/cases",
				[]byte(`{"a":1.0,"b":"二"}`))
		},
		"the order of a list matters": func() workflow.Hash { return edge.Digest("POST", "/cases", []byte(`{"a":[1,2]}`)) },
	}
	seen := map[workflow.Hash]string{base: "the first",
		edge.Digest("POST", "/cases", []byte(`{"a":[2,1]}`)): "the other order"}
	for name, digest := range other {
		if twin, ok := seen[digest()]; ok {
			t.Errorf("%s: the digest of %s", name, twin)
		}
	}
}

// FuzzStrict: the canonical form of an accepted body is accepted too, with the same digest.
func FuzzStrict(f *testing.F) {
	for _, s := range []string{`{"a":1}`, `{"a":1,"a":2}`, `[[[[]]]]`, `{"a":NaN}`, `{"a":"\u0000"}`, "\xff", `{} {}`, ``,
		`{"note":"社区","fields":{"amount_fen":1e3}}`,
		`{"version":9223372036854775808}`, `"\ud800\udc00"`, `{"":{"":[{"":0}]}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if status, _ := outcome(edge.Strict(context.Background(), body)); status != 0 {
			if status != 400 && status != 422 {
				t.Fatalf("an error of no kind: %d", status)
			}
			return
		}
		var v any
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		if err := d.Decode(&v); err != nil || d.More() {
			t.Fatalf("taken, and yet: %v", err)
		}
		again, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if err := edge.Strict(context.Background(), again); err != nil {
			t.Fatalf("%q is taken, %q is not: %v", body, again, err)
		}
		if edge.Digest("POST", "/", body) != edge.Digest("POST", "/", again) {
			t.Fatalf("%q and %q differ in digest", body, again)
		}
	})
}
