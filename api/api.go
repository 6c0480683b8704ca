package api

import (
	"context"
	"log/slog"
	"net/http"
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"
	"github.com/labstack/echo/v4"

	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/text"
)

// Options are what the API serves from. Demo is nil outside the demonstration.
type Options struct {
	Desk        *workflow.Desk
	Registry    *workflow.Registry
	Cases       Cases
	Records     Records
	Attachments Attachments
	Public      Public
	Definitions Definitions
	Sessions    edge.Sessions
	Setup       Setup
	Trail       Trail
	Health      Health
	Demo        DemoClock
	Secure      bool
	Log         *slog.Logger
}

// Base is where all routes but the service's own lie.
const Base = "/api/v1"

// service is the API at work.
type service struct {
	Options
	api    huma.API
	limits *limiter
}

// Register puts all routes on the server, and the OpenAPI document at /openapi.json.
func Register(e *echo.Echo, o Options) huma.API {
	speak()
	e.Use(conditional, metered(e))
	s := &service{Options: o, api: humaecho.New(e, config()), limits: newLimiter()}
	s.sessions()
	s.cases()
	s.attachments()
	s.organizations()
	s.rounds()
	s.accounts()
	s.places()
	s.workflows()
	s.board()
	s.public()
	s.service()
	if o.Demo != nil {
		s.demo()
	}
	delete(s.api.OpenAPI().Components.Schemas.Map(), "FormFile") // the library's own form of an upload: no schema refers to it
	return s.api
}

func config() huma.Config {
	c := huma.DefaultConfig("Incubase", "1.0.0")
	c.CreateHooks = nil
	c.DocsPath, c.SchemasPath = "", ""
	c.OpenAPIPath = "/openapi"
	c.RejectUnknownQueryParameters = true
	c.OpenAPI.OpenAPI = "3.1.0"
	c.Info.Description = "Grant and project pipeline for incubator bases of community organizations. 社会组织孵化基地的申报、评审、资助与结项系统。\n\nMoney is integer fen; ids are UUIDv7, and a case's readable reference is accepted wherever its id is; times are UTC, dates Asia/Shanghai. Errors are problem documents (RFC 9457) in the language of Accept-Language, Chinese when absent."
	c.Info.Contact = &huma.Contact{Name: "Incubase", URL: "https://incubase.example"}
	c.Info.License = &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}
	c.Servers = []*huma.Server{{URL: "/", Description: "This installation"}}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"bearer": {Type: "http", Scheme: "bearer", Description: "The token that POST /sessions answers with."},
		"cookie": {Type: "apiKey", In: "cookie", Name: "incubase", Description: "The same session, as browsers carry it."},
	}
	for _, t := range tags {
		c.Tags = append(c.Tags, &huma.Tag{Name: t[0], Description: t[1]})
	}
	return c
}

var tags = [][2]string{
	{"sessions", "Signing in and out, and who is signed in."},
	{"cases", "Applications, incubations, reports, payments: everything that moves."},
	{"attachments", "Files, kept by their content."},
	{"organizations", "Organizations and their branded projects."},
	{"rounds", "Funding and intake rounds."},
	{"accounts", "Users and their roles."},
	{"places", "Regions, agencies, competences and calendars."},
	{"workflows", "Definitions of workflows."},
	{"board", "Counts and sums by stage."},
	{"public", "What everybody may see, without signing in."},
	{"service", "The state of the service itself."},
	{"demo", "The demonstration's clock."},
}

// route is one operation of the table that serves and documents.
type route struct {
	method, path, id, tag, summary, about string
	status                                int
	open                                  bool // no session needed
	errors                                []int
	upload                                bool
}

// handle registers an operation. Errors of any kind become problem documents at this one place.
func handle[I, O any](s *service, r route, do func(context.Context, *I) (*O, error)) {
	op := huma.Operation{Method: r.method, Path: r.path, OperationID: r.id, Tags: []string{r.tag}, Summary: r.summary,
		Description: r.about, DefaultStatus: r.status, Errors: append([]int{400, 429, 503}, r.errors...)}
	op.MaxBodyBytes = edge.MaxJSON
	if r.upload {
		op.MaxBodyBytes = edge.MaxUpload
	}
	if r.open {
		op.Security = []map[string][]string{{}}
	} else {
		op.Security = []map[string][]string{{"bearer": {}}, {"cookie": {}}}
		op.Errors = append(op.Errors, 401)
	}
	if r.about == "" {
		op.Description = r.summary + "."
	}
	huma.Register(s.api, op, func(ctx context.Context, in *I) (*O, error) {
		if _, err := edge.Actor(ctx); err != nil && !r.open {
			return nil, edge.From(ctx, err)
		}
		out, err := do(ctx, in)
		if err != nil {
			return nil, edge.From(ctx, err)
		}
		return out, nil
	})
}

