package app

import (
	"context"
	"sync/atomic"
	"time"

	"incubase/api"
	"incubase/db/pg"
)

// observed is what this process has seen of its own background work, in Unix seconds; 0 is never.
type observed struct {
	folded   atomic.Int64
	verified atomic.Int64
	problems atomic.Int64
}

// figures are what alarms are about; docs/operating.md says which value is one.
func (in *Installation) figures(ctx context.Context) ([]api.Figure, error) {
	f, err := in.DB.Figures(ctx, in.Clock.Now())
	if err != nil {
		return nil, err
	}
	out := []api.Figure{
		{Name: "incubase_timers_refused", Help: "Timers whose action was refused: an officer has to see to them.",
			Value: float64(f.TimersRefused)},
		{Name: "incubase_timers_late_seconds", Help: "How long the longest due timer has not been tried.",
			Value: f.TimersLate},
		{Name: "incubase_signals_late_seconds", Help: "How long the longest due signal to a parent case waits.",
			Value: f.SignalsLate},
		{Name: "incubase_signals_failing", Help: "Signals to a parent case that failed five times or more.",
			Value: float64(f.SignalsFailing)},
		{Name: "incubase_logins_refused_last_hour", Help: "Wrong or unknown logins of the last hour.",
			Value: float64(f.LoginsRefused)},
		{Name: "incubase_logins_blocked", Help: "Accounts and addresses that are held back now.",
			Value: float64(f.LoginsBlocked)},
		{Name: "incubase_root_signed_timestamp_seconds", Help: "When the heads of the chains were last signed.",
			Value: f.RootAt},
		{Name: "incubase_board_pending", Help: "Changes that boards still add up while they are read (100,000 at most).",
			Value: float64(f.BoardPending)},
		{Name: "incubase_board_folded_timestamp_seconds", Help: "When this server last folded the boards; 0: not yet.",
			Value: float64(in.seen.folded.Load())},
		{Name: "incubase_chains_verified_timestamp_seconds",
			Help:  "When this server last recomputed all chains and the ledger; 0: not yet.",
			Value: float64(in.seen.verified.Load())},
		{Name: "incubase_chains_problems", Help: "Rows that did not hold then.", Value: float64(in.seen.problems.Load())},
	}
	r, err := in.DB.Replication(ctx)
	if err != nil {
		return nil, err
	}
	out = append(out,
		api.Figure{Name: "incubase_database_primary", Help: "1 while the database that this server writes to is a primary.",
			Value: float64(r.Primary)},
		api.Figure{Name: "incubase_database_timeline", Help: "Grows by one with each change of the primary.",
			Value: float64(r.Timeline)},
		api.Figure{Name: "incubase_database_standbys", Help: "Standbys that are connected.", Value: float64(r.Standbys)},
		api.Figure{Name: "incubase_database_synchronous_standbys", Help: "Standbys whose answer commits wait for.",
			Value: float64(r.SynchronousStandbys)},
		api.Figure{Name: "incubase_database_replay_lag_seconds",
			Help: "By how much the slowest standby is behind; 0 where the role is no member of pg_monitor.", Value: r.Lag})
	for _, c := range in.DB.Connections() {
		pool := [2]string{"pool", c.Pool}
		out = append(out, api.Figure{Name: "incubase_connections_in_use", Help: "Connections of this server in use.",
			Label: pool, Value: float64(c.InUse)}, api.Figure{Name: "incubase_connections_waited",
			Help: "How often a call had to wait for a connection since the start.", Label: pool, Value: float64(c.Waited)})
	}
	there, late, refused := in.DB.StandbyReads()
	for i, ran := range []string{"standby", "behind", "failed"} {
		out = append(out, api.Figure{Name: "incubase_reads_standby_total",
			Help:  "Reads meant for a standby that ran there, or on the primary because the standby was behind or failed.",
			Label: [2]string{"ran", ran}, Value: float64([]int64{there, late, refused}[i])})
	}
	for _, e := range f.Envelopes {
		round := [2]string{"round", e.Ref}
		out = append(out,
			api.Figure{Name: "incubase_envelope_fen", Help: "Money of a round that is not over.", Label: round,
				Value: float64(e.Total)},
			api.Figure{Name: "incubase_envelope_held_fen", Help: "How much of it proposals hold that are not decided yet.",
				Label: round, Value: float64(e.Held)}, api.Figure{Name: "incubase_envelope_committed_fen",
				Help: "How much of it is promised.", Label: round, Value: float64(e.Committed)})
	}
	return out, nil
}

// verifyIdle keeps the recomputation to a tenth of a processor: at a million cases it had one of two for two minutes
// and took two fifths of the throughput.
const verifyIdle = 9

// verify recomputes the chains and the ledger a minute after the start, and then so often.
func (in *Installation) verify(ctx context.Context, often time.Duration) {
	if often == 0 {
		return
	}
	select {
	case <-ctx.Done():
		return
	case <-time.After(min(time.Minute, often)):
		in.VerifyOnce(ctx)
	}
	every(ctx, often, func() { in.VerifyOnce(ctx) })
}

func (in *Installation) VerifyOnce(ctx context.Context) {
	problems := int64(0)
	_, _, err := in.DB.Spread.VerifyAside(ctx, verifyIdle, func(p pg.Problem) {
		problems++
		in.Log.Error("a row does not hold", "table", p.Table, "row", p.Row, "what", p.What)
	})
	if err != nil {
		if ctx.Err() == nil {
			in.Log.Warn("recompute the chains", "error", err)
		}
		return
	}
	in.seen.problems.Store(problems)
	in.seen.verified.Store(time.Now().Unix())
}

// warnOfReplication logs where a cluster may lose what it acknowledged.
func (in *Installation) warnOfReplication(ctx context.Context) error {
	r, err := in.DB.Replication(ctx)
	if err != nil {
		return err
	}
	if (in.DB.Several() || r.Standbys > 0) && !r.Synchronous {
		in.Log.Warn("replication is not synchronous: what was answered as done can be lost with the primary; set "+
			"synchronous_standby_names and leave synchronous_commit on", "standbys", r.Standbys)
	}
	return nil
}
