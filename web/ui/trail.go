package ui

import (
	"incubase/workflow/text"
)

// TrailActs labels actions on accounts; others appear by code.
var TrailActs = []Option{{"login", T("登录", "Signed in")}, {"login_refused", T("登录被拒绝", "Sign-in refused")},
	{"login_throttled", T("登录次数过多", "Too many tries to sign in")},
	{"logout", T("退出", "Signed out")}, {"session_confirmed", T("再次确认密码", "Password confirmed")},
	{"session_ended", T("结束一个登录", "Ended a session")}, {"sessions_revoked", T("结束全部登录", "Ended all sessions")},
	{"reset_started", T("发起重置密码", "Code started")}, {"reset_approved", T("批准重置密码", "Code approved")},
	{"reset_ended", T("作废代码", "Code made void")},
	{"reset_here", T("本机给出代码", "Code given at the machine")},
	{"password_chosen", T("用代码设置密码", "Password chosen with a code")}, {"code_refused", T("代码被拒绝", "Code refused")},
	{"password_refused", T("现用密码输错", "Wrong present password")},
	{"factor_enrolled", T("启用双重验证", "Second factor enrolled")},
	{"factor_removed", T("停用双重验证", "Second factor taken away")}, {"factor_reset", T("重置双重验证", "Second factor reset")},
	{"factor_refused", T("验证码被拒绝", "Wrong code of a second factor")},
	{"recovery_code_used", T("使用恢复码", "Recovery code used")}, {"setup", T("首次设置", "First set-up")},
	{"workflow_loaded", T("装入流程", "Workflow loaded")}, {"workflow_approved", T("批准流程", "Workflow approved")},
	{"workflow_withdrawn", T("停用流程", "Workflow withdrawn")}}

func ActOf(act string) text.Text {
	for _, x := range TrailActs {
		if x.Value == act {
			return x.Label
		}
	}
	return text.Text{ZH: act, EN: act}
}
