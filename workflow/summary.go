package workflow

// Listed is a row of a list as the store reads it: the columns of a case that a list shows, the reader's own reviews
// and co-signatures, and whom the case waits for. Nothing else of the case is there.
type Listed struct {
	Case   Case
	Names  Names
	Duties []Duty
}

// Summary is a row of a list as one actor may see it: enough to choose a case by. The case itself says the rest.
type Summary struct {
	Case       Case // of a list's columns; Assignments and Cosigns are the reader's own
	Title      Text // of the workflow
	StateLabel Text
	StageLabel Text
	Names      Names  // of its organization and its place
	Waiting    []Role // whom it waits for
	CanEdit    bool
	Can        []Offer  // acts whose duty waits for the reader and is ready; of their fields those that one press answers
	Later      []string // acts that wait for the reader and are not ready
}
