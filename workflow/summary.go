package workflow

// Listed is a list row as the store reads it: the columns shown, the reader's own reviews and co-signatures, the
// duties.
type Listed struct {
	Case   Case
	Names  Names
	Duties []Duty
}

// Summary is a list row as one actor may see it: enough to choose a case by.
type Summary struct {
	Case       Case // columns of a list; Assignments and Cosigns are the reader's own
	Title      Text // of the workflow
	StateLabel Text
	StageLabel Text
	Names      Names  // of its organization and region
	Waiting    []Role // roles that the case waits for
	CanEdit    bool
	Can        []Offer  // the reader's ready duties, with the fields that one press answers
	Later      []string // the reader's duties that are not ready
}
