package workflow

import (
	"context"
)

// Vacancy is an act that waits for the staff, and that the rule of insiders leaves to nobody in the place.
type Vacancy struct {
	Case     ID
	Ref      string
	Title    string
	Workflow string
	Version  int
	Action   string
	Role     Role
	Label    Text // of the action
	Remedy   Text // what can be done
}

// Vacancies finds them in a decider's places.
type Vacancies interface {
	Vacancies(ctx context.Context, decider ID, limit int) ([]Vacancy, error)
}

// MaxVacancies is how many a to-do list tells; they are rare, and each is told once more when those before it are gone.
const MaxVacancies = 20
