package app

import (
	"errors"

	"incubase/db/records"
	"incubase/workflow/registry"
)

func isNoSession(err error) bool { return errors.Is(err, registry.ErrNoSession) }

func isChanged(err error) bool { return errors.Is(err, records.ErrDefinitionChanged) }
