package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/text"
)

// TrailRow is one row of the trail of accounts.
type TrailRow struct {
	N       int64
	At      time.Time
	Act     string
	Actor   string
	Subject string
	Address string
	Success bool
	Detail  string
}

var trailTitle = text.Text{ZH: "登录与授权记录", EN: "Trail of accounts"}

// trailPart is a part of the trail with the conditions that it was chosen by.
type trailPart struct {
	Rows   []TrailRow
	Query  url.Values
	Faults map[string]string
	More   bool
}

// trailRows are shown at once.
const trailRows = 100

// trailActs are what happens to accounts, in words; others are shown as they are kept.
var trailActs = []option{{"login", t("登录", "Signed in")}, {"login_refused", t("登录被拒绝", "Sign-in refused")},
	{"login_throttled", t("登录次数过多", "Too many tries to sign in")},
	{"logout", t("退出", "Signed out")}, {"session_confirmed", t("再次确认密码", "Password confirmed")},
	{"session_ended", t("结束一个登录", "Ended a session")}, {"sessions_revoked", t("结束全部登录", "Ended all sessions")},
	{"reset_started", t("发起重置密码", "Code started")}, {"reset_approved", t("批准重置密码", "Code approved")},
	{"reset_ended", t("作废代码", "Code made void")},
	{"reset_here", t("本机给出代码", "Code given at the machine")},
	{"password_chosen", t("用代码设置密码", "Password chosen with a code")}, {"code_refused", t("代码被拒绝", "Code refused")},
	{"password_refused", t("现用密码输错", "Wrong present password")},
	{"factor_enrolled", t("启用双重验证", "Second factor enrolled")},
	{"factor_removed", t("停用双重验证", "Second factor taken away")}, {"factor_reset", t("重置双重验证", "Second factor reset")},
	{"factor_refused", t("验证码被拒绝", "Wrong code of a second factor")},
	{"recovery_code_used", t("使用恢复码", "Recovery code used")}, {"setup", t("首次设置", "First set-up")},
	{"workflow_loaded", t("装入流程", "Workflow loaded")}, {"workflow_approved", t("批准流程", "Workflow approved")},
	{"workflow_withdrawn", t("停用流程", "Workflow withdrawn")}}

// act is what happened, in words.
func (r *TrailRow) act() text.Text {
	for _, x := range trailActs {
		if x.Value == r.Act {
			return x.Label
		}
	}
	return text.Text{ZH: r.Act, EN: r.Act}
}

// trail is the log of sign-ins and what else happens to accounts, for the audit administrator: by person, act and time.
func (s *site) trail(v *visit) error {
	given := v.QueryParams()
	p := &trailPart{Query: url.Values{}, Faults: map[string]string{}}
	q := workflow.TrailQuery{Who: strings.TrimSpace(given.Get("who")), Act: given.Get("act"), Limit: trailRows}
	q.Before, _ = strconv.ParseInt(given.Get("before"), 10, 64) // anything else is the beginning
	for name, day := range map[string]*calendar.Date{"since": &q.Since, "until": &q.Until} {
		if said := given.Get(name); said != "" {
			d, err := calendar.ReadDate(said)
			if err != nil {
				p.Faults[name] = text.Text{ZH: "请填日期，如 2026-11-23", EN: "write a day, such as 2026-11-23"}.In(v.frame.Lang)
			}
			*day = d
		}
	}
	for _, name := range []string{"who", "act", "since", "until"} {
		if said := given.Get(name); said != "" {
			p.Query.Set(name, said)
		}
	}
	var err error
	if p.Rows, err = s.Accounts.Trail(v.ctx, *v.frame.Actor, q); err != nil {
		return err
	}
	p.More = len(p.Rows) == trailRows
	status := http.StatusOK
	if len(p.Faults) > 0 {
		p.Rows, p.More, status = nil, false, http.StatusUnprocessableEntity
	}
	return v.show(status, trailTitle, trailPage(p))
}

// earlier is the address of what came before the last row.
func (p *trailPart) earlier() string {
	q := url.Values{"before": {strconv.FormatInt(p.Rows[len(p.Rows)-1].N, 10)}}
	for name, list := range p.Query {
		q[name] = list
	}
	return "/trail?" + q.Encode()
}
