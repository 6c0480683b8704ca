package walk

import (
	"errors"
	"sync"
)

// onces builds one value for each key, also for concurrent callers. It keeps errors too.
type onces[T any] struct {
	mu   sync.Mutex
	made map[string]func() (T, error)
}

func (o *onces[T]) once(key string, build func() (T, error)) (T, error) {
	o.mu.Lock()
	if o.made == nil {
		o.made = map[string]func() (T, error){}
	}
	if o.made[key] == nil {
		o.made[key] = sync.OnceValues(build)
	}
	get := o.made[key]
	o.mu.Unlock()
	return get()
}

func isStatus(err error, status int) bool {
	var p *problem
	return errors.As(err, &p) && p.Status == status
}
