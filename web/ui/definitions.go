package ui

import (
	"incubase/workflow/text"
)

var (
	DefinitionsTitle = text.Text{ZH: "流程", EN: "Workflows"}
	CheckTitle       = text.Text{ZH: "检查流程定义", EN: "Check a definition"}
	DiffTitle        = text.Text{ZH: "两个版本的差别", EN: "What differs between two versions"}
)
