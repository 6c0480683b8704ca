package catalog

// Cover raises the first line of the budget in sample answers until the budget covers requested_fen.
func Cover(answers map[string]any) {
	lines, _ := answers["budget"].([]any)
	asked, sum := fen(answers["requested_fen"]), int64(0)
	for _, l := range lines {
		line, _ := l.(map[string]any)
		sum += fen(line["amount_fen"])
	}
	if len(lines) == 0 || sum >= asked {
		return
	}
	if first, ok := lines[0].(map[string]any); ok {
		first["amount_fen"] = fen(first["amount_fen"]) + asked - sum
	}
}

// fen reads a sum from Go code or decoded JSON.
func fen(amount any) int64 {
	switch n := amount.(type) {
	case float64:
		return int64(n)
	case int64:
		return n
	case int:
		return int64(n)
	}
	return 0
}
