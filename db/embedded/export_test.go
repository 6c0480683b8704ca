package embedded

import (
	"context"
	"log/slog"
)

// FetchForTest gets the programs through npm.
func FetchForTest(ctx context.Context, dir string) (string, error) {
	return fetchPackage(ctx, dir, slog.Default())
}
