package registry

// set copies a field of a request and reports whether there was one; nil leaves it.
func set[T any](to *T, from *T) bool {
	if from == nil {
		return false
	}
	*to = *from
	return true
}
