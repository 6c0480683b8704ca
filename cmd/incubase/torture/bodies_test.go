package torture

import (
	"bytes"
	"encoding/json"
	"maps"
	"mime/multipart"
	"slices"
	"strconv"
	"strings"
)

// json returns a body by the schema, spoiled.
func (a *attacker) json(s *schemaNode) []byte {
	text := a.like(s, 0)
	switch a.dice.IntN(12) {
	case 0:
		text = odd(a.dice)
	case 1:
		text = text[:a.dice.IntN(len(text)+1)]
	case 2:
		text += odd(a.dice)
	case 3:
		if i := strings.IndexByte(text, '{'); i >= 0 {
			text = text[:i+1] + `"unknown":` + odd(a.dice) + `,` + text[i+1:]
		}
	case 4: // a duplicate key
		if strings.HasPrefix(text, `{"`) {
			text = text[:len(text)-1] + "," + text[1:]
		}
	case 5:
		if a.chance(20) {
			text = `{"note":"` + strings.Repeat("x", 1<<20) + `"}`
		}
	case 6: // what costs a careless server minutes, beside an item that may be valid
		if a.chance(10) && strings.HasPrefix(text, "{") {
			text = "{" + expensive[a.dice.IntN(len(expensive))] + strings.TrimPrefix(text, "{")
		}
	}
	return []byte(text)
}

// expensive are items for code whose work is quadratic.
var expensive = []string{
	repeated(3000, `"key%d":0,`), repeated(15000, `"k.%d":0,`), repeated(60000, `"%d":0,`),
	repeated(5000, `"k[%d]e.y":{"a.b":[1]},`),
	`"` + strings.Repeat("k", 900_000) + `":0,`, `"fields":{"answers":{` + repeated(5000, `"a.%d":"\u202e",`) + `"z":0}},`,
	`"fields":{` + repeated(10000, `"f%d":[],`) + `"z":0},`,
	`"ids":[` + repeated(15000, `"x%d",`) + `0],`, `"total_fen":1` + strings.Repeat("0", 500_000) + `,`,
	`"fields":{"amount_fen":1e999999999},`,
}

func repeated(n int, item string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Replace(item, "%d", strconv.Itoa(i), 1))
	}
	return b.String()
}

// like returns a value of a schema with occasional wrong parts.
func (a *attacker) like(s *schemaNode, depth int) string {
	for s != nil && s.Ref != "" {
		s = a.h.schemas[s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]]
	}
	if s == nil || depth > 6 || a.chance(12) {
		return odd(a.dice)
	}
	if len(s.Enum) > 0 && !a.chance(4) {
		return quoted(s.Enum[a.dice.IntN(len(s.Enum))])
	}
	if len(s.Examples) > 0 && a.chance(2) {
		return quoted(s.Examples[0])
	}
	kind, _ := s.Type.(string)
	if list, ok := s.Type.([]any); ok && len(list) > 0 {
		kind, _ = list[0].(string)
	}
	switch kind {
	case "object":
		var parts []string
		for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
			if slices.Contains(s.Required, name) && !a.chance(15) || a.chance(3) {
				parts = append(parts, quoted(name)+":"+a.like(s.Properties[name], depth+1))
			}
		}
		if len(s.Properties) == 0 {
			for range a.dice.IntN(4) {
				parts = append(parts, quoted([]string{"answers", "amount_fen", "points", "answer", "reason", "kind", "conflict",
					word(a.dice)}[a.dice.IntN(8)])+":"+odd(a.dice))
			}
		}
		return "{" + strings.Join(parts, ",") + "}"
	case "array":
		var parts []string
		for range a.dice.IntN(4) {
			parts = append(parts, a.like(s.Items, depth+1))
		}
		return "[" + strings.Join(parts, ",") + "]"
	case "integer", "number":
		return []string{"0", "1", "-1", "100", "2000000", "9223372036854775807", "1.5", "1e3"}[a.dice.IntN(8)]
	case "boolean":
		return []string{"true", "false"}[a.dice.IntN(2)]
	}
	return quoted(a.value())
}

func quoted(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return "null"
	}
	return string(b)
}

func (a *attacker) multipart(names []string) ([]byte, string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for range 1 + a.dice.IntN(3) {
		name := names[a.dice.IntN(len(names))]
		if a.chance(3) {
			_ = w.WriteField(name, a.value())
			continue
		}
		part, err := w.CreateFormFile(name, word(a.dice))
		if err != nil {
			continue
		}
		magic := []string{"%PDF-1.7\n", "GIF89a", "\x89PNG\r\n\x1a\n", "PK\x03\x04", "MZ", "<svg onload=alert(1)>",
			"\xff\xd8\xff", ""}
		_, _ = part.Write([]byte(magic[a.dice.IntN(len(magic))] + strings.Repeat(word(a.dice), 1+a.dice.IntN(20))))
	}
	if !a.chance(8) {
		_ = w.Close()
	}
	media := w.FormDataContentType()
	if a.chance(12) {
		media = []string{"multipart/form-data", "multipart/form-data; boundary=",
			"multipart/form-data; boundary=" + strings.Repeat("x", 80), "multipart/mixed; boundary=x"}[a.dice.IntN(4)]
	}
	return b.Bytes(), media
}
