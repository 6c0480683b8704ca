package api

import (
	"context"
	"reflect"
	"slices"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"
	"github.com/labstack/echo/v4"

	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/text"
)

// Options are what the API serves from. Demo is nil outside the demonstration.
type Options struct {
	edge.Ports
	Health  Health
	Figures Figures // for /metrics; nil: those of the process alone
	Demo    DemoClock
}

// Base is the prefix of all routes but healthz, readyz, metrics and the OpenAPI document.
const Base = "/api/v1"

type service struct {
	Options
	api huma.API
}

// Register adds all routes to the server, and the OpenAPI document at /openapi.json.
func Register(e *echo.Echo, o Options) huma.API {
	speak()
	e.Pre(metered)
	if o.Limits == nil {
		o.Limits = edge.NewLimits()
	}
	s := &service{Options: o, api: humaecho.New(e, config())}
	e.Use(s.conditional)
	s.sessions()
	s.factors()
	s.cases()
	s.jobs()
	s.attachments()
	s.acts()
	s.papers()
	s.organizations()
	s.rounds()
	s.accounts()
	s.erasures()
	s.places()
	s.workflows()
	s.board()
	s.exports()
	s.search()
	s.public()
	s.service()
	if o.Demo != nil {
		s.demo()
	}
	// the library's schema of an upload, unused
	delete(s.api.OpenAPI().Components.Schemas.Map(), "FormFile")
	return s.api
}

func config() huma.Config {
	c := huma.DefaultConfig("Incubase", "1.0.0")
	c.CreateHooks = nil
	c.DocsPath, c.SchemasPath = "", ""
	c.OpenAPIPath = "/openapi"
	c.RejectUnknownQueryParameters = true
	c.OpenAPI.OpenAPI = "3.1.0"
	c.Info.Description = "Grant and project pipeline for incubator bases of community organizations. 社会组织孵化基地的申报、评审、" +
		"资助与结项系统。\n\nMoney is integer fen; ids are UUIDv7, and a case's readable reference is accepted wherever its id " +
		"is; times are UTC, dates Asia/Shanghai. Errors are problem documents (RFC 9457) in the language of " +
		"Accept-Language, Chinese when absent."
	c.Info.Contact = &huma.Contact{Name: "Incubase", URL: "https://incubase.example"}
	c.Info.License = &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}
	c.Servers = []*huma.Server{{URL: "/", Description: "This installation"}}
	c.Components.Schemas.RegisterTypeAlias(reflect.TypeFor[calendar.Date](), reflect.TypeFor[day]())
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
	{"papers", "Official papers that acts issue, with their numbers."},
	{"organizations", "Organizations and their branded projects."},
	{"rounds", "Funding and intake rounds."},
	{"accounts", "Users and their roles."},
	{"places", "Regions, agencies, competences and calendars."},
	{"workflows", "Definitions of workflows."},
	{"board", "Counts and sums by stage."},
	{"exports", "Lists as files, CSV or XLSX."},
	{"public", "What everybody may see, without signing in."},
	{"service", "The state of the service itself."},
	{"demo", "The demonstration's clock."},
}

// route is a row of the table from which routes are served and documented.
type route struct {
	method, path, id, tag, summary, about string
	status                                int
	open                                  bool          // no session needed
	limit                                 *edge.Limiter // of requests without a session; nil: none
	errors                                []int
	upload                                bool
	unfactored                            bool     // also for actors without the second factor that their roles need
	produces                              []string // content types other than JSON

	also map[string]*huma.Response // further documented responses, by status
}

// handle registers an operation and maps its errors to problem documents.
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
		if !r.unfactored && !slices.Contains(op.Errors, 403) {
			op.Errors = append(op.Errors, 403)
		}
	}
	if r.method != "GET" {
		op.Errors = append(op.Errors, 413, 415)
	}
	if r.also != nil {
		op.Responses = r.also
	}
	if len(r.produces) > 0 {
		op.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{}}}
	}
	for _, kind := range r.produces {
		op.Responses["200"].Content[kind] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
	}
	if r.about == "" {
		op.Description = r.summary + "."
	}
	op.SkipValidateBody = true // check validates bodies
	op.Middlewares = huma.Middlewares{s.admit(r), s.check}
	huma.Register(s.api, op, func(ctx context.Context, in *I) (*O, error) {
		if wrong := faultsOf(ctx); wrong != nil {
			return nil, faulty(ctx, wrong.faults, wrong.more)
		}
		out, err := do(ctx, in)
		if err != nil {
			return nil, edge.From(ctx, err)
		}
		return out, nil
	})
}

// admit refuses requests without a session or, on open routes, limits them by address.
func (s *service) admit(r route) func(huma.Context, func(huma.Context)) {
	return func(c huma.Context, next func(huma.Context)) {
		var err error
		switch {
		case !r.open:
			if _, err = edge.Actor(c.Context()); err == nil && edge.Of(c.Context()).Session.Lacks && !r.unfactored {
				err = workflow.ErrFactorRequired
			}
		case r.limit != nil:
			err = r.limit.Anonymous(edge.Of(c.Context()))
		}
		if err != nil {
			edge.Write(humaecho.Unwrap(c).Response(), edge.From(c.Context(), err))
			return
		}
		next(c)
	}
}

// who returns the request's actor; admit has made sure that there is one.
func who(ctx context.Context) workflow.Actor {
	a, _ := edge.Actor(ctx)
	return a
}

// speak turns the library's errors into problem documents.
var speak = sync.OnceFunc(func() {
	huma.ValidateStrictCasing = true // "Login" is not "login"
	huma.NewError = func(status int, _ string, _ ...error) huma.StatusError { return &edge.Problem{Status: status} }
	huma.NewErrorWithContext = func(c huma.Context, status int, msg string, errs ...error) huma.StatusError {
		ctx := context.Background()
		if c != nil {
			ctx = c.Context()
		}
		if len(errs) == 0 {
			if msg == "request body is required" {
				return edge.From(ctx,
					&edge.Malformed{Message: text.Text{ZH: "请求没有内容，应为 JSON", EN: "the body is empty; JSON is expected"}})
			}
			return edge.Status(ctx, status, text.Text{})
		}
		return schemaProblem(ctx, status, errs)
	}
})
