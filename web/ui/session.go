package ui

import (
	"errors"

	"incubase/workflow/registry"
	"incubase/workflow/text"
)

var LoginTitle = text.Text{ZH: "登录", EN: "Sign in"}

func Throttled(err error) bool {
	var t *registry.Throttled
	return errors.As(err, &t)
}
