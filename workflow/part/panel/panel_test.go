package panel_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/define"
	"incubase/workflow/part/panel"
)

func calendarDay(s string) calendar.Date { return calendar.MustDate(s) }

func TestNamedCases(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		panels []define.PanelDef
		plays  func(*testing.T, *game)
	}{
		{"a person who left is not waited for, and what others said stands", []define.PanelDef{review(nil)},
			func(t *testing.T, g *game) {
				g.must(g.ask("review", expert("a"), expert("b")))
				g.must(g.say("review", is("a"), ""))
				if left := g.doc.Leave("u-a", g.f.Now); left != nil {
					t.Errorf("after the answer a seat is still open: %v", left)
				}
				if left := g.doc.Leave("u-b", g.f.Now); !slices.Equal(left, []string{"review"}) || len(g.waited("review")) > 0 {
					t.Errorf("left %v, waits for %v", left, g.waited("review"))
				}
				pl, p := g.plan("review")
				if !pl.Stuck(p, g.f) || pl.Count(p) != 1 {
					t.Error("somebody must add a seat, and one answer stands")
				}
				c := expert("c")
				g.must(pl.Add(p, g.f, &c, nil))
				g.must(g.say("review", is("c"), ""))
				if !g.met("review") {
					t.Error(pl.Missing(p, g.f))
				}
			}},
		{"a conflict found late voids the answer, which stays on record", []define.PanelDef{review(nil)},
			func(t *testing.T, g *game) {
				g.must(g.ask("review", expert("a"), expert("b")))
				g.must(g.say("review", is("a"), ""))
				g.must(g.say("review", is("b"), ""))
				pl, p := g.plan("review")
				g.must(pl.Void(p, 1, g.f.Now))
				if g.met("review") || p.Seats[0].Answer == nil || p.Seats[0].Freed != panel.Voided {
					t.Error("the answer counts, or is lost")
				}
				g.refused(pl.Missing(p, g.f), "review: answers still missing: 1")
				g.refused(pl.Void(p, 1, g.f.Now), "there is no seat 1, or it counts no longer")
			}},
		{"who declares a conflict loses the seat, and the next one takes it",
			[]define.PanelDef{review(func(d *define.PanelDef) { d.Declare = true })}, func(t *testing.T, g *game) {
				g.must(g.ask("review", expert("a"), expert("b")))
				pl, p := g.plan("review")
				a, b := is("a"), is("b")
				g.refused(g.say("review", a, ""), "please declare your interests first")
				g.must(pl.Declare(p, &a, true, g.f.Now))
				g.must(pl.Declare(p, &b, false, g.f.Now))
				g.refused(pl.Declare(p, &b, false, g.f.Now), "you have declared already")
				g.refused(g.say("review", a, ""), "you are not asked")
				if s := pl.Fill(p, g.f, []panel.Candidate{expert("a"), expert("b"), expert("c")}, nil); s == nil ||
					s.User != "u-c" || s.Declared {
					t.Errorf("the seat went to %v", s)
				}
				ca := expert("a")
				g.refused(pl.Add(p, g.f, &ca, nil), "a declared a conflict of interest")
				g.must(g.say("review", b, ""))
				g.plans.Restart(g.doc, "review", g.f.Now)
				g.must(g.ask("review", expert("a"), expert("b"), expert("c")))
				if got := g.waited("review"); !slices.Equal(got, []string{"b", "c"}) {
					t.Errorf("asked again: %v", got)
				}
				g.must(g.say("review", b, "")) // declared before
				g.refused(g.say("review", is("c"), ""), "please declare your interests first")
			}},
		{"one who never answers holds nothing up where others are enough",
			[]define.PanelDef{board("cosign", func(d *define.PanelDef) { d.Need = 1 })}, func(t *testing.T, g *game) {
				g.must(g.ask("cosign", of("women"), of("justice")))
				g.must(g.say("cosign", speaks("women"), "comment"))
				g.f.Now = g.f.Now.AddDate(1, 0, 0)
				if !g.met("cosign") || !slices.Equal(g.waited("cosign"), []string{"justice"}) {
					t.Error("not met, or the seat is lost")
				}
			}},
		{"a seat replaced twice", []define.PanelDef{review(nil)}, func(t *testing.T, g *game) {
			g.must(g.ask("review", expert("a"), expert("b")))
			pl, p := g.plan("review")
			c, d := expert("c"), expert("d")
			g.must(pl.Replace(p, 1, g.f, &c, nil))
			g.must(pl.Replace(p, 3, g.f, &d, nil))
			g.refused(pl.Replace(p, 3, g.f, &c, nil), "there is no seat 3, or it counts no longer")
			g.must(g.say("review", is("d"), ""))
			g.refused(pl.Replace(p, 4, g.f, &c, nil), "d has answered: void the answer first")
			if got := g.waited("review"); !slices.Equal(got, []string{"b"}) || len(p.Seats) != 4 {
				t.Errorf("waits for %v with %d seats", got, len(p.Seats))
			}
			g.refused(g.say("review", is("a"), ""), "you are not asked")
			g.plans.Restart(g.doc, "review", g.f.Now)
			g.refused(g.ask("review", expert("a"), expert("b")), "review: 2 are needed, 1 seats there are")
			a := expert("a")
			g.must(g.ask("review", expert("b"), expert("d")))
			g.must(pl.Add(p, g.f, &a, nil)) // by name, who was replaced may come back
		}},
		{"a seat reopened answers again", []define.PanelDef{board("cosign", nil)}, func(t *testing.T, g *game) {
			g.must(g.ask("cosign", of("women")))
			pl, p := g.plan("cosign")
			g.refused(pl.Reopen(p, 1, g.f.Now), "women has not answered yet")
			g.must(pl.Remind(p, 1, g.f.Now))
			g.must(g.say("cosign", speaks("women"), "object"))
			g.refused(pl.Remind(p, 1, g.f.Now), "women has answered")
			g.f.Now = g.f.Now.AddDate(0, 0, 3)
			g.must(pl.Reopen(p, 1, g.f.Now))
			if g.met("cosign") || p.Seats[0].Answer.Value != "object" || p.Seats[0].Reminders != 1 {
				t.Error("the first answer counts, or is lost")
			}
			g.must(g.say("cosign", speaks("women"), "agree"))
			if !g.met("cosign") {
				t.Error(pl.Missing(p, g.f))
			}
		}},
		{"an answer in the second of the deadline counts, if it comes before the lapse",
			[]define.PanelDef{board("cosign", func(d *define.PanelDef) { d.Silence, d.OnSilence = "lapse", "cosign_lapse" })},
			func(t *testing.T, g *game) {
				g.must(g.ask("cosign", of("women"), of("justice")))
				g.f.Now = calendarDay("2026-03-16").End()
				g.must(g.say("cosign", speaks("women"), "object"))
				pl, p := g.plan("cosign")
				if n := pl.Lapse(p, g.f, workflow.SystemID); n != 1 || p.Seats[0].Answer.Silent || !p.Seats[1].Answer.Silent {
					t.Errorf("%d lapsed", n)
				}
				g.refused(g.say("cosign", speaks("justice"), "object"), "you, or your side, have answered already")
			}},
		{"a paused case does not let a seat lapse, and gives back the days",
			[]define.PanelDef{board("cosign", func(d *define.PanelDef) { d.Silence, d.OnSilence = "lapse", "cosign_lapse" })},
			func(t *testing.T, g *game) {
				g.must(g.ask("cosign", of("women"), of("justice")))
				k := g.f.Case.Clock("cosign")
				if k.Due != calendarDay("2026-03-16") {
					t.Fatal(k.Due)
				}
				k.Pauses = []calendar.Pause{{From: calendarDay("2026-03-04")}}
				g.f.Now = calendarDay("2026-03-30").Start()
				pl, p := g.plan("cosign")
				if n := pl.Lapse(p, g.f, workflow.SystemID); n != 0 {
					t.Error("it lapsed while paused")
				}
				g.must(g.say("cosign", speaks("women"), "agree")) // the clock begins again and keeps the pause
				g.f.Case.Clock("cosign").Pauses[0].To = calendarDay("2026-03-11")
				g.clock("cosign")
				// five working days of pause, Wednesday 4 to Tuesday 10
				if k := g.f.Case.Clock("cosign"); k.Due != calendarDay("2026-03-23") || k.Paused {
					t.Errorf("due %v", k.Due)
				}
				if d, _, _ := pl.Due(p, p.Waiting()[0], g.f); d.Last != calendarDay("2026-03-23") {
					t.Errorf("the seat is due %v", d.Last)
				}
				// who is asked during the pause has the rest of it
				c := of("culture")
				g.f.Now = calendarDay("2026-03-09").Start()
				g.must(pl.Add(p, g.f, &c, nil))
				if d, _, _ := pl.Due(p, &p.Seats[2], g.f); d.Last != calendarDay("2026-03-24") {
					t.Errorf("the added seat is due %v", d.Last)
				}
				if n := pl.Lapse(p, g.f, workflow.SystemID); n != 0 {
					t.Errorf("%d lapsed", n)
				}
				g.f.Now = calendarDay("2026-03-23").End()
				if n := pl.Lapse(p, g.f, workflow.SystemID); n != 1 || !slices.Equal(g.waited("cosign"), []string{"culture"}) {
					t.Errorf("%d lapsed, waits for %v", n, g.waited("cosign"))
				}
			}},
		{"silence waits, lapses or answers as the round says",
			[]define.PanelDef{board("cosign", func(d *define.PanelDef) {
				d.Silence, d.OnSilence = "$round.cosign_silence", "cosign_lapse"
			})}, func(t *testing.T, g *game) {
				g.must(g.ask("cosign", of("women")))
				pl, p := g.plan("cosign")
				g.f.Now = calendarDay("2026-03-16").End()
				if n := pl.Lapse(p, g.f, workflow.SystemID); n != 0 || pl.Clock(p, g.f).Action != "" {
					t.Error("a round that says nothing waits")
				}
				g.f.Round.Rules.CosignSilence = "lapse"
				if pl.Clock(p, g.f).Action != "cosign_lapse" {
					t.Error("the clock fires nothing")
				}
				if n := pl.Lapse(p, g.f, workflow.SystemID); n != 1 || !g.met("cosign") {
					t.Error("it did not lapse")
				}
			}},
		{"an objection must be answered in words, by another",
			[]define.PanelDef{board("cosign", func(d *define.PanelDef) { d.Objection = "answer" })},
			func(t *testing.T, g *game) {
				g.must(g.ask("cosign", of("women"), of("justice")))
				g.must(g.say("cosign", speaks("women"), "object"))
				g.must(g.say("cosign", speaks("justice"), "agree"))
				pl, p := g.plan("cosign")
				g.refused(pl.Missing(p, g.f), "cosign: objections not answered in words (women)")
				if pl.Stuck(p, g.f) || pl.Vetoed(p) {
					t.Error("somebody can answer it")
				}
				words := panel.Resolution{By: "u-officer", At: g.f.Now, Text: "the hall was changed"}
				g.refused(pl.Resolve(p, 2, words), "justice has not objected")
				g.refused(pl.Resolve(p, 1, panel.Resolution{By: "u-women", Text: "well"}), "somebody else answers an objection")
				g.refused(pl.Resolve(p, 1, panel.Resolution{By: "u-officer", Text: " "}), "please write the answer")
				g.must(pl.Resolve(p, 1, words))
				g.refused(pl.Resolve(p, 1, words), "the objection of women has been answered")
				if !g.met("cosign") {
					t.Error(pl.Missing(p, g.f))
				}
			}},
		{"a veto stands though it was answered in words", []define.PanelDef{board("cosign", func(d *define.PanelDef) {
			d.Objection, d.Veto = "answer", []string{"women"}
		})}, func(t *testing.T, g *game) {
			g.must(g.ask("cosign", of("women")))
			g.must(g.say("cosign", speaks("women"), "object"))
			pl, p := g.plan("cosign")
			g.must(pl.Resolve(p, 1, panel.Resolution{By: "u-officer", Text: "no"}))
			g.refused(pl.Missing(p, g.f), "cosign: vetoed (women)")
			g.must(pl.Reopen(p, 1, g.f.Now))
			if pl.Vetoed(p) {
				t.Error("it is asked again")
			}
		}},
		{"a helper or coach of the organization takes no seat, nor one whom separate_from would refuse",
			[]define.PanelDef{review(func(d *define.PanelDef) { d.Need = 1 })}, func(t *testing.T, g *game) {
				g.f.Case.Helpers = []workflow.ID{"u-helper"}
				g.f.Case.Coaches = []workflow.Coached{{User: "u-coach", At: g.f.Now.AddDate(0, -1, 0)}}
				g.f.Case.Doers = map[string][]workflow.ID{"admit": {"u-checker"}}
				pl, p := g.plan("review")
				apart := []string{"admit"}
				g.must(pl.Ask(p, g.f, []panel.Candidate{expert("helper"), expert("coach"), expert("checker"), expert("x")}, apart))
				if got := g.waited("review"); !slices.Equal(got, []string{"x"}) {
					t.Errorf("asked: %v", got)
				}
				for name, en := range map[string]string{"helper": "helper wrote part of the case for the applicant",
					"coach": "coach coached the organization", "checker": "checker did an act that must be another person's",
					"x": "x has a seat already"} {
					c := expert(name)
					g.refused(pl.Add(p, g.f, &c, apart), en)
					if name != "x" && pl.Fill(p, g.f, []panel.Candidate{c}, apart) != nil {
						t.Errorf("%s was seated", name)
					}
				}
			}},
		{"two panels with the same person are two seats", []define.PanelDef{review(nil),
			review(func(d *define.PanelDef) { d.Name, d.Need = "visit", 1 })}, func(t *testing.T, g *game) {
			g.must(g.ask("review", expert("a"), expert("b")))
			g.must(g.ask("visit", expert("a")))
			g.must(g.say("visit", is("a"), ""))
			if !g.met("visit") || g.met("review") || !slices.Equal(g.waited("review"), []string{"a", "b"}) {
				t.Error("one answer counted for both")
			}
			if left := g.doc.Leave("u-a", g.f.Now); !slices.Equal(left, []string{"review"}) {
				t.Errorf("left %v", left)
			}
		}},
		{"an agency with two topics has one seat", []define.PanelDef{board("cosign", nil)}, func(t *testing.T, g *game) {
			a, b := of("women"), of("women")
			a.Topic, b.Topic = "children", "families"
			g.must(g.ask("cosign", a, b, a))
			_, p := g.plan("cosign")
			if len(p.Seats) != 1 || !slices.Equal(p.Seats[0].Topics, []string{"children", "families"}) {
				t.Errorf("%+v", p.Seats)
			}
		}},
		{"a round without co-signatures asks nobody", []define.PanelDef{board("cosign", func(d *define.PanelDef) {
			d.Need, d.Mandatory = 2, []string{"women"}
			d.Seats.Unless = map[string]string{"cosigners": "none"}
		})}, func(t *testing.T, g *game) {
			g.refused(g.ask("cosign", of("justice"), of("culture")),
				"cosign: the answer of women's federation is required, which has no seat")
			g.f.Round.Rules.Cosigners = "none"
			g.must(g.ask("cosign"))
			if !g.met("cosign") || len(g.waited("cosign")) > 0 {
				t.Error("it waits")
			}
		}},
		{"all of no agencies is met, all of freed seats is not", []define.PanelDef{board("cosign", nil)},
			func(t *testing.T, g *game) {
				pl, p := g.plan("cosign")
				g.refused(pl.Missing(p, g.f), "cosign: not begun")
				g.must(g.ask("cosign"))
				if !g.met("cosign") {
					t.Error("nobody is competent, and it waits")
				}
				g.must(g.ask("cosign", of("women")))
				g.must(pl.Void(p, 1, g.f.Now))
				if g.met("cosign") || !pl.Stuck(p, g.f) {
					t.Error("the only seat was voided, and it is met")
				}
			}},
		{"parties sign as they come, each once, and a person for one party alone", []define.PanelDef{signing(nil)},
			func(t *testing.T, g *game) {
				both := plays("a", "officer", "certifier")
				if got := g.waited("signing"); !slices.Equal(got, []string{"officer", "certifier"}) {
					t.Errorf("waits for %v", got)
				}
				g.refused(g.say("signing", is("nobody"), "sign"), "you are not asked")
				g.refused(g.say("signing", both, "perhaps"), "there is no such answer")
				g.must(g.say("signing", both, "sign"))
				g.refused(g.say("signing", both, "sign"), "you, or your side, have answered already")
				g.refused(g.say("signing", plays("b", "officer"), "sign"), "you, or your side, have answered already")
				if got := g.waited("signing"); g.met("signing") || !slices.Equal(got, []string{"certifier"}) {
					t.Errorf("waits for %v", got)
				}
				pl, p := g.plan("signing")
				g.must(g.say("signing", plays("c", "certifier"), "no"))
				g.refused(pl.Missing(p, g.f), "signing: answers still missing: 1")
				g.must(pl.Void(p, 2, g.f.Now))
				g.must(g.say("signing", plays("c", "certifier"), "sign"))
				if !g.met("signing") {
					t.Error(pl.Missing(p, g.f))
				}
				g.plans.Restart(g.doc, "signing", g.f.Now)
				if g.met("signing") || len(g.waited("signing")) != 2 {
					t.Error("a restart leaves signatures")
				}
			}},
		{"two officers sign, each for themselves", []define.PanelDef{signing(func(d *define.PanelDef) {
			d.Seats, d.Need = define.SeatsDef{Parties: []string{"officer"}, Each: "person"}, 2
		})}, func(t *testing.T, g *game) {
			g.must(g.say("signing", plays("a", "officer"), "sign"))
			g.refused(g.say("signing", plays("a", "officer"), "sign"), "you, or your side, have answered already")
			if g.met("signing") || len(g.waited("signing")) != 1 {
				t.Error("one of two is enough")
			}
			g.must(g.say("signing", plays("b", "officer"), "sign"))
			if !g.met("signing") || len(g.waited("signing")) != 0 {
				t.Error("two are not enough")
			}
		}},
		{"parties that are asked have a period, and silence answers for them",
			[]define.PanelDef{signing(func(d *define.PanelDef) { d.Due, d.Silence, d.OnSilence = "5d", "no", "signing_lapse" })},
			func(t *testing.T, g *game) {
				g.refused(g.say("signing", plays("a", "officer"), "sign"), "you are not asked")
				g.must(g.ask("signing"))
				g.must(g.say("signing", plays("a", "officer"), "sign"))
				g.f.Now = g.f.Case.Clock("signing").Fires()
				pl, p := g.plan("signing")
				if n := pl.Lapse(p, g.f, workflow.SystemID); n != 1 || g.met("signing") || p.Seats[1].Answer.Value != "no" {
					t.Errorf("%d lapsed: %+v", n, p.Seats)
				}
			}},
		{"a seat given back is not asked again, and an ended case waits for none", []define.PanelDef{review(nil)},
			func(t *testing.T, g *game) {
				g.must(g.ask("review", expert("a"), expert("b"), expert("c")))
				pl, p := g.plan("review")
				a := is("a")
				g.must(pl.Withdraw(p, &a, g.f.Now))
				if s := pl.Fill(p, g.f, []panel.Candidate{expert("a"), expert("b")}, nil); s != nil {
					t.Errorf("seated %v", s)
				}
				g.must(g.say("review", is("b"), ""))
				g.doc.End(g.f.Now)
				if len(g.waited("review")) > 0 || pl.Count(p) != 1 || p.Seats[2].Freed != panel.Ended {
					t.Error("the case ended")
				}
			}},
		{"the need is the round's", []define.PanelDef{review(func(d *define.PanelDef) { d.Need = "$round.min_reviews" })},
			func(t *testing.T, g *game) {
				g.f.Round.Rules.MinReviews = 3
				g.refused(g.ask("review", expert("a"), expert("b")), "review: 3 are needed, 2 seats there are")
				g.must(g.ask("review", expert("a"), expert("b"), expert("c")))
				g.must(g.say("review", is("a"), ""))
				g.must(g.say("review", is("b"), ""))
				if g.met("review") {
					t.Error("two of three")
				}
				g.f.Round.Rules.MinReviews = 2
				if !g.met("review") {
					t.Error("two of two")
				}
			}},
		{"who must answer and lost the seat is still required", []define.PanelDef{board("cosign",
			func(d *define.PanelDef) { d.Need, d.Mandatory = 1, []string{"women"} })}, func(t *testing.T, g *game) {
			g.must(g.ask("cosign", of("women"), of("justice")))
			g.must(g.say("cosign", speaks("justice"), "agree"))
			pl, p := g.plan("cosign")
			g.must(pl.Void(p, 1, g.f.Now))
			g.refused(pl.Missing(p, g.f), "cosign: the answer of women's federation is required")
			if !pl.Stuck(p, g.f) {
				t.Error("no open seat can end it")
			}
		}},
		{"a panel that was restarted has not begun", []define.PanelDef{board("cosign", nil)},
			func(t *testing.T, g *game) {
				g.must(g.ask("cosign", of("women")))
				g.must(g.say("cosign", speaks("women"), "agree"))
				g.plans.Restart(g.doc, "cosign", g.f.Now)
				pl, p := g.plan("cosign")
				g.refused(pl.Missing(p, g.f), "cosign: not begun")
				c := of("women")
				g.refused(pl.Add(p, g.f, &c, nil), "it has not begun, so no seat can be added")
				if pl.Open(p, g.f) || p.Times != 1 || len(p.Seats) != 1 {
					t.Error("it is open, or has lost its record")
				}
			}},
		{"no seat lapses by a day that is a guess", []define.PanelDef{board("cosign", func(d *define.PanelDef) {
			d.Silence, d.OnSilence = "lapse", "cosign_lapse"
		})}, func(t *testing.T, g *game) {
			g.f.Now = calendarDay("2026-12-28").Start()
			g.must(g.ask("cosign", of("women")))
			pl, p := g.plan("cosign")
			g.f.Now = g.f.Case.Clock("cosign").Fires()
			if n := pl.Lapse(p, g.f, workflow.SystemID); n != 0 || !g.f.Case.Clock("cosign").Provisional {
				t.Errorf("%d lapsed", n)
			}
			g.f.Round.Rules.AllowProvisional = true
			if n := pl.Lapse(p, g.f, workflow.SystemID); n != 1 {
				t.Error("the round allows it")
			}
		}},
		{"a secret panel names nobody", []define.PanelDef{board("cosign", func(d *define.PanelDef) {
			d.Secret, d.Objection = true, "answer"
		})}, func(t *testing.T, g *game) {
			g.must(g.ask("cosign", of("women")))
			g.must(g.say("cosign", speaks("women"), "object"))
			pl, p := g.plan("cosign")
			g.refused(pl.Missing(p, g.f), "cosign: objections not answered in words (seats: 1)")
		}},
		{"an answer that must say why", []define.PanelDef{board("cosign", func(d *define.PanelDef) {
			d.Answers = slices.Clone(d.Answers)
			d.Answers[1].Reason = true
		})}, func(t *testing.T, g *game) {
			g.must(g.ask("cosign", of("women")))
			pl, p := g.plan("cosign")
			h := speaks("women")
			g.refused(pl.Answer(p, &h, panel.Answer{Value: "comment", At: g.f.Now, Reason: "  "}), "please say why")
			g.must(pl.Answer(p, &h, panel.Answer{Value: "agree", At: g.f.Now}))
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			row.plays(t, play(t, row.panels...))
		})
	}
}

