package walk

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/credit"
	"incubase/workflow/money"
)

var (
	reviewers = []string{"reviewer1", "reviewer2", "reviewer3"}
	agencies  = []string{"justice", "culture", "women", "disabled"}
	offices   = []string{"officer", "decider", "finance1", "finance2", "evaluator", "sysadmin", "secadmin"}
)

// place is the demonstration's main county.
const place = "230302"

// noticeWait exceeds the round's notice of five working days, with the longest holidays.
const noticeWait = "P20D"

// topics of the file's grant programmes. They decide which agencies co-sign.
var topics = map[string][]string{
	"Education":             {"education", "left_behind_children"},
	"Arts and Humanities":   {"culture"},
	"Science and Medicine":  {"health"},
	"Health and Disability": {"health", "disabled"},
}

type roundView struct {
	ID        string `json:"id"`
	Ref       string `json:"ref"`
	State     string `json:"state"`
	Version   int    `json:"version"`
	Total     int64  `json:"total_fen"`
	Committed int64  `json:"committed_fen"`
	Paid      int64  `json:"paid_fen"`
}

type created struct {
	ID string `json:"id"`
}

func (w *walk) prepare(ctx context.Context, rows []application) error {
	w.staff = map[string]*client{}
	for _, list := range [][]string{offices, reviewers, agencies} {
		for _, login := range list {
			c, err := w.anonymous().login(ctx, login, w.Password)
			if err != nil {
				return err
			}
			w.staff[login] = c
		}
	}
	var sum money.Fen
	for _, a := range rows {
		w.files = append(w.files, &file{application: a})
		sum += a.amount
	}
	w.report.Requested = sum
	if err := w.openRound(ctx, sum); err != nil {
		return fmt.Errorf("open a round for the walk: %w", err)
	}
	fmt.Fprintf(w.Out, "round %s: an envelope of %s yuan for %d applications\n", w.round.Ref, sum.Yuan(), len(rows))
	return w.host(ctx)
}

// openRound creates, staffs and opens a round whose envelope fits the applications.
func (w *walk) openRound(ctx context.Context, sum money.Fen) error {
	var clock struct {
		Now time.Time `json:"now"`
	}
	if err := w.staff["officer"].get(ctx, "/demo/clock", &clock); err != nil {
		return fmt.Errorf("ask the demonstration's clock: %w", err)
	}
	name := "实例演练 " + w.run
	body := map[string]any{
		"name": map[string]string{"zh": name, "en": "Walk " + w.run}, "kind": "grant", "region": place,
		"opens_at": clock.Now.Add(-time.Minute), "closes_at": clock.Now.AddDate(0, 2, 0), "total_fen": int64(sum),
		"rules": rules, "form": json.RawMessage(form),
	}
	officer := w.staff["officer"]
	if err := officer.post(ctx, "/rounds", "walk/"+w.run+"/round", body, &w.round); err != nil {
		return err
	}
	for _, login := range reviewers {
		if err := w.seat(ctx, login); err != nil {
			return err
		}
	}
	return officer.post(ctx, "/rounds/"+w.round.ID+"/actions/open", "walk/"+w.run+"/open", map[string]any{}, nil)
}

// rules of the walk's round: two instalments, the second after one accepted report.
var rules = workflow.Rules{
	MinReviews: len(reviewers), PassPoints: 6000, NoticePeriod: workdays(5), CorrectionPeriod: workdays(5),
	CosignPeriod:  workdays(10),
	CosignSilence: "lapse", Cosigners: "competent", SignPeriod: workdays(30), ReportPeriod: workdays(60),
	Tranches: []workflow.TrancheRule{{Share: 6000}, {Share: 4000, Reports: 1}}, AllowProvisional: true,
	Basis: []workflow.Basis{},
}

func workdays(n int) calendar.Period { return calendar.Period{N: n, Unit: calendar.Workday} }

func (w *walk) seat(ctx context.Context, login string) error {
	var me created
	if err := w.staff[login].get(ctx, "/me", &me); err != nil {
		return err
	}
	return w.grant(ctx, me.ID, "round/"+login, map[string]any{"role": "reviewer", "round": w.round.ID})
}

func (w *walk) grant(ctx context.Context, user, step string, role map[string]any) error {
	return w.staff["secadmin"].post(ctx, "/users/"+user+"/roles", "walk/"+w.run+"/role/"+step, role, nil)
}

// host registers the fiscal host of the file's organizations, which have no Chinese credit code.
func (w *walk) host(ctx context.Context) error {
	serial := int(time.Now().UnixNano()/int64(time.Millisecond)) % 90_000_000
	body := map[string]any{
		"name": "虚构·实例演练托管中心 " + w.run, "kind": "service_org", "region": place, "topics": []string{"charity"},
		"credit_code": credit.Generate("52", place, serial),
		"about":       "Invented for the walk: the fiscal host of its organizations.",
	}
	var o created
	if err := w.staff["officer"].post(ctx, "/organizations", "walk/"+w.run+"/host", body, &o); err != nil {
		return fmt.Errorf("file the fiscal host: %w", err)
	}
	w.hostID = o.ID
	return nil
}

