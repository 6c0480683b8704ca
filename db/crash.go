package db

// crash is called at every boundary of a write. It does nothing but in a test that sets crashAt, which ends the process
// there: random kills miss what a kill at the right line finds (quality F8).
func crash(point string) {
	if crashAt != nil {
		crashAt(point)
	}
}

var crashAt func(point string)
