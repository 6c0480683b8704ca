package workflow

import (
	"context"
)

// Vacancy is a duty of the staff that no one in the place can do, because all are insiders.
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

type Vacancies interface {
	Vacancies(ctx context.Context, decider ID, limit int) ([]Vacancy, error)
}

// MaxVacancies bounds a to-do list; further ones follow when the first are gone.
const MaxVacancies = 20
