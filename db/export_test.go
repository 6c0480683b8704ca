package db

import (
	"context"
	"io/fs"
	"log/slog"
)

// WriteThroughReaderForTest tries what no code may do.
func (d *DB) WriteThroughReaderForTest(ctx context.Context) error {
	var n int
	return d.read.one(ctx, &n, "key_replay", "00000000-0000-7000-8000-000000000001", "k")
}

// CrashAtForTest sets what happens at the boundaries of a write.
func CrashAtForTest(fn func(point string)) { crashAt = fn }

// UpForTest applies migrations of a test to a database, as Migrate applies ours.
func UpForTest(ctx context.Context, url string, files fs.FS) error {
	pool, err := ownerPool(url)
	if err != nil {
		return err
	}
	defer pool.Close()
	log := slog.New(slog.DiscardHandler)
	p, err := provider(pool, files, log)
	if err != nil {
		return err
	}
	return up(ctx, p, log)
}
