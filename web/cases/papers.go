package cases

import (
	"net/http"
	"net/url"
	"strconv"

	"incubase/api/print"
	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/paper"
	"incubase/workflow/text"
)

type paperView struct {
	Title text.Text
	Docs  []paper.Document
	Back  string
	PDF   string
}

func sheets(list ...paper.Paper) []paper.Document {
	out := make([]paper.Document, len(list))
	for i := range list {
		out[i] = paper.Compose(&list[i])
	}
	return out
}

func papers(v *ui.Visit, p paperView) error {
	return v.Show(http.StatusOK, p.Title, paperPage(p))
}

func (s *CasePages) Paper(v *ui.Visit) error {
	p, err := s.Desk.Paper(v.Ctx, *v.Frame.Actor, v.Param("id"), s.Papers)
	if err != nil {
		return err
	}
	return papers(v, paperView{Title: paper.Labels[p.Kind], Docs: sheets(*p),
		Back: "/cases/" + url.PathEscape(p.Facts.Ref),
		PDF:  "/papers/" + p.ID + "/pdf"})
}

func (s *CasePages) PaperPDF(v *ui.Visit) error {
	p, err := s.Desk.Paper(v.Ctx, *v.Frame.Actor, v.Param("id"), s.Papers)
	if err != nil {
		return err
	}
	return pdf(v, paper.FileName(p), sheets(*p))
}

// NoticePaper shows anybody the official text of a current notice.
func (s *CasePages) NoticePaper(v *ui.Visit) error {
	p, err := s.Desk.PublicPaper(v.Ctx, v.Param("id"), s.Papers)
	if err != nil {
		return err
	}
	at := "/notices/" + url.PathEscape(v.Param("id"))
	return papers(v, paperView{Title: paper.Labels[p.Kind], Docs: sheets(*p), Back: at, PDF: at + "/pdf"})
}

func (s *CasePages) NoticePDF(v *ui.Visit) error {
	p, err := s.Desk.PublicPaper(v.Ctx, v.Param("id"), s.Papers)
	if err != nil {
		return err
	}
	return pdf(v, paper.FileName(p), sheets(*p))
}

// roundDocs returns a round's papers of one kind, or the draft of minutes not issued yet.
func (s *CasePages) roundDocs(v *ui.Visit) ([]paper.Document, error) {
	kind := v.Param("kind")
	list, err := s.Desk.RoundPapers(v.Ctx, *v.Frame.Actor, v.Param("id"), kind, s.Papers)
	if err == nil && len(list) == 0 && kind == paper.Minutes {
		var draft *paper.Paper
		if draft, err = s.Desk.DraftMinutes(v.Ctx, *v.Frame.Actor, v.Param("id")); err == nil {
			list = append(list, *draft)
		}
	}
	if err == nil && len(list) == 0 {
		err = workflow.ErrNotFound
	}
	return sheets(list...), err
}

func (s *CasePages) RoundPapers(v *ui.Visit) error {
	docs, err := s.roundDocs(v)
	if err != nil {
		return err
	}
	at := "/rounds/" + url.PathEscape(v.Param("id"))
	return papers(v, paperView{Title: paper.Labels[v.Param("kind")], Docs: docs, Back: at,
		PDF: at + "/papers/" + v.Param("kind") + "/pdf"})
}

func (s *CasePages) RoundPDF(v *ui.Visit) error {
	docs, err := s.roundDocs(v)
	if err != nil {
		return err
	}
	return pdf(v, paper.Labels[v.Param("kind")].ZH, docs)
}

func pdf(v *ui.Visit, name string, docs []paper.Document) error {
	b, err := print.PDF(v.Ctx, name, docs...)
	if err != nil {
		return err
	}
	h := v.Response().Header()
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Content-Length", strconv.Itoa(len(b)))
	h.Set("Content-Disposition", ui.Disposition(name+".pdf"))
	h.Set("X-Content-Type-Options", "nosniff")
	return v.Blob(http.StatusOK, print.Type, b)
}
