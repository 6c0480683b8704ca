package main

import (
	"errors"

	"incubase/db"
	"incubase/workflow"
)

func isNoSession(err error) bool { return errors.Is(err, workflow.ErrNoSession) }

func isChanged(err error) bool { return errors.Is(err, db.ErrDefinitionChanged) }
