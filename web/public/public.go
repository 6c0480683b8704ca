package public

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"incubase/api/edge"
	"incubase/web/cases"
	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/machine"
	"incubase/workflow/region"
	"incubase/workflow/text"
)

var (
	noticesTitle = text.Text{ZH: "拟立项公示", EN: "Public notices"}
	awardsTitle  = text.Text{ZH: "立项结果", EN: "Awards"}
	figuresTitle = text.Text{ZH: "统计", EN: "Figures"}

	followTitle     = text.Text{ZH: "异议处理进度", EN: "What became of an objection"}
	objectionsTitle = text.Text{ZH: "异议", EN: "Objections"}
)

func (s *PublicPages) Notices(v *ui.Visit) error {
	list, next, err := s.Public.PublicNotices(v.Ctx, calendar.DateOf(v.Frame.Now), v.QueryParam("cursor"), 0)
	if err != nil {
		return err
	}
	return v.Show(http.StatusOK, noticesTitle, noticesPage(list, next))
}

type objectionForm struct {
	workflow.Notice
	Said   edge.Objection
	Key    string
	Faults map[string]string
	Lost   bool // files must be chosen again
}

func (s *PublicPages) Notice(v *ui.Visit) error {
	f, err := s.running(v)
	if err != nil {
		return err
	}
	f.Key = workflow.NewID(time.Now())
	return v.Show(http.StatusOK, noticesTitle, noticePage(f))
}

// running finds a current notice.
func (s *PublicPages) running(v *ui.Visit) (*objectionForm, error) {
	n, err := s.Public.PublicNotice(v.Ctx, calendar.DateOf(v.Frame.Now), v.Param("id"))
	if err != nil {
		return nil, err
	}
	return &objectionForm{Notice: *n, Faults: map[string]string{}}, nil
}

// Object takes an objection from anybody. Faults are shown and the input stays.
func (s *PublicPages) Object(v *ui.Visit) error {
	refused := s.Limits.Writing.Take(edge.Of(v.Ctx).IP)
	f, err := s.running(v)
	if err != nil {
		return err
	}
	f.Key = cmp.Or(v.FormValue("_key"), workflow.NewID(time.Now()))
	f.Said = edge.Objection{Text: strings.TrimSpace(v.FormValue("text")), Name: strings.TrimSpace(v.FormValue("name")),
		Contact: strings.TrimSpace(v.FormValue("contact"))}
	evidence, done, err := evidence(v)
	if err != nil {
		return err
	}
	defer done()
	f.Lost = len(evidence) > 0
	if refused != nil {
		return f.explain(v, refused)
	}
	made, err := s.Objections.Make(v.Ctx, f.ID, ui.KeyOf(f.Key, "objection"), f.Said, evidence)
	if err != nil {
		return f.explain(v, err)
	}
	return v.Onward("/objections/"+made.Code, "objected")
}

func (f *objectionForm) explain(v *ui.Visit, err error) error {
	p := edge.From(v.Ctx, err)
	if p.Status == http.StatusInternalServerError || p.Status == http.StatusNotFound {
		return err
	}
	for _, x := range p.Errors {
		f.fault(strings.TrimPrefix(x.Field, "fields."), x.Message)
	}
	for _, r := range p.Refusals {
		f.fault("", r.Message)
	}
	if errors.Is(err, workflow.ErrFileType) || errors.Is(err, workflow.ErrTooLarge) {
		f.fault("files", p.Detail)
	}
	if len(f.Faults) == 0 {
		f.fault("", v.Says(p))
	}
	maps.Copy(v.Response().Header(), p.GetHeaders())
	return v.Show(p.Status, noticesTitle, noticePage(f))
}

// fault notes a fault of a field, or of the whole form for "".
func (f *objectionForm) fault(field, message string) {
	if field == "attachments" {
		field = "files"
	}
	if !slices.Contains(objectionFields, field) {
		field = ""
	}
	if f.Faults[field] == "" {
		f.Faults[field] = message
		return
	}
	f.Faults[field] += " " + message
}

// objectionFields are in the order of the form; "" is the whole.
var objectionFields = []string{"", "text", "name", "contact", "files"}

