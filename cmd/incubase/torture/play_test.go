package torture

import (
	"context"
	"net/http"
	"time"
)

// play looks at cases and acts on them, sensibly or not, until the deadline.
func (c *client) play(ctx, deadline context.Context) {
	for ctx.Err() == nil {
		t := c.run.pick(c.dice)
		if t == nil {
			return
		}
		if c.dice.IntN(120) == 0 {
			c.open(deadline, t.purse)
			continue
		}
		login, stranger := c.who(t)
		o := c.read(deadline, t, login)
		if o == nil {
			time.Sleep(time.Duration(20+c.dice.IntN(100)) * time.Millisecond)
			continue
		}
		if stranger {
			c.intrude(deadline, t, login, o)
			continue
		}
		if o.Status != http.StatusOK {
			continue
		}
		c.run.record(o)
		c.run.adopt(t, o)
		action, fields := c.choose(t, o)
		c.act(deadline, t, login, action, c.version(o.Version), fields)
	}
}

// who returns a reader of a case: mostly one who can move it on, sometimes any, sometimes an outsider.
func (c *client) who(t *target) (login string, stranger bool) {
	useful := works(t.workflow, t.state())
	switch n := c.dice.IntN(20); {
	case n == 0:
		return outsiders[c.dice.IntN(len(outsiders))], true
	case n < 4 || len(useful) == 0:
		return insiders[c.dice.IntN(len(insiders))], false
	}
	return useful[c.dice.IntN(len(useful))], false
}

// intrude checks that a case does not exist for an outsider, whose acts have no effect.
func (c *client) intrude(ctx context.Context, t *target, login string, o *op) {
	if o.Status == http.StatusOK {
		c.run.wrong("%s, whom case %s does not concern, reads it", login, t.ref)
	}
	list := actions[t.workflow]
	action := list[c.dice.IntN(len(list))]
	if a := c.act(ctx, t, login, action, 0, c.run.fields(t.workflow, action)); a != nil &&
		(a.Status < 300 || a.Status == http.StatusConflict) && a.Problem != "unanswered" {
		c.run.wrong("%s, whom case %s does not concern, is answered %d to %s", login, t.ref, a.Status, action)
	}
	c.run.count("intrusions")
}

// choose picks an action, mostly an offered one.
func (c *client) choose(t *target, o *op) (string, map[string]any) {
	var open []offer
	mine := map[string]map[string]any{} // with the digests to sign
	for _, a := range o.offers {
		// a deleted draft cannot be read and compared any more
		if a.Name == "save" || a.Name == "discard" {
			continue
		}
		mine[a.Name] = c.run.teach(t.workflow, a)
		if a.Allowed && (!rare[a.Name] || c.dice.IntN(12) == 0) {
			open = append(open, a)
		}
	}
	list := actions[t.workflow]
	action := list[c.dice.IntN(len(list))]
	for rare[action] && c.dice.IntN(12) > 0 {
		action = list[c.dice.IntN(len(list))]
	}
	if len(open) > 0 && c.dice.IntN(6) > 0 {
		action = open[c.dice.IntN(len(open))].Name
	}
	fields, offered := mine[action]
	if !offered {
		fields = c.run.fields(t.workflow, action)
	}
	c.tamper(fields)
	return action, fields
}

// tamper sometimes spoils an amount or drops a field.
func (c *client) tamper(fields map[string]any) {
	for name := range fields {
		switch {
		case name == "amount_fen" && c.dice.IntN(8) == 0:
			fields[name] = []any{-1, 0, 1, int64(1) << 62, "3000000", 1.5}[c.dice.IntN(6)]
		case c.dice.IntN(60) == 0:
			delete(fields, name)
		}
	}
}

// version returns the version read, none, or a wrong one.
func (c *client) version(read int) int {
	switch n := c.dice.IntN(20); {
	case n < 9:
		return read
	case n == 9 && read > 1:
		return read - 1
	}
	return 0
}

// storm proposes what the rest of a purse covers only once, and confirms what is proposed.
func (c *client) storm(ctx context.Context, p *purse) {
	for i := range p.scored { // clients begin with different cases
		t := p.scored[(i+c.n)%len(p.scored)]
		if ctx.Err() != nil {
			return
		}
		o := c.act(ctx, t, "officer", "propose", 0, c.run.fields("grant", "propose"))
		if o != nil && o.Status == http.StatusConflict && o.Problem == "/problems/refused" {
			c.run.count("proposals refused")
		}
	}
	for i := range p.ready { // clients begin with different cases
		t := p.ready[(i+c.n)%len(p.ready)]
		if ctx.Err() != nil {
			return
		}
		c.act(ctx, t, "decider", "confirm", 0, nil)
	}
}
