package app

import (
	"context"
	"encoding/hex"

	"incubase/db/cases"
	"incubase/db/pg"
	"incubase/web/ui"
)

// integrity recomputes the whole installation, for auditors.
type integrity struct {
	in *Installation
	c  *ServeCommand
}

func (x integrity) LastRoot(ctx context.Context) (*ui.SignedRoot, error) {
	r, err := x.in.DB.LastRoot(ctx)
	if r == nil || err != nil {
		return nil, err
	}
	return &ui.SignedRoot{N: r.ID, At: r.At, Heads: r.Heads, Hash: hex.EncodeToString(r.Root)}, nil
}

func (x integrity) VerifyAll(ctx context.Context, report func(row, what string)) (done ui.Verified, err error) {
	problem := func(p pg.Problem) { report(p.Table+" "+p.Row, p.Words()) }
	if done.Events, done.Entries, err = x.in.DB.Spread.Verify(ctx, problem); err != nil {
		return done, err
	}
	own, err := x.c.OwnPublicKey()
	if err != nil {
		return done, err
	}
	if done.Roots, err = x.in.DB.Spread.VerifyRoots(ctx, own, problem); err != nil {
		return done, err
	}
	kept, err := x.in.DB.Spread.NewFiles(x.c.AttachmentFolder(), cases.DefaultFileLimits)
	if err != nil {
		return done, err
	}
	_, err = kept.Verify(ctx, problem)
	return done, err
}
