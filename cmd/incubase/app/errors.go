package app

import (
	"errors"

	"incubase/db/records"
)

func isChanged(err error) bool { return errors.Is(err, records.ErrDefinitionChanged) }
