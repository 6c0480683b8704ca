package edge

import (
	"bytes"
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"incubase/workflow"
	"incubase/workflow/clean"
	"incubase/workflow/text"
)

// Bounds of a JSON body, far above what any request needs: work on one is linear in it, and these keep the factor
// small.
const (
	MaxDepth  = 32     // of nesting; the deepest that any request needs is 12
	MaxValues = 20_000 // values, at any depth
	MaxName   = 200    // characters of the name of an item
	maxDigits = 40     // characters of a number
	maxPower  = 400    // largest exponent of a number: 1e999999999 would take gigabytes to write out
)

// Malformed is a request that is not what it says it is: HTTP 400. Field is where, "" for the body as a whole.
type Malformed struct {
	Field   string
	Message text.Text
}

func (m *Malformed) Error() string { return "malformed: " + m.Field + " " + m.Message.EN }

func malformed(field, zh, en string, args ...any) *Malformed {
	return &Malformed{Field: field, Message: text.Format(zh, en, args...)}
}

// Strict refuses a body that is not exactly one JSON value: nothing, trailing data, bytes that are no UTF-8, a key given
// twice, more than the bounds above (*Malformed); and text with characters that may not be stored, by the rule of
// workflow/clean (*workflow.Invalid). Unknown fields and wrong types are for the schema of the operation to find. It
// ends with ctx.
func Strict(ctx context.Context, body []byte) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return malformed("", "请求没有内容，应为 JSON", "the body is empty; JSON is expected")
	}
	if !utf8.Valid(body) || !json.Valid(body) {
		return notJSON(body)
	}
	d := json.NewDecoder(bytes.NewReader(body)) // json.Valid has seen that there is one value and nothing after it
	d.UseNumber()
	w := walker{ctx: ctx}
	w.value(d, 0)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case w.bad != nil:
		return w.bad
	case len(w.unseen) > 0:
		return &workflow.Invalid{Fields: w.unseen, More: w.more}
	}
	return nil
}

func notJSON(body []byte) error {
	d := json.NewDecoder(bytes.NewReader(body))
	var first json.RawMessage
	if d.Decode(&first) == nil && d.More() {
		return malformed("", "JSON 之后还有多余的内容", "there is something after the JSON value")
	}
	return malformed("", "不是有效的 JSON", "not valid JSON")
}

// walker goes through a JSON value. It writes down where it is only when there is something to tell: a path for every
// value would let a body with one long key cost minutes.
type walker struct {
	ctx    context.Context
	path   []string
	values int
	bad    *Malformed
	unseen []workflow.FieldError
	more   int // unseen beside those
}

func (w *walker) value(d *json.Decoder, depth int) {
	if w.values++; w.values > MaxValues || w.ctx.Err() != nil {
		w.bad = malformed("", "内容太多，最多 %d 项", "too many values: at most %d", MaxValues)
		return
	}
	t, err := d.Token()
	switch t := t.(type) {
	case json.Delim:
		w.inside(d, t == '{', depth)
	case json.Number:
		if !sized(string(t)) {
			w.bad = malformed(w.at(), "数字太长或太大", "this number is too long or too large")
		}
	case string:
		tidy, _ := clean.Tidy(t) // what says nothing is taken out where the text is taken in, as at every other door
		switch problem := clean.Problem(tidy); {
		case problem == nil:
		case len(w.unseen) == MaxFaults:
			w.more++
		default:
			w.unseen = append(w.unseen, workflow.FieldError{Field: w.at(), Message: *problem})
		}
	}
	if err != nil && w.bad == nil {
		w.bad = malformed(w.at(), "不是有效的 JSON", "not valid JSON")
	}
}

// sized reports whether a JSON number is short enough to be worked with.
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

func (w *walker) inside(d *json.Decoder, object bool, depth int) {
	if depth >= MaxDepth {
		w.bad = malformed(w.at(), "嵌套超过 %d 层", "nested more than %d levels deep", MaxDepth)
		return
	}
	seen := map[string]bool{}
	for i := 0; w.bad == nil && d.More(); i++ {
		name := ""
		if object {
			key, _ := d.Token()
			name, _ = key.(string)
		} else {
			name = strconv.Itoa(i)
		}
		w.path = append(w.path, name)
		switch {
		case object && len(name) > MaxName && utf8.RuneCountInString(name) > MaxName:
			w.bad = malformed(w.at(), "项名太长，最多 %d 个字", "the name of an item is too long: at most %d characters", MaxName)
		case seen[name]:
			w.bad = malformed(w.at(), "这一项出现了两次", "this key is given twice")
		case object && deceptive(name):
			w.bad = malformed("", "有的项名含有看不见的控制字符", "a key contains characters that cannot be seen")
		default:
			if object {
				seen[name] = true
			}
			w.value(d, depth+1)
		}
		w.path = w.path[:len(w.path)-1]
	}
	if w.bad == nil {
		_, _ = d.Token() // the closing bracket
	}
}

// at is where the walker stands, in the client's words: fields.answers.title. Of a very long name the beginning will do.
func (w *walker) at() string {
	parts := make([]string, len(w.path))
	for i, p := range w.path {
		parts[i] = Short(p, 80)
	}
	return strings.Join(parts, ".")
}

// deceptive reports whether the name of an item has characters that no name of ours has use for: controls,
// bidirectional overrides, zero-width spaces, and what stands for broken text. Names are matched as they are, so none
// is taken out of them.
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

// Digest is what makes two requests the same one: method, path and body, whatever the order of keys and the white space.
func Digest(method, path string, body []byte) workflow.Hash {
	return sum([]byte(method), []byte(path), canonical(body))
}

// canonical is a body with its keys in order and without white space; what is no JSON stays as it is.
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
