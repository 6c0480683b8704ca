package desk

import (
	"incubase/workflow"
)

var EraseLabel = workflow.Text{ZH: "删除个人信息", EN: "Personal data erased"}
