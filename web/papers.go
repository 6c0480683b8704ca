package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"incubase/api/print"
	"incubase/workflow"
	"incubase/workflow/desk"
	"incubase/workflow/paper"
	"incubase/workflow/text"
)

// Papers reads official papers.
type Papers interface {
	desk.Papers
	// PaperCounts says how many papers of each kind of a round hold.
	PaperCounts(ctx context.Context, round workflow.ID) (map[string]int, error)
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
	return v.papers(paperView{Title: paper.Labels[p.Kind], Docs: sheets(*p), Back: "/cases/" + url.PathEscape(p.Facts.Ref),
		PDF: "/papers/" + p.ID + "/pdf"})
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

// roundDocs are a round's papers of one kind; of minutes that no act has issued yet, the draft.
func (s *site) roundDocs(v *visit) ([]paper.Document, error) {
	kind := v.Param("kind")
	list, err := s.Desk.RoundPapers(v.ctx, *v.frame.Actor, v.Param("id"), kind, s.Papers)
	if err == nil && len(list) == 0 && kind == paper.Minutes {
		var draft *paper.Paper
		if draft, err = s.Desk.DraftMinutes(v.ctx, *v.frame.Actor, v.Param("id")); err == nil {
			list = append(list, *draft)
		}
	}
	if err == nil && len(list) == 0 {
		err = workflow.ErrNotFound
	}
	return sheets(list...), err
}

func (s *site) roundPapers(v *visit) error {
	docs, err := s.roundDocs(v)
	if err != nil {
		return err
	}
	at := "/rounds/" + url.PathEscape(v.Param("id"))
	return v.papers(paperView{Title: paper.Labels[v.Param("kind")], Docs: docs, Back: at,
		PDF: at + "/papers/" + v.Param("kind") + "/pdf"})
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
