package ui

import (
	"errors"
	"strings"
)

// errFactor redirects users who lack a required second factor to the page that enrols one.
var errFactor = errors.New("enrol a second factor first")

// unfactored reports whether a page is open to them.
func unfactored(path string) bool {
	return path == "/account" || strings.HasPrefix(path, "/account/") || path == "/password" || path == "/logout" ||
		path == "/preferences" ||
		path == "/login" || path == "/code"
}
