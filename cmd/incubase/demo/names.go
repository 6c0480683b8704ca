package demo

import (
	"fmt"
	"sync"
)

type names[T any] struct {
	mu sync.RWMutex
	m  map[string]T
}

func (r *names[T]) set(key string, v T) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.m == nil {
		r.m = map[string]T{}
	}
	r.m[key] = v
}

func (r *names[T]) find(key string) (T, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	v, ok := r.m[key]
	return v, ok
}

// get panics on unknown names: the data's test has checked them.
func (r *names[T]) get(key string) T {
	v, ok := r.find(key)
	if !ok {
		panic(fmt.Sprintf("the demonstration's data name %q, which nothing has made", key))
	}
	return v
}
