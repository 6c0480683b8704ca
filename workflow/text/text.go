// Package text holds words for people: every sentence a person reads exists in Chinese and English.
package text

import "fmt"

// Text is one sentence or label in both languages. Chinese is the language of record.
type Text struct {
	ZH string `json:"zh" yaml:"zh"`
	EN string `json:"en" yaml:"en"`
}

// Format fills the same arguments into both languages; indexed verbs (%[1]d) let word order differ.
func Format(zh, en string, args ...any) Text {
	return Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}
}

func (t Text) In(lang string) string {
	if lang == "en" && t.EN != "" {
		return t.EN
	}
	return t.ZH
}

func (t Text) Complete() bool { return t.ZH != "" && t.EN != "" }

func (t Text) String() string { return t.ZH + " / " + t.EN }
