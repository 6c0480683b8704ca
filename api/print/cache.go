package print

import (
	"container/list"
	"crypto/sha256"
	"encoding/json"
	"sync"

	"incubase/workflow/paper"
)

// Bounds of the cache, in bytes: of all files in it, and of one.
const (
	maxCache  = 4 << 20
	maxCached = 512 << 10
)

// drawn holds the files drawn last. A public notice costs 50 ms of a processor to draw, and anybody may ask for it.
var drawn = cache{most: maxCache, files: map[key]*list.Element{}}

// key is the hash of all that a file is made of.
type key [sha256.Size]byte

func keyOf(name string, papers []paper.Document) key {
	h := sha256.New()
	e := json.NewEncoder(h)
	_ = e.Encode(name)   // a hash takes everything
	_ = e.Encode(papers) // texts and lists of texts
	return key(h.Sum(nil))
}

// cache keeps files up to a bound; the one that was asked for longest ago goes first.
type cache struct {
	most int

	mu    sync.Mutex
	files map[key]*list.Element
	order list.List // of *file, the latest first
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
