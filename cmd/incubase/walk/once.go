package walk

import (
	"errors"
	"sync"
)

// onces makes one thing for each key, however many ask for it at the same time. An error is kept like a result.
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

// isStatus reports whether the server answered with this status.
func isStatus(err error, status int) bool {
	var p *problem
	return errors.As(err, &p) && p.Status == status
}
