package edge

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"incubase/workflow"
	"incubase/workflow/text"
)

// MaxDepth of a JSON body: the deepest that any request needs is 12.
const MaxDepth = 32

// Malformed is a request that is not what it says it is: HTTP 400. Field is where, "" for the body as a whole.
type Malformed struct {
	Field   string
	Message text.Text
}

func (m *Malformed) Error() string { return "malformed: " + m.Field + " " + m.Message.EN }

func malformed(field, zh, en string, args ...any) *Malformed {
	return &Malformed{Field: field, Message: text.Format(zh, en, args...)}
}

// Strict refuses a body that is not exactly one JSON value: nothing, trailing data, a key given twice, nesting past
// MaxDepth. (Unknown fields and wrong types are for the schema of the operation to find.)
func Strict(body []byte) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return malformed("", "请求没有内容，应为 JSON", "the body is empty; JSON is expected")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := value(d, "", 0); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return malformed("", "JSON 之后还有多余的内容", "there is something after the JSON value")
	}
	return nil
}

func value(d *json.Decoder, at string, depth int) error {
	t, err := d.Token()
	if err != nil {
		return malformed(at, "不是有效的 JSON", "not valid JSON")
	}
	open, ok := t.(json.Delim)
	if !ok {
		return nil
	}
	if depth >= MaxDepth {
		return malformed(at, "嵌套超过 %d 层", "nested more than %d levels deep", MaxDepth)
	}
	seen := map[string]bool{}
	for i := 0; d.More(); i++ {
		here := fmt.Sprintf("%s%d", dotted(at), i)
		if open == '{' {
			key, err := d.Token()
			name, isText := key.(string)
			if err != nil || !isText {
				return malformed(at, "不是有效的 JSON", "not valid JSON")
			}
			here = dotted(at) + name
			if seen[name] {
				return malformed(here, "这一项出现了两次", "this key is given twice")
			}
			seen[name] = true
		}
		if err := value(d, here, depth+1); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return malformed(at, "不是有效的 JSON", "not valid JSON")
	}
	return nil
}

func dotted(at string) string {
	if at == "" {
		return ""
	}
	return at + "."
}

// Digest is what makes two requests the same one: method, path and body, as the client sent them, white space aside.
func Digest(method, path string, body []byte) workflow.Hash {
	var compact bytes.Buffer
	if json.Compact(&compact, body) != nil {
		compact.Reset()
		compact.Write(body)
	}
	return sum([]byte(method), []byte(path), compact.Bytes())
}
