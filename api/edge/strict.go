package edge

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"incubase/workflow"
	"incubase/workflow/clean"
	"incubase/workflow/text"
)

// Bounds of a JSON body, far above the needs of any request.
const (
	MaxDepth  = 32     // of nesting; requests need at most 12
	MaxValues = 20_000 // values, at any depth
	MaxName   = 200    // characters of a key
	maxDigits = 40     // characters of a number
	maxPower  = 400    // largest exponent of a number: 1e999999999 would take gigabytes to write out
)

// Malformed is an invalid request, answered 400. Field is the place, "" for the whole body.
type Malformed struct {
	Field   string
	Message text.Text
}

func (m *Malformed) Error() string { return "malformed: " + m.Field + " " + m.Message.EN }

func malformed(field, zh, en string, args ...any) *Malformed {
	return &Malformed{Field: field, Message: text.Format(zh, en, args...)}
}

// Strict refuses a body that is not exactly one JSON value in UTF-8, has a duplicate key or exceeds the bounds
// (*Malformed), or has text that workflow/clean forbids (*workflow.Invalid). It stops with ctx.
func Strict(ctx context.Context, body []byte) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return malformed("", "请求没有内容，应为 JSON", "the body is empty; JSON is expected")
	}
	if !utf8.Valid(body) || !json.Valid(body) {
		return notJSON(body)
	}
	// half a surrogate pair reads as U+FFFD, which is refused below with its place
	w := walker{Decoder: jsontext.NewDecoder(bytes.NewBuffer(body), jsontext.AllowInvalidUTF8(true))}
	for begun := false; !begun || w.StackDepth() > 0; begun = true {
		if err := ctx.Err(); err != nil {
			return err
		}
		if bad := w.token(); bad != nil {
			return bad
		}
	}
	if len(w.unseen) > 0 {
		return &workflow.Invalid{Fields: w.unseen, More: w.more}
	}
	return nil
}

func notJSON(body []byte) *Malformed {
	d := json.NewDecoder(bytes.NewReader(body))
	var first json.RawMessage
	if d.Decode(&first) == nil && d.More() {
		return malformed("", "JSON 之后还有多余的内容", "there is something after the JSON value")
	}
	return malformed("", "不是有效的 JSON", "not valid JSON")
}

// walker computes a path only for a fault: paths of all values would cost minutes for a body with one long key.
type walker struct {
	*jsontext.Decoder
	values int
	unseen []workflow.FieldError
	more   int // not listed in unseen
}

// token reads the next token and returns a fault of the whole body, or nil.
func (w *walker) token() *Malformed {
	named, length := w.StackIndex(w.StackDepth())
	name := named == '{' && length%2 == 0
	t, err := w.ReadToken()
	switch syntax := (*jsontext.SyntacticError)(nil); {
	case errors.Is(err, jsontext.ErrDuplicateName) && errors.As(err, &syntax):
		return malformed(dotted(syntax.JSONPointer), "这一项出现了两次", "this key is given twice")
	case err != nil:
		return malformed(w.at(), "不是有效的 JSON", "not valid JSON")
	case t.Kind() == '}' || t.Kind() == ']':
		return nil
	case name:
		return w.name(t.String())
	}
	if w.values++; w.values > MaxValues {
		return malformed("", "内容太多，最多 %d 项", "too many values: at most %d", MaxValues)
	}
	switch t.Kind() {
	case '{', '[':
		if w.StackDepth() > MaxDepth {
			return malformed(w.at(), "嵌套超过 %d 层", "nested more than %d levels deep", MaxDepth)
		}
	case '0':
		if !sized(t.String()) {
			return malformed(w.at(), "数字太长或太大", "this number is too long or too large")
		}
	case '"':
		w.text(t.String())
	}
	return nil
}

func (w *walker) name(s string) *Malformed {
	switch {
	case len(s) > MaxName && utf8.RuneCountInString(s) > MaxName:
		return malformed(w.at(), "项名太长，最多 %d 个字", "the name of an item is too long: at most %d characters", MaxName)
	case deceptive(s):
		return malformed("", "有的项名含有看不见的控制字符", "a key contains characters that cannot be seen")
	}
	return nil
}

func (w *walker) text(s string) {
	tidy, _ := clean.Tidy(s) // invisible characters without meaning are removed later, where text is stored
	switch problem := clean.Problem(tidy); {
	case problem == nil:
	case len(w.unseen) == MaxFaults:
		w.more++
	default:
		w.unseen = append(w.unseen, workflow.FieldError{Field: w.at(), Message: *problem})
	}
}

// at returns the last token's place with dots: fields.answers.title.
func (w *walker) at() string { return dotted(w.StackPointer()) }

// dotted returns a JSON pointer with dots, long names cut.
func dotted(p jsontext.Pointer) string {
	var parts []string
	for name := range p.Tokens() {
		parts = append(parts, Short(name, 80))
	}
	return strings.Join(parts, ".")
}

func sized(number string) bool {
	if len(number) > maxDigits {
		return false
	}
	at := strings.IndexAny(number, "eE")
	if at < 0 {
		return true
	}
	power, err := strconv.Atoi(number[at+1:])
	return err == nil && -maxPower <= power && power <= maxPower
}

// deceptive reports whether a key has control, bidirectional or zero-width characters, or U+FFFD. Keys are compared
// as sent, so they are refused rather than cleaned.
func deceptive(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || r == '\u200c' || r == '\u200d':
			return false
		case r == utf8.RuneError, r == '\u2028', r == '\u2029':
			return true
		}
		return unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r)
	})
}

// Digest identifies a request by method, path and body, without regard to key order and white space.
func Digest(method, path string, body []byte) workflow.Hash {
	return sum([]byte(method), []byte(path), canonical(body))
}

// canonical returns a body with sorted keys and no white space; what is not JSON stays as it is.
func canonical(body []byte) []byte {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return body
	}
	b, err := json.Marshal(v)
	if err != nil {
		return body
	}
	return b
}
