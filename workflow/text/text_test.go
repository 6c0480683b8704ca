package text_test

import (
	"testing"

	"incubase/workflow/text"
)

func TestIn(t *testing.T) {
	t.Parallel()
	both, one := text.Format("还差 %d 份", "%d more", 2), text.Text{ZH: "只有中文"}
	for lang, want := range map[string]string{"en": "2 more", "zh": "还差 2 份", "fr": "还差 2 份", "": "还差 2 份"} {
		if got := both.In(lang); got != want {
			t.Errorf("In(%q) = %q, want %q", lang, got, want)
		}
	}
	if one.In("en") != "只有中文" || one.Complete() || !both.Complete() {
		t.Error("a missing English text falls back to Chinese and is not complete")
	}
}
