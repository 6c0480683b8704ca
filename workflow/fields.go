package workflow

import (
	"encoding/json"
	"math"
)

type FaultFunc func(field, zh, en string, args ...any)

// Integer reads a whole number from values of JSON, YAML and Go callers.
func Integer(v any) (int64, bool) {
	switch v := v.(type) {
	case json.Number:
		n, err := v.Int64()
		return n, err == nil
	case int:
		return int64(v), true
	case int64:
		return v, true
	case uint64:
		return int64(v), v <= math.MaxInt64
	case float64:
		return int64(v), v == math.Trunc(v) && math.Abs(v) < 1<<53
	case interface{ Int64() int64 }:
		return v.Int64(), true
	}
	return 0, false
}

func (f *Facts) Drafted(name string) bool {
	var saved map[string]json.RawMessage
	return len(f.Draft) > 0 && json.Unmarshal(f.Draft, &saved) == nil && saved[name] != nil
}