// evidence opens the form's files; done closes them.
func evidence(v *ui.Visit) (out []edge.Evidence, done func(), err error) {
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
			continue // none chosen
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

// Follow shows an objection by its code: number, state and answer. It is the receipt too.
func (s *PublicPages) Follow(v *ui.Visit) error {
	o, err := s.Objections.Store.FollowObjection(v.Ctx, v.Param("code"))
	if err != nil {
		return err
	}
	v.Response().Header().Set("Cache-Control", "no-store")
	v.Response().Header().Set("Referrer-Policy", "no-referrer")
	return v.Show(http.StatusOK, followTitle, followPage(o))
}

// LookUp redirects to the objection with the typed code.
func (s *PublicPages) LookUp(v *ui.Visit) error {
	code := workflow.ParseObjectionCode(v.QueryParam("code"))
	if v.QueryParam("code") == "" || code == "" {
		return v.Show(http.StatusOK, followTitle, lookUpPage(v.QueryParam("code")))
	}
	return v.Redirect(http.StatusSeeOther, "/objections/"+code)
}

const objectionPage = 50

func (s *PublicPages) ObjectionsPage(v *ui.Visit) error {
	after := 0
	if given := v.QueryParam("after"); given != "" {
		n, err := strconv.ParseInt(given, 10, 32)
		if err != nil || n < 0 {
			return workflow.ErrNotFound
		}
		after = int(n)
	}
	view, list, err := s.Desk.Objections(v.Ctx, *v.Frame.Actor, v.Param("ref"),
		func(ctx context.Context, on workflow.ID) ([]workflow.Objection, error) {
			return s.Objections.Store.Objections(ctx, on, after, objectionPage)
		})
	if err != nil {
		return err
	}
	next := ""
	if len(list) == objectionPage {
		next = strconv.Itoa(list[len(list)-1].N)
	}
	return v.Show(http.StatusOK, objectionsTitle, objectionsPage(view, list, next))
}

type awardList struct {
	Rounds []ui.Call
	Query  url.Values
	Region region.Code
	Path   []ui.Place // from the country down to the place
	Below  []ui.Place // places below, to choose from
	Items  []workflow.Award
	Next   string
	Sum    ui.Tally // of the whole list, not of this page
}

func (s *PublicPages) Awards(v *ui.Visit) error {
	code, err := v.Region()
	if err != nil {
		return err
	}
	round := v.QueryParam("round")
	l := &awardList{Query: v.QueryParams(), Region: code}
	if l.Rounds, err = s.Announced(v, false); err != nil {
		return err
	}
	if i := slices.IndexFunc(l.Rounds, cases.Named(round)); i >= 0 {
		round = l.Rounds[i].ID
	}
	if err := s.locate(v, l); err != nil {
		return err
	}
	if l.Items, l.Next, err = s.Public.PublicAwards(v.Ctx, round, code, v.QueryParam("cursor"), 0); err != nil {
		return err
	}
	machine.WordAwards(s.Desk.Machines, l.Items)
	list, err := s.Figures(v, round, code)
	if err != nil {
		return err
	}
	_, all := summed(list)
	l.Sum = all.All
	return v.Show(http.StatusOK, awardsTitle, awardsPage(l))
}

// locate finds the path from the country to the place, and the places below.
func (s *PublicPages) locate(v *ui.Visit, l *awardList) error {
	up := append([]region.Code{""}, l.Region.Ancestors()...)
	if l.Region != "" {
		up = append(up, l.Region)
	}
	for _, c := range up {
		name, err := s.PlaceName(v.Ctx, c)
		if err != nil {
			return err
		}
		l.Path = append(l.Path, ui.Place{Code: c, Name: name})
	}
	below, err := s.Places.Regions(v.Ctx, l.Region)
	for _, r := range below {
		l.Below = append(l.Below, ui.Place{Code: r.Code, Name: r.Name})
	}
	return err
}

// at returns the address of a place's awards in the same round.
func (l *awardList) at(c region.Code) string {
	q := url.Values{}
	if c != "" {
		q.Set("region", string(c))
	}
	if r := l.Query.Get("round"); r != "" {
		q.Set("round", r)
	}
	return "/awards?" + q.Encode()
}
