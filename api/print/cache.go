package print

import (
	"container/list"
	"crypto/sha256"
	"encoding/json"
	"sync"

	"incubase/workflow/paper"
)

// Bounds in bytes, of the whole cache and of one file.
const (
	maxCache  = 4 << 20
	maxCached = 512 << 10
)

// drawn caches files: drawing a public notice costs 50 ms of a processor, and anyone may request it.
var drawn = cache{most: maxCache, files: map[key]*list.Element{}}

type key [sha256.Size]byte

func keyOf(name string, papers []paper.Document) key {
	h := sha256.New()
	e := json.NewEncoder(h)
	_ = e.Encode(name)   // a hash never fails
	_ = e.Encode(papers) // texts and lists of texts always encode
	return key(h.Sum(nil))
}

// cache evicts the least recently used files beyond its bound.
type cache struct {
	most int

	mu    sync.Mutex
	files map[key]*list.Element
	order list.List // of *file, most recently used first
	size  int
}

type file struct {
	key  key
	made []byte
}

func (c *cache) get(k key) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.files[k]
	if e == nil {
		return nil
	}
	c.order.MoveToFront(e)
	return e.Value.(*file).made
}

func (c *cache) put(k key, made []byte) {
	if len(made) > maxCached {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.files[k] != nil {
		return
	}
	c.files[k] = c.order.PushFront(&file{k, made})
	for c.size += len(made); c.size > c.most; {
		last := c.order.Remove(c.order.Back()).(*file)
		delete(c.files, last.key)
		c.size -= len(last.made)
	}
}
