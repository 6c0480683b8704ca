package desk

import (
	"incubase/workflow"
)

// EraseLabel says it in words.
var EraseLabel = workflow.Text{ZH: "删除个人信息", EN: "Personal data erased"}
