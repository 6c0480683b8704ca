package ui

import (
	"errors"
	"strings"
)

// errFactor sends who lacks the second factor that their roles need to the page that enrols one.
var errFactor = errors.New("enrol a second factor first")

// unfactored are the pages of who lacks it.
func unfactored(path string) bool {
	return path == "/account" || strings.HasPrefix(path, "/account/") || path == "/password" || path == "/logout" ||
		path == "/preferences" ||
		path == "/login" || path == "/code"
}
