package web

//go:generate go tool -modfile=../tools.mod templ generate
