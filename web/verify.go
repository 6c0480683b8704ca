package web

import (
	"net/http"

	"incubase/workflow"
	"incubase/workflow/text"
)

var verifyTitle = text.Text{ZH: "核对记录", EN: "Check the record"}

// chained is one event of a chain as it was recomputed.
type chained struct {
	entry
	Sound bool
}

// chain is a case's history, recomputed now.
type chain struct {
	*folder
	Links []chained
	Sound bool // every link, the order, and the case's own place on it
}

// verify recomputes the chain of one case before the eyes of the staff and the auditor: each event's hash over what it
// says and the hash of the one before, the numbers without gaps, and the case standing at its latest event.
func (s *site) verify(v *visit) error {
	f, err := s.folder(v, v.Param("ref"))
	if err != nil {
		return err
	}
	if !f.Staff() {
		return workflow.ErrNotFound
	}
	events, err := s.Cases.Events(v.ctx, f.Case.ID)
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, verifyTitle, chainPage(f.chain(v, events)))
}

func (f *folder) chain(v *visit, events []workflow.Event) *chain {
	c := &chain{folder: f, Sound: true}
	var previous, last workflow.Hash
	for i := range events {
		e := &events[i]
		x := chained{entry: f.entry(v.ctx, *e)}
		x.Sound = e.Seq == i+1 && e.Verify(previous, e.Erased) == nil
		c.Sound = c.Sound && x.Sound
		c.Links, previous = append(c.Links, x), e.Hash
		if e.Seq == f.Case.Version { // whatever has been done since the case was read stands after it
			last = e.Hash
		}
	}
	c.Sound = c.Sound && last == f.Case.LastHash
	return c
}
