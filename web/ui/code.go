package ui

import (
	"incubase/workflow/text"
)

var (
	CodeTitle  = text.Text{ZH: "用代码设置密码", EN: "Choose a password with a code"}
	SetupTitle = text.Text{ZH: "首次设置", EN: "First set-up"}
	ToldTitle  = text.Text{ZH: "密码重置提醒", EN: "Your password was set by a code"}
)