func TestFigures(t *testing.T) {
	t.Parallel()
	g := play(t, review(nil))
	g.must(g.ask("review", expert("a"), expert("b"), expert("c"), expert("d")))
	pl, p := g.plan("review")
	for name, points := range map[string]int{"a": 8550, "b": 9001, "c": 7000} {
		h := is(name)
		g.must(pl.Answer(p, &h, panel.Answer{Scored: true, Points: points, At: g.f.Now}))
	}
	if x := p.Figures(); x != (panel.Figures{Seats: 4, Answers: 3, Scores: 3, Mean: 8184, Lowest: 7000, Highest: 9001}) ||
		x.Spread() != 2001 {
		t.Errorf("%+v", x)
	}
	g.must(pl.Void(p, 3, g.f.Now))
	if x := p.Figures(); x.Mean != 8776 || x.Seats != 3 { // 8775.5
		t.Errorf("%+v", x)
	}
	if x := (&panel.Panel{}).Figures(); x != (panel.Figures{}) {
		t.Errorf("%+v", x)
	}
}

func TestOthers(t *testing.T) {
	t.Parallel()
	free, open := panel.Seat{}, panel.Seat{Declared: true}
	done, gone := panel.Seat{Answer: &panel.Answer{}}, panel.Seat{Answer: &panel.Answer{}, Freed: panel.Voided}
	for _, row := range []struct {
		others string
		rules  workflow.Rules
		reads  []bool // a free seat, one that declared, one that answered, one that was voided
	}{
		{"", workflow.Rules{}, []bool{false, false, true, false}},
		{"after_own", workflow.Rules{}, []bool{false, false, true, false}},
		{"after_declaring", workflow.Rules{}, []bool{false, true, false, false}},
		{"always", workflow.Rules{}, []bool{true, true, true, false}},
		{"never", workflow.Rules{}, []bool{false, false, false, false}},
		{"$round.others", workflow.Rules{}, []bool{false, false, true, false}},
		{"$round.others", workflow.Rules{OpenScores: true}, []bool{true, true, true, false}},
	} {
		g := play(t, review(func(d *define.PanelDef) { d.Others, d.Declare = row.others, true }))
		g.f.Round.Rules = row.rules
		pl, _ := g.plan("review")
		for i, s := range []panel.Seat{free, open, done, gone} {
			if got := pl.Reads(&s, g.f); got != row.reads[i] {
				t.Errorf("others %q: seat %d reads %v", row.others, i, got)
			}
		}
	}
}

