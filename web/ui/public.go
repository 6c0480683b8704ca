package ui

import (
	"incubase/workflow"
	"incubase/workflow/region"
	"incubase/workflow/text"
)

func (v *Visit) Region() (region.Code, error) {
	code, err := region.Parse(v.QueryParam("region"))
	if err != nil {
		return "",
			&workflow.Invalid{Fields: []workflow.FieldError{{Field: "region", Message: text.Text{ZH: "没有这样的区划代码",
				EN: "there is no such region code"}}}}
	}
	return code, nil
}
