package audit

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestRecomputingRests(t *testing.T) {
	t.Parallel()
	worked := 20 * time.Millisecond
	at := time.Now()
	if err := rest(t.Context(), 4, at.Add(-worked)); err != nil || time.Since(at) < 4*worked {
		t.Errorf("it rested %s after %s of work, %v", time.Since(at), worked, err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if err := rest(ended, 1, at.Add(-time.Hour)); !errors.Is(err, context.Canceled) {
		t.Errorf("it rested on when told to stop: %v", err)
	}
	if err := rest(ended, 0, at.Add(-time.Hour)); err != nil {
		t.Errorf("in a hurry it rests not at all: %v", err)
	}
}
