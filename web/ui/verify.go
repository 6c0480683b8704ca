package ui

import (
	"incubase/workflow"
	"incubase/workflow/text"
)

var VerifyTitle = text.Text{ZH: "核对记录", EN: "Check the record"}

type chained struct {
	Entry
	Sound bool
}

// Chain is a case's history, recomputed now.
type Chain struct {
	*Folder
	Links []chained
	Sound bool // every link, the order and the case's own head
}

func (f *Folder) Chain(v *Visit, events []workflow.Event) *Chain {
	c := &Chain{Folder: f, Sound: true}
	var previous, last workflow.Hash
	for i := range events {
		e := &events[i]
		x := chained{Entry: f.Entry(v.Ctx, *e)}
		x.Sound = e.Seq == i+1 && e.Verify(previous, e.Erased && e.Payload == "") == nil
		c.Sound = c.Sound && x.Sound
		c.Links, previous = append(c.Links, x), e.Hash
		if e.Seq == f.Case.Version { // later events follow the version that was read
			last = e.Hash
		}
	}
	c.Sound = c.Sound && last == f.Case.LastHash
	return c
}