// register registers the recipient, once for all its grants, and its project.
func (w *walk) register(ctx context.Context, f *file) error {
	id, err := w.organizations.once(f.recipient.ID, func() (string, error) { return w.fileOrganization(ctx, f) })
	if err != nil {
		return err
	}
	f.organization = id
	var p created
	body := map[string]any{"title": clip(f.title+" "+f.row, 120), "summary": f.summary, "topics": topicsOf(f),
		"region": place}
	if err := w.staff["officer"].post(ctx, "/organizations/"+id+"/projects", w.key(f, "project"), body, &p); err != nil {
		return err
	}
	f.project = p.ID
	return nil
}

func topicsOf(f *file) []string {
	if t, ok := topics[f.programme]; ok {
		return t
	}
	return []string{"charity"}
}

// fileOrganization registers a recipient as a foreign body without a credit code, with the officer's reason.
func (w *walk) fileOrganization(ctx context.Context, f *file) (string, error) {
	body := map[string]any{
		"name": clip(f.recipient.Name, 60) + " (walk " + w.run + ")", "kind": "public_institution", "region": place,
		"address": clip(strings.Trim(f.recipient.Locality+", "+f.recipient.Country, ", "), 200), "topics": topicsOf(f),
		"credit_override": "A recipient of a 360Giving file (" + f.recipient.ID +
			"): a foreign body without a Chinese credit code, filed for a walk.",
		"fiscal_host": w.hostID,
	}
	var o created
	err := w.staff["officer"].post(ctx, "/organizations", "walk/"+w.run+"/org/"+url.QueryEscape(f.recipient.ID), body, &o)
	return o.ID, err
}

func (w *walk) signUp(ctx context.Context, f *file) error {
	c, err := w.certifiers.once(f.organization, func() (*client, error) { return w.newCertifier(ctx, f) })
	f.certifier = c
	return err
}

func (w *walk) newCertifier(ctx context.Context, f *file) (*client, error) {
	login := fmt.Sprintf("walk-%s-%s", strings.ReplaceAll(w.run, ".", "-"),
		strings.ToLower(f.organization[len(f.organization)-12:]))
	var u half
	body := map[string]any{"login": login, "name": "Head of " + clip(f.recipient.Name, 50), "organization": f.organization}
	if err := w.staff["officer"].post(ctx, "/users", "walk/"+w.run+"/user/"+f.organization, body, &u); err != nil {
		return nil, fmt.Errorf("make an account: %w", err)
	}
	for _, role := range []string{"preparer", "certifier"} {
		if err := w.grant(ctx, u.ID, f.organization+"/"+role,
			map[string]any{"role": role, "organization": f.organization}); err != nil {
			return nil, fmt.Errorf("grant the role of %s: %w", role, err)
		}
	}
	if err := w.choose(ctx, login, u, "walk/"+w.run+"/code/"+f.organization); err != nil {
		return nil, err
	}
	return w.anonymous().login(ctx, login, walkPassword)
}

// half is an account with one half of its reset code.
type half struct {
	ID   string `json:"id"`
	Half string `json:"half"`
}

// choose sets the certifier's password with both halves of a code, from the officer and the security administrator.
// Each half is shown once; if that answer is lost, a new code is started.
func (w *walk) choose(ctx context.Context, login string, first half, key string) error {
	var second half
	for try := range 3 {
		if first.Half == "" || try > 0 {
			if err := w.staff["officer"].post(ctx, "/users/"+first.ID+"/reset", fmt.Sprintf("%s/start/%d", key, try), nil,
				&first); err != nil {
				return fmt.Errorf("start a code: %w", err)
			}
		}
		if first.Half == "" {
			continue
		}
		if err := w.staff["secadmin"].post(ctx, "/users/"+first.ID+"/reset/approval", fmt.Sprintf("%s/approve/%d", key, try),
			nil, &second); err != nil {
			return fmt.Errorf("approve a code: %w", err)
		}
		if second.Half != "" {
			break
		}
	}
	anybody := w.anonymous()
	err := anybody.post(ctx, "/password", "", map[string]any{"login": login, "first": first.Half, "second": second.Half,
		"password": walkPassword}, nil)
	if err != nil {
		return fmt.Errorf("choose a password: %w", err)
	}
	return nil
}

const walkPassword = "seven lanterns over 2014 bridges"

// clip cuts a text to so many characters.
func clip(s string, most int) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) > most {
		r = r[:most]
	}
	return strings.TrimSpace(string(r))
}
