package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"incubase/api/print"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/paper"
	"incubase/workflow/text"
)

// Papers reads official papers, and what the minutes of a round say.
type Papers interface {
	workflow.Papers
	// PaperCounts says how many papers of each kind of a round hold.
	PaperCounts(ctx context.Context, round workflow.ID) (map[string]int, error)
	// Minutes gathers a round's applications as they stand, and who decided.
	Minutes(ctx context.Context, round workflow.ID, label func(name string, version int, s workflow.State) string) (*paper.Decision, error)
}

// paperView is one paper, or several printed together, with the way back and the way to the PDF.
type paperView struct {
	Title text.Text
	Docs  []paper.Document
	Back  string
	PDF   string
}

// sheets composes papers for a page.
func sheets(list ...paper.Paper) []paper.Document {
	out := make([]paper.Document, len(list))
	for i := range list {
		out[i] = paper.Compose(&list[i])
	}
	return out
}

func (v *visit) papers(p paperView) error {
	return v.show(http.StatusOK, p.Title, paperPage(p))
}

// paper shows one paper of a case to who may read it.
func (s *site) paper(v *visit) error {
	p, err := s.Desk.Paper(v.ctx, *v.frame.Actor, v.Param("id"), s.Papers)
	if err != nil {
		return err
	}
	return v.papers(paperView{Title: paper.Labels[p.Kind], Docs: sheets(*p), Back: "/cases/" + url.PathEscape(p.Facts.Ref), PDF: "/papers/" + p.ID + "/pdf"})
}

func (s *site) paperPDF(v *visit) error {
	p, err := s.Desk.Paper(v.ctx, *v.frame.Actor, v.Param("id"), s.Papers)
	if err != nil {
		return err
	}
	return v.pdf(paper.FileName(p), sheets(*p))
}

// noticePaper shows anybody the official text of a notice that runs.
func (s *site) noticePaper(v *visit) error {
	p, err := s.Desk.PublicPaper(v.ctx, v.Param("id"), s.Papers)
	if err != nil {
		return err
	}
	at := "/notices/" + url.PathEscape(v.Param("id"))
	return v.papers(paperView{Title: paper.Labels[p.Kind], Docs: sheets(*p), Back: at, PDF: at + "/pdf"})
}

func (s *site) noticePDF(v *visit) error {
	p, err := s.Desk.PublicPaper(v.ctx, v.Param("id"), s.Papers)
	if err != nil {
		return err
	}
	return v.pdf(paper.FileName(p), sheets(*p))
}

// roundDocs are a round's papers of one kind, or its minutes.
func (s *site) roundDocs(v *visit) ([]paper.Document, error) {
	kind := v.Param("kind")
	if kind == paper.Minutes {
		return s.minutes(v)
	}
	list, err := s.Desk.RoundPapers(v.ctx, *v.frame.Actor, v.Param("id"), kind, s.Papers)
	if err == nil && len(list) == 0 {
		err = workflow.ErrNotFound
	}
	return sheets(list...), err
}

// minutes are composed of the round as it stands.
func (s *site) minutes(v *visit) ([]paper.Document, error) {
	r, err := s.Desk.Show(v.ctx, *v.frame.Actor, v.Param("id"))
	if err != nil {
		return nil, err
	}
	if r.Case.Workflow != workflow.RoundWorkflow || !r.Prints() {
		return nil, workflow.ErrNotFound
	}
	x, err := s.Papers.Minutes(v.ctx, r.Case.ID, func(name string, version int, state workflow.State) string {
		if m := s.Desk.Machines.Machine(name, version); m != nil {
			d := m.Definition()
			for i := range d.States {
				if d.States[i].Name == state {
					return d.States[i].Label.ZH
				}
			}
		}
		return string(state)
	})
	if err != nil {
		return nil, err
	}
	x.Issuer, x.Ref, x.Round, x.Day = r.Names.Agency.ZH, r.Case.Ref, text.Text{ZH: r.Case.Title, EN: r.Case.Title}, calendar.DateOf(v.frame.Now)
	return []paper.Document{paper.ComposeMinutes(x)}, nil
}

func (s *site) roundPapers(v *visit) error {
	docs, err := s.roundDocs(v)
	if err != nil {
		return err
	}
	at := "/rounds/" + url.PathEscape(v.Param("id"))
	return v.papers(paperView{Title: paper.Labels[v.Param("kind")], Docs: docs, Back: at, PDF: at + "/papers/" + v.Param("kind") + "/pdf"})
}

func (s *site) roundPDF(v *visit) error {
	docs, err := s.roundDocs(v)
	if err != nil {
		return err
	}
	return v.pdf(paper.Labels[v.Param("kind")].ZH, docs)
}

// pdf sends papers as a download.
func (v *visit) pdf(name string, docs []paper.Document) error {
	b, err := print.PDF(v.ctx, name, docs...)
	if err != nil {
		return err
	}
	h := v.Response().Header()
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Content-Length", strconv.Itoa(len(b)))
	h.Set("Content-Disposition", disposition(name+".pdf"))
	h.Set("X-Content-Type-Options", "nosniff")
	return v.Blob(http.StatusOK, print.Type, b)
}
