package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"incubase/api/print"
	"incubase/workflow"
	"incubase/workflow/paper"
)

func (s *service) papers() {
	pdf := []string{print.Type}
	handle(s, route{method: "GET", path: Base + "/cases/{id}/papers", id: "listPapers", tag: "papers",
		summary: "The case's official papers",
		about: "Oldest first, void ones too: their numbers are never given again. Letters of refusal and agreements are " +
			"for the organization and the staff; the minutes of a round are for those who print its papers.",
		errors: []int{404}}, s.listPapers)
	handle(s, route{method: "GET", path: Base + "/papers/{id}", id: "getPaper", tag: "papers",
		summary: "An official paper", errors: []int{404}}, s.getPaper)
	handle(s, route{method: "GET", path: Base + "/papers/{id}/pdf", id: "printPaper", tag: "papers",
		summary: "An official paper as PDF",
		about:   "In the layout of GB/T 9704-2012, always as a download.", errors: []int{404}, produces: pdf}, s.printPaper)
	handle(s, route{method: "GET", path: Base + "/rounds/{id}/papers/{kind}/pdf", id: "printRoundPapers", tag: "papers",
		summary: "All papers of a kind of a round as one PDF",
		about:   "Those that hold, by number, at most 500. For the staff of the round's place.", errors: []int{404, 422},
		produces: pdf}, s.printRound)
	handle(s, route{method: "GET", path: Base + "/public/notices/{id}/pdf", id: "printPublicNotice", tag: "public",
		summary: "A running public notice as PDF", open: true, limit: s.Limits.Reading,
		about: "The id is the notice's. It is there while the notice runs.", errors: []int{404}, produces: pdf},
		s.printNotice)
}

type PaperDoc struct {
	ID     workflow.ID   `json:"id"`
	Case   workflow.ID   `json:"case"`
	Kind   string        `json:"kind" enum:"notice,award,refusal,agreement,entry_agreement,minutes"`
	Label  workflow.Text `json:"label"`
	Number string        `json:"number,omitempty" example:"黑民社孵〔2026〕12号" doc:"Code word, year and serial; one serial for each word and year, without gaps."`
	Title  string        `json:"title"`
	Body   []string      `json:"body" doc:"Its paragraphs. Official papers are in Chinese."`
	Brief  workflow.Text `json:"brief" doc:"What it says, in short."`
	Event  int           `json:"event" doc:"The act that issued it: its number in the time line."`
	At     time.Time     `json:"issued_at"`
	Voided *time.Time    `json:"voided_at,omitempty" doc:"It holds no longer."`
	SHA256 string        `json:"sha256,omitempty" doc:"Of a paper that is signed: the hash of number, title, body and attachments, a line each, in UTF-8. Who signs names it."`
	Signed []SignedDoc   `json:"signed,omitempty" doc:"Who has signed it so far."`
}

type SignedDoc struct {
	Party string    `json:"party"`
	Name  string    `json:"name"`
	At    time.Time `json:"at"`
}

func paperDoc(p paper.Paper) PaperDoc {
	d := paper.Compose(&p)
	out := PaperDoc{p.ID, p.Case, p.Kind, paper.Labels[p.Kind], d.Number, d.Title, []string{}, d.Summary, p.Seq, p.At,
		p.Voided, d.SHA256, each(p.Signed, func(s paper.Signature) SignedDoc { return SignedDoc{s.Party, s.Name, s.At} })}
	for _, b := range d.Body {
		out.Body = append(out.Body, b.Text)
	}
	return out
}

func (s *service) listPapers(ctx context.Context, in *refInput) (*many[PaperDoc], error) {
	list, err := s.Desk.Papers(ctx, who(ctx), in.ID, s.Papers)
	return page(each(list, paperDoc), "", err)
}

func (s *service) getPaper(ctx context.Context, in *idInput) (*one[PaperDoc], error) {
	p, err := s.Desk.Paper(ctx, who(ctx), in.ID, s.Papers)
	if err != nil {
		return nil, err
	}
	return single(new(paperDoc(*p)), p.ID, 0, "", nil)
}

func (s *service) printPaper(ctx context.Context, in *idInput) (*huma.StreamResponse, error) {
	p, err := s.Desk.Paper(ctx, who(ctx), in.ID, s.Papers)
	if err != nil {
		return nil, err
	}
	return printed(ctx, paper.FileName(p), *p)
}

func (s *service) printNotice(ctx context.Context, in *idInput) (*huma.StreamResponse, error) {
	p, err := s.Desk.PublicPaper(ctx, in.ID, s.Papers)
	if err != nil {
		return nil, err
	}
	return printed(ctx, paper.FileName(p), *p)
}

type roundPapersInput struct {
	ID   string `path:"id" maxLength:"60"`
	Kind string `path:"kind" enum:"notice,award,refusal,agreement,entry_agreement,minutes"`
}

func (s *service) printRound(ctx context.Context, in *roundPapersInput) (*huma.StreamResponse, error) {
	list, err := s.Desk.RoundPapers(ctx, who(ctx), in.ID, in.Kind, s.Papers)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, workflow.ErrNotFound
	}
	return printed(ctx, paper.Labels[in.Kind].ZH, list...)
}

func printed(ctx context.Context, name string, list ...paper.Paper) (*huma.StreamResponse, error) {
	docs := make([]paper.Document, len(list))
	for i := range list {
		docs[i] = paper.Compose(&list[i])
	}
	b, err := print.PDF(ctx, name, docs...)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		c.SetHeader("Content-Type", print.Type)
		c.SetHeader("Content-Disposition", disposition(name+".pdf"))
		c.SetHeader("Content-Security-Policy", "sandbox; default-src 'none'")
		c.SetHeader("Content-Length", strconv.Itoa(len(b)))
		c.SetHeader("X-Content-Type-Options", "nosniff")
		c.SetStatus(http.StatusOK)
		_, _ = c.BodyWriter().Write(b) // Content-Length reveals a failure
	}}, nil
}