// TestDocument: a document is a part of the case. It survives being stored, a copy of it is a copy, and erasing takes
// out texts and names.
func TestDocument(t *testing.T) {
	t.Parallel()
	g := play(t, review(nil), board("cosign", func(d *define.PanelDef) { d.Objection = "answer" }))
	g.f.Case.Parts = workflow.Parts{panel.Name: g.doc}
	g.must(g.ask("review", expert("a"), expert("b")))
	g.must(g.ask("cosign", of("women")))
	pl, p := g.plan("review")
	h := is("a")
	g.must(pl.Answer(p, &h, panel.Answer{At: g.f.Now.Add(time.Nanosecond), Scored: true, Points: 8550,
		Fields: map[string]any{"comment": "too personal", "points": 8550.0}}))
	g.must(g.say("cosign", speaks("women"), "object"))
	cos, q := g.plan("cosign")
	g.must(cos.Resolve(q, 1, panel.Resolution{By: "u-x", At: g.f.Now, Text: "too personal"}))

	before, err := json.Marshal(g.f.Case.Parts)
	if err != nil {
		t.Fatal(err)
	}
	var read workflow.Parts
	if err := json.Unmarshal(before, &read); err != nil {
		t.Fatal(err)
	}
	if again, _ := json.Marshal(read); string(again) != string(before) {
		t.Errorf("stored %s\nread   %s", before, again)
	}
	for _, derived := range []string{"due", "mean", "met"} {
		if strings.Contains(string(before), `"`+derived+`"`) {
			t.Errorf("%s is derived and stands in %s", derived, before)
		}
	}

	c := g.f.Case.Clone()
	doc := c.OwnPart(panel.Name).(*panel.Doc)
	doc.End(g.f.Now)
	doc.ClearTexts([]string{"too personal"})
	doc.Rename("u-a", "erased")
	if after, _ := json.Marshal(g.f.Case.Parts); string(after) != string(before) {
		t.Errorf("a change of the copy changed\n%s\nto\n%s", before, after)
	}
	erased, _ := json.Marshal(doc)
	if s := string(erased); strings.Contains(s, "personal") || strings.Contains(s, `"a"`) ||
		!strings.Contains(s, "erased") || !strings.Contains(s, "8550") {
		t.Error(s)
	}
	want := []workflow.Holder{{Part: "cosign", Who: "a-women"}, {Part: "review", Who: "u-a"}}
	if got := doc.Holders(); !slices.Equal(got, want) { // b's seat ended
		t.Errorf("holders %v", got)
	}
	if text, _ := json.Marshal(&panel.Doc{}); string(text) != "{}" {
		t.Errorf("an empty document is %s", text)
	}
}
