package registry

import (
	"incubase/workflow"
)

func NotRemovable() error {
	return &workflow.Refused{Action: "attach",
		Refusals: []workflow.Refusal{*workflow.No("file_submitted", "文件已随办理事项提交，不能取出；需要更正的，请补充新的文件",
			"the file was submitted with an act and stays; to correct it, bring a new one")}}
}
