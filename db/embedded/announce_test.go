package embedded

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The log names the package before apt-get runs; a program stopped then has installed nothing.
func TestNothingIsInstalledUnannounced(t *testing.T) {
	place := t.TempDir()
	ran := filepath.Join(place, "ran")
	script := "#!/bin/sh\ntouch " + ran + "\n"
	if err := os.WriteFile(filepath.Join(place, "apt-get"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", place)
	ctx, stop := context.WithCancel(t.Context())
	stop() // Ctrl-C during the announcement
	var said bytes.Buffer
	err := install(ctx, 15, slog.New(slog.NewTextHandler(&said, nil)))
	if !errors.Is(err, context.Canceled) || !strings.Contains(said.String(), "level=WARN") ||
		!strings.Contains(said.String(), "postgresql-15") {
		t.Errorf("%v, the log says %q", err, said.String())
	}
	if _, err := os.Stat(ran); err == nil {
		t.Error("apt-get ran although it was stopped")
	}
}
