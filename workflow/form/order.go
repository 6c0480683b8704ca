package form

import (
	"bytes"
	"encoding/json"
	"slices"
)

// orderKey holds the order of properties, which databases and clients do not keep.
const orderKey = "x-order"

// WithOrder records the order of properties in every object of a schema. An unreadable schema is returned unchanged.
func WithOrder(schema json.RawMessage) json.RawMessage {
	out, err := json.Marshal(noted(schema))
	if err != nil {
		return schema
	}
	return out
}

func noted(raw json.RawMessage) any {
	raw = bytes.TrimSpace(raw)
	switch {
	case len(raw) > 0 && raw[0] == '{':
		keys, values, err := object(raw)
		if err != nil {
			return raw
		}
		out := map[string]any{}
		for _, k := range keys {
			out[k] = noted(values[k])
		}
		if inner, ok := values["properties"]; ok {
			if order := Order(raw); len(order) > 0 && json.Valid(inner) {
				out[orderKey] = order
			}
		}
		return out
	case len(raw) > 0 && raw[0] == '[':
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) != nil {
			return raw
		}
		out := make([]any, len(list))
		for i := range list {
			out[i] = noted(list[i])
		}
		return out
	}
	return raw
}

// Order returns the properties of an object schema in the order of the questions: as recorded, then as written.
func Order(schema json.RawMessage) []string {
	var s struct {
		Noted      []string        `json:"x-order"`
		Properties json.RawMessage `json:"properties"`
	}
	if json.Unmarshal(schema, &s) != nil {
		return nil
	}
	written, values, err := object(s.Properties)
	if err != nil {
		return nil
	}
	var out []string
	for _, k := range append(s.Noted, written...) {
		if _, known := values[k]; known && !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}

// object returns a JSON object with its keys as written.
func object(raw json.RawMessage) (keys []string, values map[string]json.RawMessage, err error) {
	if err := json.Unmarshal(raw, &values); err != nil {
		return nil, nil, err
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	if _, err := d.Token(); err != nil {
		return nil, nil, err
	}
	for d.More() {
		k, err := d.Token()
		if err != nil {
			return nil, nil, err
		}
		var skip json.RawMessage
		if err := d.Decode(&skip); err != nil {
			return nil, nil, err
		}
		name, _ := k.(string)
		keys = append(keys, name)
	}
	return keys, values, nil
}
