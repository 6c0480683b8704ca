package registry

// set takes over what a request says of a field; nil leaves it.
func set[T any](to *T, from *T) bool {
	if from == nil {
		return false
	}
	*to = *from
	return true
}
