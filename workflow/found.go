package workflow

// Found is the result of a search in one kind of things: the first matches and their number as far as counted.
type Found struct {
	Kind  string  `json:"kind" enum:"cases,organizations,projects,rounds,agencies,people"`
	Count int     `json:"count" doc:"As far as it was counted."`
	More  bool    `json:"more" doc:"There are more than that."`
	Items []Match `json:"items"`
}

type Match struct {
	ID    ID     `json:"id"`
	Ref   string `json:"ref,omitempty"`
	Of    ID     `json:"of,omitempty" doc:"The organization of a project."`
	Title Text   `json:"title"`
	Note  string `json:"note,omitempty" doc:"What tells it from its likes: the organization of a case, the place of an agency, a login."`
}