// who is the actor of a request; handle has seen that there is one.
func who(ctx context.Context) workflow.Actor {
	a, _ := edge.Actor(ctx)
	return a
}

// speak makes the library's own errors problem documents in the reader's language.
func speak() {
	huma.NewError = func(status int, _ string, _ ...error) huma.StatusError { return &edge.Problem{Status: status} }
	huma.NewErrorWithContext = func(c huma.Context, status int, msg string, errs ...error) huma.StatusError {
		ctx := context.Background()
		if c != nil {
			ctx = c.Context()
		}
		if len(errs) == 0 {
			if msg == "request body is required" {
				return edge.From(ctx, &edge.Malformed{Message: text.Text{ZH: "请求没有内容，应为 JSON", EN: "the body is empty; JSON is expected"}})
			}
			return edge.Status(ctx, status, text.Text{})
		}
		return schemaProblem(ctx, status, errs)
	}
}

// wrongTypes are the library's words for a value that is not of the JSON type the schema asks for.
var wrongTypes = []string{"expected boolean", "expected number", "expected integer", "expected string", "expected array", "expected object",
	"unexpected property", "unknown query parameter"}

// schemaProblem tells malformed requests (400) from unacceptable ones (422).
func schemaProblem(ctx context.Context, status int, errs []error) *edge.Problem {
	var fields []workflow.FieldError
	bad := false
	for _, err := range errs {
		d, ok := err.(huma.ErrorDetailer)
		if !ok {
			continue
		}
		detail := d.ErrorDetail()
		for _, w := range wrongTypes {
			bad = bad || detail.Message == w || strings.HasPrefix(detail.Message, w) && strings.HasPrefix(w, "un")
		}
		fields = append(fields, workflow.FieldError{Field: fieldName(detail), Message: translate(detail.Message)})
	}
	if len(fields) == 0 || status == http.StatusRequestEntityTooLarge || status == http.StatusUnsupportedMediaType {
		return edge.Status(ctx, status, text.Text{})
	}
	if !bad && status == http.StatusBadRequest {
		bad = true
	}
	p := edge.From(ctx, &workflow.Invalid{Fields: fields})
	if bad {
		m := edge.From(ctx, &edge.Malformed{Field: fields[0].Field, Message: fields[0].Message})
		m.Errors = p.Errors
		return m
	}
	return p
}

var requiredName = regexp.MustCompile(`^expected required property (\S+) to be present`)

// fieldName is where the fault lies, in the client's words: body.name is name.
func fieldName(d *huma.ErrorDetail) string {
	at := d.Location
	for _, p := range []string{"body", "query", "path", "header"} {
		if rest, ok := strings.CutPrefix(at, p); ok {
			at = strings.TrimPrefix(rest, ".")
			break
		}
	}
	if m := requiredName.FindStringSubmatch(d.Message); m != nil {
		at = strings.TrimPrefix(at+"."+m[1], ".")
	}
	return at
}

var patterns = []struct {
	en *regexp.Regexp
	zh string
}{
	{regexp.MustCompile(`^unexpected property.*`), "没有这一项"},
	{regexp.MustCompile(`^unknown query parameter.*`), "没有这个查询参数"},
	{requiredName, "请填写"},
	{regexp.MustCompile(`^expected boolean$`), "应为 true 或 false"},
	{regexp.MustCompile(`^expected integer$`), "应为整数"},
	{regexp.MustCompile(`^expected number$`), "应为数字"},
	{regexp.MustCompile(`^expected string$`), "应为文字"},
	{regexp.MustCompile(`^expected array$`), "应为列表"},
	{regexp.MustCompile(`^expected object$`), "应为对象"},
	{regexp.MustCompile(`^expected length >= (\d+)$`), "至少 $1 个字"},
	{regexp.MustCompile(`^expected length <= (\d+)$`), "最多 $1 个字"},
	{regexp.MustCompile(`^expected number >= (\S+)$`), "不能小于 $1"},
	{regexp.MustCompile(`^expected number <= (\S+)$`), "不能大于 $1"},
	{regexp.MustCompile(`^expected array length >= (\d+)$`), "至少 $1 项"},
	{regexp.MustCompile(`^expected array length <= (\d+)$`), "最多 $1 项"},
	{regexp.MustCompile(`^expected value to be one of "(.*)"$`), "应为以下之一：$1"},
	{regexp.MustCompile(`^expected string to be (.*)$`), "格式不对，应为 $1"},
	{regexp.MustCompile(`^expected string to match pattern (.*)$`), "写法不符合要求：$1"},
	{regexp.MustCompile(`^required (\S+) parameter is missing$`), "缺少这个参数"},
}

func translate(en string) text.Text {
	for _, p := range patterns {
		if p.en.MatchString(en) {
			return text.Text{ZH: p.en.ReplaceAllString(en, p.zh), EN: en}
		}
	}
	return text.Text{ZH: "不符合要求：" + en, EN: en}
}
