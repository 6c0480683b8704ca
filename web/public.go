package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/money"
	"incubase/workflow/region"
	"incubase/workflow/text"
)

var (
	noticesTitle = text.Text{ZH: "拟立项公示", EN: "Public notices"}
	awardsTitle  = text.Text{ZH: "立项结果", EN: "Awards"}
	figuresTitle = text.Text{ZH: "统计", EN: "Figures"}
)

func (s *site) notices(v *visit) error {
	list, err := s.Public.Notices(v.ctx)
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, noticesTitle, noticesPage(list))
}

// objectionForm is a notice with what was written against it.
type objectionForm struct {
	Notice
	Capital string // the amount in upper-case characters, as official papers write it
	Said    edge.Objection
	Key     string
	Faults  map[string]string
}

func (s *site) notice(v *visit) error {
	f, err := s.running(v)
	if err != nil {
		return err
	}
	f.Key = workflow.NewID(time.Now())
	return v.show(http.StatusOK, noticesTitle, noticePage(f))
}

// running finds a notice that runs now.
func (s *site) running(v *visit) (*objectionForm, error) {
	list, err := s.Public.Notices(v.ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list, func(n Notice) bool { return n.ID == v.Param("id") })
	if i < 0 {
		return nil, workflow.ErrNotFound
	}
	capital, err := money.Capital(list[i].Amount)
	return &objectionForm{Notice: list[i], Capital: capital, Faults: map[string]string{}}, err
}

// object takes an objection from anybody. What cannot be taken is said, and what was written stays.
func (s *site) object(v *visit) error {
	if err := s.objecting.Take(edge.Of(v.ctx).IP); err != nil {
		return err
	}
	f, err := s.running(v)
	if err != nil {
		return err
	}
	f.Key = v.FormValue("_key")
	f.Said = edge.Objection{Text: strings.TrimSpace(v.FormValue("text")), Name: strings.TrimSpace(v.FormValue("name")), Contact: strings.TrimSpace(v.FormValue("contact"))}
	evidence, done, err := v.evidence()
	if err != nil {
		return err
	}
	defer done()
	r, err := edge.Objections{Desk: s.Desk, Files: s.Attachments, Log: s.Log}.Make(v.ctx, f.ID, keyOf(f.Key, "objection"), f.Said, evidence)
	if err == nil {
		return v.onward(fmt.Sprintf("/notices/%s/done?n=%d", url.PathEscape(r.View.Case.Ref), r.Event.Seq), "objected")
	}
	if !f.explain(v, err) {
		return err
	}
	return v.show(http.StatusUnprocessableEntity, noticesTitle, noticePage(f))
}

func (f *objectionForm) explain(v *visit, err error) bool {
	var invalid *workflow.Invalid
	if errors.As(err, &invalid) {
		for _, x := range invalid.Fields {
			f.Faults[strings.TrimPrefix(x.Field, "fields.")] = x.Message.In(v.frame.Lang)
		}
		return true
	}
	if errors.Is(err, workflow.ErrFileType) || errors.Is(err, workflow.ErrTooLarge) {
		p := edge.From(v.ctx, err)
		f.Faults["files"] = p.Detail
		return true
	}
	return false
}

// evidence opens the files of a form; done closes them.
func (v *visit) evidence() (out []edge.Evidence, done func(), err error) {
	form := v.Request().MultipartForm
	if form == nil {
		return nil, func() {}, nil
	}
	var closers []func() error
	done = func() {
		for _, c := range closers {
			_ = c()
		}
		_ = form.RemoveAll()
	}
	for _, h := range form.File["files"] {
		if h.Size == 0 && h.Filename == "" {
			continue // none was chosen
		}
		f, err := h.Open()
		if err != nil {
			done()
			return nil, nil, err
		}
		closers = append(closers, f.Close)
		out = append(out, edge.Evidence{Name: h.Filename, Content: f})
	}
	return out, done, nil
}

// objectionDone says what to quote later.
func (s *site) objectionDone(v *visit) error {
	return v.show(http.StatusOK, noticesTitle, objectedPage(v.Param("id"), v.QueryParam("n")))
}

func (s *site) awards(v *visit) error {
	code, err := region.Parse(v.QueryParam("region"))
	if err != nil {
		return &workflow.Invalid{Fields: []workflow.FieldError{{Field: "region", Message: text.Text{ZH: "没有这样的区划代码", EN: "there is no such region code"}}}}
	}
	rounds, err := s.announced(v, false)
	if err != nil {
		return err
	}
	list, next, err := s.Public.Awards(v.ctx, v.QueryParam("round"), code, v.QueryParam("cursor"))
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, awardsTitle, awardsPage(rounds, v.QueryParams(), list, next))
}

// figure is a round's awards in sum.
type figure struct {
	Round   text.Text
	Stages  map[workflow.Stage]int
	Awarded money.Fen
	Paid    money.Fen
}

// statistics sums up what is public.
func (s *site) statistics(v *visit) error {
	var rows []figure
	for cursor := ""; ; {
		list, next, err := s.Public.Awards(v.ctx, "", "", cursor)
		if err != nil {
			return err
		}
		for _, a := range list {
			rows = counted(rows, a)
		}
		if cursor = next; next == "" {
			break
		}
	}
	return v.show(http.StatusOK, figuresTitle, statisticsPage(rows))
}

func counted(rows []figure, a Award) []figure {
	i := slices.IndexFunc(rows, func(f figure) bool { return f.Round == a.Round })
	if i < 0 {
		i = len(rows)
		rows = append(rows, figure{Round: a.Round, Stages: map[workflow.Stage]int{}})
	}
	rows[i].Stages[a.Stage]++
	rows[i].Awarded += a.Awarded
	rows[i].Paid += a.Paid
	return rows
}
