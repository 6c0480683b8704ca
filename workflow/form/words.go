package form

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"incubase/workflow/money"
	"incubase/workflow/text"
)

// IsMoney reports whether a number is an amount, kept in fen and written in yuan.
func IsMoney(name string) bool { return strings.HasSuffix(name, "_fen") }

var inYuan = strings.NewReplacer("（分）", "（元）", "（分，", "（元，", "(fen)", "(yuan)", "(fen,", "(yuan,")

func Plain(label text.Text) text.Text {
	return text.Text{ZH: inYuan.Replace(label.ZH), EN: inYuan.Replace(label.EN)}
}

const maxProblems = 200

func (p *property) leaves(e *jsonschema.ValidationError, out *[]Problem) {
	for _, c := range e.Causes {
		p.leaves(c, out)
	}
	if len(e.Causes) > 0 || len(*out) >= maxProblems {
		return
	}
	at := strings.Join(e.InstanceLocation, ".")
	if k, ok := e.ErrorKind.(*kind.AdditionalProperties); ok {
		for _, name := range k.Properties[:min(len(k.Properties), maxProblems-len(*out))] {
			*out = append(*out, Problem{strings.TrimPrefix(at+"."+name, "."),
				text.Text{ZH: "申报表没有这一项", EN: "the form has no such item"}})
		}
		return
	}
	if k, ok := e.ErrorKind.(*kind.Required); ok {
		for _, name := range k.Missing[:min(len(k.Missing), maxProblems-len(*out))] {
			*out = append(*out, Problem{strings.TrimPrefix(at+"."+name, "."), text.Text{ZH: "请填写", EN: "please fill this in"}})
		}
		return
	}
	*out = append(*out, Problem{at, p.at(e.InstanceLocation).words(e.ErrorKind)})
}

type asked struct {
	property
	name string
}

// at returns an empty question beyond what the form describes.
func (p *property) at(place []string) asked {
	here := asked{property: *p}
	for _, step := range place {
		if child, ok := here.Properties[step]; ok {
			here = asked{child, step}
		} else if _, err := strconv.Atoi(step); err == nil && here.Items != nil {
			here = asked{*here.Items, here.name}
		} else {
			return asked{}
		}
	}
	return here
}

func (p asked) words(k jsonschema.ErrorKind) text.Text {
	switch k := k.(type) {
	case *kind.Type:
		return p.typed(k.Want)
	case *kind.MinLength:
		return text.Format("至少写 %d 个字，现在是 %d 个字", "at least %d characters, it has %d", k.Want, k.Got)
	case *kind.MaxLength:
		return text.Format("最多写 %d 个字，现在是 %d 个字", "at most %d characters, it has %d", k.Want, k.Got)
	case *kind.Minimum:
		return p.bound("不能小于 ", "not less than ", k.Want)
	case *kind.Maximum:
		return p.bound("不能大于 ", "not more than ", k.Want)
	case *kind.ExclusiveMinimum:
		return p.bound("应大于 ", "more than ", k.Want)
	case *kind.ExclusiveMaximum:
		return p.bound("应小于 ", "less than ", k.Want)
	case *kind.MultipleOf:
		return p.bound("应为整倍数，基数是 ", "a multiple is expected, of ", k.Want)
	case *kind.MinItems:
		return text.Format("至少 %d 项", "at least %d items", k.Want)
	case *kind.MaxItems:
		return text.Format("最多 %d 项", "at most %d items", k.Want)
	case *kind.UniqueItems:
		return text.Text{ZH: "有重复的项", EN: "an item is there twice"}
	case *kind.Enum:
		return p.choice(k.Want)
	case *kind.Const:
		if k.Want == true {
			return text.Text{ZH: "请勾选，确认属实后才能提交", EN: "please tick this, once it is true"}
		}
		return p.choice([]any{k.Want})
	case *kind.Format:
		return formatted(k.Want)
	}
	return text.Text{ZH: "写法不符合要求，请按说明填写", EN: "not written as required; see the explanation of the question"}
}

func (p asked) typed(want []string) text.Text {
	switch {
	case IsMoney(p.name):
		return text.Text{ZH: "应为金额，单位元，最多两位小数，如 20000.00",
			EN: "an amount in yuan is expected, with two decimals at most, like 20000.00"}
	case slices.Contains(want, "integer"):
		return text.Text{ZH: "应为整数，如 25", EN: "a whole number is expected, like 25"}
	case slices.Contains(want, "number"):
		return text.Text{ZH: "应为数字，如 12.5", EN: "a number is expected, like 12.5"}
	case slices.Contains(want, "boolean"):
		return text.Text{ZH: "应回答是或否", EN: "yes or no is expected"}
	case slices.Contains(want, "array"):
		return text.Text{ZH: "应为清单，一行一项", EN: "a list is expected, an item a line"}
	case slices.Contains(want, "object"):
		return text.Text{ZH: "应分项填写", EN: "several items are expected, each under its name"}
	}
	return text.Text{ZH: "应为文字", EN: "text is expected"}
}

func (p asked) bound(zh, en string, limit *big.Rat) text.Text {
	if IsMoney(p.name) && limit.IsInt() && limit.Num().IsInt64() {
		yuan := money.Fen(limit.Num().Int64()).Yuan()
		return text.Text{ZH: zh + yuan + " 元", EN: en + yuan + " yuan"}
	}
	n := limit.RatString()
	if !limit.IsInt() {
		n = strings.TrimRight(limit.FloatString(6), "0")
	}
	return text.Text{ZH: zh + n, EN: en + n}
}

const maxChoices = 20

func (p asked) choice(values []any) text.Text {
	var zh, en []string
	for _, v := range values[:min(len(values), maxChoices)] {
		value := fmt.Sprint(v)
		label := p.Labels[value]
		if !label.Complete() {
			label = text.Text{ZH: value, EN: value}
		}
		zh, en = append(zh, label.ZH), append(en, label.EN)
	}
	if len(values) > maxChoices {
		zh, en = append(zh, "……"), append(en, "...")
	}
	return text.Text{ZH: "请从这些选项中选择：" + strings.Join(zh, "、"), EN: "please choose one of: " + strings.Join(en, ", ")}
}

func formatted(format string) text.Text {
	switch format {
	case "date":
		return text.Text{ZH: "应为日期，如 2026-11-23", EN: "a date is expected, like 2026-11-23"}
	case "date-time":
		return text.Text{ZH: "应为日期和时间，如 2026-11-23T09:30:00+08:00",
			EN: "a date and time is expected, like 2026-11-23T09:30:00+08:00"}
	case "time":
		return text.Text{ZH: "应为时间，如 09:30:00", EN: "a time is expected, like 09:30:00"}
	case "email":
		return text.Text{ZH: "应为电子邮箱，如 name@example.cn", EN: "an e-mail address is expected, like name@example.cn"}
	case "uri":
		return text.Text{ZH: "应为网址，如 https://example.cn", EN: "an address of a page is expected, like https://example.cn"}
	}
	return text.Text{ZH: "写法不符合要求，请按说明填写", EN: "not written as required; see the explanation of the question"}
}
