// Package web serves pages over the API's commands and reads. It decides nothing: buttons, forms and refusals come
// from definitions, so a new workflow needs no new page. Pages work without scripts.
package web

import (
	"github.com/labstack/echo/v4"

	"incubase/api/edge"
	"incubase/web/accounts"
	"incubase/web/admin"
	"incubase/web/cases"
	"incubase/web/public"
	"incubase/web/records"
	"incubase/web/rounds"
	"incubase/web/ui"
)

// Register adds the pages to e.
func Register(e *echo.Echo, o ui.Options) {
	if o.Limits == nil {
		o.Limits = edge.NewLimits()
	}
	s := newSite(&ui.Site{Options: o, Plain: e.HTTPErrorHandler})
	e.HTTPErrorHandler = s.Failed
	e.GET("/static/*", ui.Static)
	s.table(e)
}

type site struct {
	*ui.Site
	*accounts.AccountPages
	*records.RecordPages
	*cases.CasePages
	*public.PublicPages
	*rounds.RoundPages
	*admin.AdminPages
}

func newSite(s *ui.Site) *site {
	c := cases.New(s)
	return &site{s, accounts.New(s), records.New(s), c, public.New(c), rounds.New(c), admin.New(s)}
}

// table lists every page, in the order of a first visit.
func (s *site) table(e *echo.Echo) {
	for _, r := range []struct {
		method, path string
		who          ui.Access
		do           func(*ui.Visit) error
	}{
		{"GET", "/", ui.Everybody, s.front},
		{"GET", "/login", ui.Everybody, s.LoginPage},
		{"POST", "/login", ui.Everybody, s.Login},
		{"GET", "/code", ui.Everybody, s.CodePage},
		{"POST", "/code", ui.Everybody, s.ChoosePassword},
		{"GET", "/setup", ui.Everybody, s.SetupPage},
		{"POST", "/setup", ui.Everybody, s.SetUp},
		{"POST", "/logout", ui.SignedIn, s.Logout},
		{"POST", "/preferences", ui.Everybody, s.Prefer},
		{"GET", "/account", ui.SignedIn, s.AccountPage},
		{"POST", "/account/sessions", ui.SignedIn, s.EndOwnSessions},
		{"GET", "/account/factor", ui.SignedIn, s.FactorPage},
		{"POST", "/account/factor", ui.SignedIn, s.BeginFactor},
		{"POST", "/account/factor/code", ui.SignedIn, s.EnrolFactor},
		{"POST", "/account/factor/remove", ui.SignedIn, s.RemoveFactor},
		{"GET", "/password", ui.SignedIn, s.PasswordPage},
		{"POST", "/password", ui.SignedIn, s.ChangePassword},
		{"GET", "/people", ui.SignedIn, s.People},
		{"GET", "/people/new", ui.SignedIn, s.NewPersonPage},
		{"POST", "/people/new", ui.SignedIn, s.AddPerson},
		{"GET", "/people/:id", ui.SignedIn, s.PersonPage},
		{"POST", "/people/:id", ui.SignedIn, s.ChangePerson},
		{"POST", "/people/:id/roles", ui.SignedIn, s.GrantRole},
		{"POST", "/people/:id/end", ui.SignedIn, s.EndRole},
		{"POST", "/people/:id/code", ui.SignedIn, s.ResetPerson},
		{"POST", "/people/:id/sessions", ui.SignedIn, s.EndSessions},
		{"GET", "/trail", ui.SignedIn, s.Trail},
		{"GET", "/erasures", ui.SignedIn, s.ErasuresPage},
		{"GET", "/erasures/new", ui.SignedIn, s.ErasurePage},
		{"POST", "/erasures", ui.SignedIn, s.Erase},
		{"GET", "/acts", ui.SignedIn, s.ActsPage},
		{"GET", "/verify", ui.SignedIn, s.VerifyAllPage},
		{"POST", "/verify", ui.SignedIn, s.VerifyAll},
		{"GET", "/search", ui.SignedIn, s.Search},
		{"GET", "/cases", ui.SignedIn, s.list},
		{"POST", "/filters", ui.SignedIn, s.SaveFilter},
		{"POST", "/filters/drop", ui.SignedIn, s.DropFilter},
		{"GET", "/next/:workflow/:action", ui.SignedIn, s.GoOn},
		{"GET", "/opinions", ui.SignedIn, s.OurOpinions},
		{"GET", "/reviews", ui.SignedIn, s.Reviews},
		{"GET", "/batch", ui.SignedIn, s.BatchPage},
		{"POST", "/batch", ui.SignedIn, s.ActOnAll},
		{"GET", "/jobs/:id", ui.SignedIn, s.JobPage},
		{"POST", "/jobs/:id/stop", ui.SignedIn, s.StopJob},
		{"GET", "/cases/:ref", ui.SignedIn, s.ShowCase},
		{"GET", "/cases/:ref/do/:action", ui.SignedIn, s.DoPage},
		{"POST", "/cases/:ref/do/:action", ui.SignedIn, s.Act},
		{"POST", "/cases/:ref/do/:action/draft", ui.SignedIn, s.SaveAct},
		{"GET", "/cases/:ref/form", ui.SignedIn, s.FormPage},
		{"POST", "/cases/:ref/form", ui.SignedIn, s.SaveForm},
		{"GET", "/cases/:ref/receipt", ui.SignedIn, s.Receipt},
		{"GET", "/cases/:ref/as/applicant", ui.SignedIn, s.AsApplicant},
		{"GET", "/cases/:ref/objections", ui.SignedIn, s.ObjectionsPage},
		{"GET", "/cases/:ref/verify", ui.SignedIn, s.Verify},
		{"POST", "/cases/:ref/files", ui.SignedIn, s.Upload},
		{"GET", "/files/:id", ui.SignedIn, s.Download},
		{"POST", "/files/:id/out", ui.SignedIn, s.TakeOut},
		{"GET", "/exports/awards", ui.Everybody, s.ExportAwards},
		{"GET", "/exports/:list", ui.SignedIn, s.Export},
		{"GET", "/papers/:id", ui.SignedIn, s.Paper},
		{"GET", "/papers/:id/pdf", ui.SignedIn, s.PaperPDF},
		{"GET", "/calls", ui.Everybody, s.read(s.Calls)},
		{"GET", "/calls/:id", ui.Everybody, s.read(s.Call)},
		{"GET", "/notices", ui.Everybody, s.read(s.Notices)},
		{"GET", "/notices/:id", ui.Everybody, s.read(s.Notice)},
		{"GET", "/notices/:id/paper", ui.Everybody, s.read(s.NoticePaper)},
		{"GET", "/notices/:id/pdf", ui.Everybody, s.read(s.NoticePDF)},
		{"POST", "/notices/:id/object", ui.Everybody, s.Object},
		{"GET", "/objections", ui.Everybody, s.LookUp},
		{"GET", "/objections/:code", ui.Everybody, s.read(s.Follow)},
		{"GET", "/awards", ui.Everybody, s.read(s.Awards)},
		{"GET", "/statistics", ui.Everybody, s.read(s.Statistics)},
		{"GET", "/board", ui.SignedIn, s.Board},
		{"GET", "/board/live", ui.SignedIn, s.LiveBoard},
		{"GET", "/rounds", ui.SignedIn, s.Rounds},
		{"GET", "/rounds/new", ui.SignedIn, s.NewRoundPage},
		{"POST", "/rounds/new", ui.SignedIn, s.PrepareRound},
		{"GET", "/rounds/:id", ui.SignedIn, s.RoundPage},
		{"GET", "/rounds/:id/edit", ui.SignedIn, s.EditRoundPage},
		{"POST", "/rounds/:id/edit", ui.SignedIn, s.ChangeRound},
		{"GET", "/rounds/:id/form", ui.SignedIn, s.FormEditPage},
		{"POST", "/rounds/:id/form", ui.SignedIn, s.ChangeForm},
		{"GET", "/rounds/:id/papers/:kind", ui.SignedIn, s.RoundPapers},
		{"GET", "/rounds/:id/papers/:kind/pdf", ui.SignedIn, s.RoundPDF},
		{"GET", "/workflows", ui.SignedIn, s.DefinitionsPage},
		{"GET", "/workflows/check", ui.SignedIn, s.CheckPage},
		{"POST", "/workflows/check", ui.SignedIn, s.CheckDefinition},
		{"GET", "/workflows/:name", ui.SignedIn, s.DefinitionPage},
		{"GET", "/workflows/:name/diagram.svg", ui.SignedIn, s.Diagram},
		{"GET", "/workflows/:name/diff", ui.SignedIn, s.Diff},
		{"GET", "/workflows/:name/versions/:n/approval", ui.SignedIn, s.ApprovalPage},
		{"POST", "/workflows/:name/versions/:n/approval", ui.SignedIn, s.Approve},
		{"POST", "/workflows/:name/versions/:n/withdrawal", ui.SignedIn, s.Withdraw},
		{"GET", "/workflows/:name/versions/:n/trial", ui.SignedIn, s.TrialPage},
		{"GET", "/records", ui.SignedIn, s.RecordsIndex},
		{"GET", "/organizations", ui.SignedIn, s.OrganizationList},
		{"GET", "/organizations/new", ui.SignedIn, s.NewOrganizationPage},
		{"POST", "/organizations/new", ui.SignedIn, s.AddOrganization},
		{"GET", "/organizations/:id", ui.SignedIn, s.OrganizationPage},
		{"GET", "/organizations/:id/edit", ui.SignedIn, s.EditOrganizationPage},
		{"POST", "/organizations/:id/edit", ui.SignedIn, s.ChangeOrganization},
		{"GET", "/organizations/:id/projects/new", ui.SignedIn, s.ProjectPage},
		{"POST", "/organizations/:id/projects/new", ui.SignedIn, s.SaveProject},
		{"GET", "/organizations/:id/projects/:project", ui.SignedIn, s.ProjectPage},
		{"POST", "/organizations/:id/projects/:project", ui.SignedIn, s.SaveProject},
		{"GET", "/agencies", ui.SignedIn, s.Agencies},
		{"GET", "/agencies/new", ui.SignedIn, s.AgencyFormPage},
		{"POST", "/agencies/new", ui.SignedIn, s.SaveAgency},
		{"GET", "/agencies/:id", ui.SignedIn, s.AgencyPage},
		{"GET", "/agencies/:id/edit", ui.SignedIn, s.AgencyFormPage},
		{"POST", "/agencies/:id/edit", ui.SignedIn, s.SaveAgency},
		{"GET", "/agencies/:id/competences", ui.SignedIn, s.CompetencePage},
		{"POST", "/agencies/:id/competences", ui.SignedIn, s.SetCompetence},
		{"POST", "/agencies/:id/end", ui.SignedIn, s.EndCompetence},
		{"GET", "/calendars", ui.SignedIn, s.Calendars},
		{"GET", "/calendars/new", ui.SignedIn, s.CalendarFormPage},
		{"POST", "/calendars/new", ui.SignedIn, s.AddCalendar},
		{"GET", "/start", ui.SignedIn, s.StartPage},
		{"GET", "/start/:workflow", ui.SignedIn, s.ApplyPage},
		{"POST", "/start/:workflow", ui.SignedIn, s.Apply},
		{"GET", "/apply", ui.SignedIn, s.ApplyPage},
		{"POST", "/apply", ui.SignedIn, s.Apply},
	} {
		e.Add(r.method, r.path, s.Page(r.who, r.do))
	}
}

// read rate limits reads without a session, as the API does.
func (s *site) read(do func(*ui.Visit) error) func(*ui.Visit) error {
	return func(v *ui.Visit) error {
		if err := s.Limits.Reading.Anonymous(edge.Of(v.Ctx)); err != nil {
			return err
		}
		return do(v)
	}
}
