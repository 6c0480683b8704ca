package print

import (
	"bytes"
	"container/list"
	"fmt"
	"testing"

	"incubase/workflow/paper"
)

func TestAPaperIsDrawnOnce(t *testing.T) {
	t.Parallel()
	doc := paper.Document{Title: "只画一次", Body: []paper.Block{{Text: "公示"}}}
	first, err := PDF(t.Context(), "一", doc)
	if err != nil {
		t.Fatal(err)
	}
	again, err := PDF(t.Context(), "一", doc)
	if err != nil || &first[0] != &again[0] {
		t.Error("it was drawn again", err)
	}
	doc.Body[0].Text = "另一份公示"
	other, err := PDF(t.Context(), "一", doc)
	if err != nil || bytes.Equal(first, other) {
		t.Error("another text is handed out as the one before", err)
	}
}

func TestTheCacheIsBounded(t *testing.T) {
	t.Parallel()
	c := cache{most: 1000, files: map[key]*list.Element{}}
	at := func(i int) key { return keyOf(fmt.Sprint(i), nil) }
	for i := range 50 {
		c.put(at(i), make([]byte, 100))
		c.get(at(0))
	}
	if c.size > 1000 || len(c.files) != c.order.Len() || len(c.files) != 10 {
		t.Errorf("%d bytes, %d files, %d in order", c.size, len(c.files), c.order.Len())
	}
	if c.get(at(0)) == nil || c.get(at(1)) != nil {
		t.Error("what was asked for last does not stay")
	}
	if c.put(at(99), make([]byte, maxCached+1)); c.get(at(99)) != nil {
		t.Error("a large file fills the cache")
	}
}
