package web_test

import (
	"io"
	"strings"

	"golang.org/x/net/html"
)

// spoken are the attributes that people see or hear.
var spoken = map[string]bool{"alt": true, "aria-label": true, "aria-description": true, "placeholder": true,
	"title": true, "label": true}

// wordsOfHTML returns the text nodes and spoken attributes that have letters.
func wordsOfHTML(s string) (out []string) {
	for z := html.NewTokenizer(strings.NewReader(s)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			if z.Err() != io.EOF {
				out = append(out, z.Err().Error())
			}
			return out
		}
		t := z.Token()
		if kind == html.TextToken && hasLetters(t.Data) {
			out = append(out, strings.TrimSpace(t.Data))
		}
		for _, a := range t.Attr {
			if spoken[a.Key] && hasLetters(a.Val) {
				out = append(out, a.Val)
			}
		}
	}
}
