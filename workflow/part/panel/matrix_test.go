package panel_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"incubase/workflow"
	"incubase/workflow/define"
)

// rules are one row of the matrix.
type rules struct {
	need      any // 4 is more than the seats
	mandatory bool
	veto      bool
	silence   string
	restart   string
	counts    string
}

func (r rules) String() string {
	return fmt.Sprintf("need %v, mandatory %v, veto %v, silence %s, restart %s, counts %s", r.need, r.mandatory, r.veto,
		r.silence, r.restart, r.counts)
}

func (r rules) def() define.PanelDef {
	return board("cosign", func(d *define.PanelDef) {
		d.Need, d.Silence, d.Restart, d.Counts = r.need, r.silence, r.restart, r.counts
		if r.mandatory {
			d.Mandatory = []string{"civil_affairs"}
		}
		if r.veto {
			d.Veto = []string{"women"}
		}
		if r.silence != "wait" {
			d.OnSilence = "cosign_lapse"
		}
	})
}

var kinds = []string{"civil_affairs", "women", "justice"}

// TestMatrix plays every combination of need, mandatory, veto, silence and restart with every way three agencies can
// answer. The expected outcome is counted here by hand.
func TestMatrix(t *testing.T) {
	t.Parallel()
	rows, plays := 0, 0
	for _, need := range []any{1, 2, "all", 4} {
		for _, mandatory := range []bool{false, true} {
			for _, veto := range []bool{false, true} {
				for _, silence := range []string{"wait", "lapse", "agree"} {
					for _, restart := range []string{"all", "later"} {
						for _, counts := range []string{"any", "approvals"} {
							if counts == "approvals" && silence == "lapse" {
								continue // refused by the check, see TestFaults
							}
							r := rules{need, mandatory, veto, silence, restart, counts}
							rows++
							t.Run(r.String(), func(t *testing.T) {
								for _, said := range patterns() {
									plays++
									playRow(t, r, said)
								}
							})
						}
					}
				}
			}
		}
	}
	if rows != 96+64 || plays != rows*64 {
		t.Errorf("%d rows and %d plays", rows, plays)
	}
}

// patterns lists all ways in which three agencies answer or say nothing.
func patterns() (out [][]string) {
	ways := []string{"", "agree", "comment", "object"}
	for _, a := range ways {
		for _, b := range ways {
			for _, c := range ways {
				out = append(out, []string{a, b, c})
			}
		}
	}
	return out
}

func playRow(t *testing.T, r rules, said []string) {
	t.Helper()
	early, late := board("early", nil), board("late", nil)
	g := play(t, early, r.def(), late)
	for _, name := range []string{"early", "late"} {
		g.must(g.ask(name, of("women")))
		g.must(g.say(name, speaks("women"), "agree"))
	}
	no := g.ask("cosign", of("civil_affairs"), of("women"), of("justice"))
	if r.need == 4 {
		g.refused(no, "cosign: 4 are needed, 3 seats there are")
		if _, p := g.plan("cosign"); g.met("cosign") || len(p.Seats) > 0 || p.Times > 0 || len(g.waited("cosign")) > 0 {
			t.Error("a panel that was not opened has something on record")
		}
		return
	}
	g.must(no)
	for i, value := range said {
		if value != "" {
			g.must(g.say("cosign", speaks(kinds[i]), value))
			g.refused(g.say("cosign", speaks(kinds[i]), "agree"), "you, or your side, have answered already")
		}
	}
	compare(t, g, r, said)

	// ten working days after Monday 2 March end with Monday 16 March
	end := calendarDay("2026-03-16").End()
	pl, p := g.plan("cosign")
	g.f.Now = end.Add(-time.Second)
	if n := pl.Lapse(p, g.f, workflow.SystemID); n != 0 {
		t.Errorf("%d seats lapsed a second before the end", n)
	}
	compare(t, g, r, said)
	g.f.Now = end
	lapsed, silent := pl.Lapse(p, g.f, workflow.SystemID), 0
	then := slices.Clone(said)
	for i, value := range said {
		if value == "" && r.silence != "wait" {
			then[i] = map[string]string{"lapse": "lapsed", "agree": "agree"}[r.silence]
			silent++
		}
	}
	shown := 0
	for _, s := range p.Answered() {
		if s.Answer.Silent {
			shown++
		}
	}
	if lapsed != silent || shown != silent {
		t.Errorf("said %v: %d lapsed, %d are shown as silence, want %d", said, lapsed, shown, silent)
	}
	g.clock("cosign")
	compare(t, g, r, then)

	g.plans.Restart(g.doc, "cosign", g.f.Now)
	for name, voided := range map[string]bool{"early": r.restart == "all", "cosign": true, "late": true} {
		_, p := g.plan(name)
		if live := len(p.Live()); (live == 0) != voided || len(p.Seats) == 0 || g.met(name) == voided {
			t.Errorf("restart %s: %s has %d live seats of %d, met %v", r.restart, name, live, len(p.Seats), g.met(name))
		}
	}
	if w := g.waited("cosign"); len(w) > 0 {
		t.Errorf("after a return it waits for %v", w)
	}
	g.must(g.ask("cosign", of("civil_affairs"), of("women"), of("justice")))
	compare(t, g, r, []string{"", "", ""})
}

// compare counts what was said, by hand.
func compare(t *testing.T, g *game, r rules, said []string) {
	t.Helper()
	n, open := 0, []string(nil)
	for i, value := range said {
		if value == "" {
			open = append(open, kinds[i])
		} else if r.counts == "any" || value == "agree" {
			n++
		}
	}
	enough := n >= 3
	if need, ok := r.need.(int); ok {
		enough = n >= need
	}
	there := said[0] == "agree" || said[0] != "" && r.counts == "any"
	vetoed := r.veto && (said[1] == "object" || said[1] == "comment" && r.counts == "approvals")
	met := enough && (there || !r.mandatory) && !vetoed

	pl, p := g.plan("cosign")
	if got := pl.Met(p, g.f); got != met {
		t.Errorf("said %q: met %v, want %v: %v", said, got, met, pl.Missing(p, g.f))
	}
	if got := pl.Vetoed(p); got != vetoed {
		t.Errorf("said %q: vetoed %v, want %v", said, got, vetoed)
	}
	if got := pl.Open(p, g.f); got != (!met && !vetoed) {
		t.Errorf("said %q: open %v", said, got)
	}
	if got := g.waited("cosign"); !slices.Equal(got, open) {
		t.Errorf("said %q: waits for %v, want %v", said, got, open)
	}
	if k := g.f.Case.Clock("cosign"); (k != nil) != (len(open) > 0) {
		t.Errorf("said %q: the clock is %v", said, k)
	} else if k != nil && (k.Action != "") != (r.silence != "wait") {
		t.Errorf("the clock fires %q with silence %s", k.Action, r.silence)
	}
}
