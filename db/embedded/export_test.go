package embedded

import (
	"context"
	"log/slog"
)

func FetchForTest(ctx context.Context, dir string) (string, error) {
	return fetchPackage(ctx, dir, slog.Default())
}
