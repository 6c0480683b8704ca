package api

import (
	"context"
	"net/http"
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/text"
)

// fault is one thing that the schema of an operation finds wrong, in words for people.
type fault struct {
	workflow.FieldError
	malformed bool // 400; otherwise the form is right and the value is not: 422
}

// schemaProblem tells malformed requests (400) from unacceptable ones (422), of what the library found in the parameters
// and what check found in the body. Either way it names every field, up to edge.MaxFaults.
func schemaProblem(ctx context.Context, status int, errs []error) *edge.Problem {
	if status == http.StatusRequestEntityTooLarge || status == http.StatusUnsupportedMediaType {
		return edge.Status(ctx, status, text.Text{})
	}
	body := faultsOf(ctx)
	if body == nil {
		body = &checked{}
	}
	var faults []fault
	more := body.more
	for _, err := range errs {
		d, ok := err.(huma.ErrorDetailer) // never its whole text: that prints all that was sent
		if !ok {
			continue
		}
		switch detail := d.ErrorDetail(); {
		case strings.Contains(detail.Message, "request body too large"): // of a form without a length
			return edge.Status(ctx, http.StatusRequestEntityTooLarge, text.Text{})
		case strings.HasPrefix(detail.Message, "unknown content type"):
			return edge.Status(ctx, http.StatusUnsupportedMediaType, text.Text{})
		case detail.Location == "body" && len(body.faults) > 0: // a body known to be wrong cannot be read either
		case len(faults) == edge.MaxFaults:
			more++
		default:
			faults = append(faults, faultOf(detail))
		}
	}
	faults = append(faults, body.faults...)
	if len(faults) == 0 {
		return edge.Status(ctx, status, text.Text{})
	}
	return faulty(ctx, faults, more)
}

// faulty is the answer that names faults.
func faulty(ctx context.Context, faults []fault, more int) *edge.Problem {
	var bad *fault
	invalid := workflow.Invalid{More: more}
	for i := range faults {
		invalid.Fields = append(invalid.Fields, faults[i].FieldError)
		if faults[i].malformed && bad == nil {
			bad = &faults[i]
		}
	}
	p := edge.From(ctx, &invalid)
	if bad == nil {
		return p
	}
	m := edge.From(ctx, &edge.Malformed{Field: bad.Field, Message: bad.Message})
	m.Errors, m.More = p.Errors, p.More
	return m
}

var wrongNumber = regexp.MustCompile(`cannot unmarshal number .* into Go struct field \S*?\.(\S+) of type`)

// faultOf reads what the library says of one fault.
func faultOf(d *huma.ErrorDetail) fault {
	where, at := place(d.Location)
	f := fault{workflow.FieldError{Field: at, Message: translate(d.Message)}, where != "body" && where != "form" && where != ""}
	switch {
	case wrongNumber.MatchString(d.Message): // 1e3 and numbers past 64 bits pass for whole ones in the schema
		f.Field, f.malformed = wrongNumber.FindStringSubmatch(d.Message)[1], false
		f.Message = text.Text{ZH: "应为整数", EN: "a whole number is expected"}
	case strings.HasPrefix(d.Message, "json: "), strings.HasPrefix(d.Message, "parsing time"):
		f.malformed, f.Message = true, text.Text{ZH: "类型或写法不对", EN: "wrong type or form"}
	case strings.HasPrefix(d.Message, "expected value to be one of"): // an unknown value of a filter, well written
		f.malformed = false
	case strings.HasPrefix(d.Message, "expected number "): // out of range, a query parameter's too
		f.malformed = false
	case strings.HasPrefix(d.Message, "expected integer"):
		_, number := d.Value.(float64)
		f.malformed = f.malformed || !number
	case wrongType(d.Message):
		f.malformed = true
	}
	return f
}

// wrongType tells whether a value is not of the JSON type that the schema asks for.
func wrongType(message string) bool {
	switch message {
	case "expected boolean", "expected number", "expected string", "expected array", "expected object":
		return true
	}
	return strings.HasPrefix(message, "cannot read multipart form")
}

// place tells which part of the request a location is in, and where there in the client's words: body.name is name.
func place(location string) (part, at string) {
	for _, p := range []string{"body", "form", "query", "path", "header"} {
		if rest, ok := strings.CutPrefix(location, p); ok && (rest == "" || strings.ContainsAny(rest[:1], ".[")) {
			return p, strings.TrimPrefix(rest, ".")
		}
	}
	return "", location
}

var patterns = []struct {
	en *regexp.Regexp
	zh string
}{
	{regexp.MustCompile(`^unknown query parameter.*`), "没有这个查询参数"},
	{regexp.MustCompile(`^expected boolean$`), "应为 true 或 false"},
	{regexp.MustCompile(`^expected integer$`), "应为整数"},
	{regexp.MustCompile(`^expected number$`), "应为数字"},
	{regexp.MustCompile(`^expected string$`), "应为文字"},
	{regexp.MustCompile(`^expected array$`), "应为列表"},
	{regexp.MustCompile(`^expected object$`), "应为对象"},
	{regexp.MustCompile(`^expected length >= (\d+)$`), "至少 $1 个字"},
	{regexp.MustCompile(`^expected length <= (\d+)$`), "最多 $1 个字"},
	{regexp.MustCompile(`^expected number >= (\S+)$`), "不能小于 $1"},
	{regexp.MustCompile(`^expected number <= (\S+)$`), "不能大于 $1"},
	{regexp.MustCompile(`^expected array length >= (\d+)$`), "至少 $1 项"},
	{regexp.MustCompile(`^expected array length <= (\d+)$`), "最多 $1 项"},
	{regexp.MustCompile(`^expected value to be one of "(.*)"$`), "应为以下之一：$1"},
	{regexp.MustCompile(`^expected string to be (.*)$`), "格式不对，应为 $1"},
	{regexp.MustCompile(`^expected string to match pattern (.*)$`), "写法不符合要求：$1"},
	{regexp.MustCompile(`^expected array items to be unique$`), "有重复的项"},
	{regexp.MustCompile(`^File required$`), "请选择文件"},
	{regexp.MustCompile(`^Multiple files received.*`), "只能有一个文件"},
	{regexp.MustCompile(`^cannot read multipart form.*`), "上传的内容没有读完"},
	{regexp.MustCompile(`^invalid (integer|float|boolean|date).*`), "类型不对"},
	{regexp.MustCompile(`^required (\S+) parameter is missing$`), "缺少这个参数"},
}

func translate(en string) text.Text {
	if strings.HasSuffix(en, " ^[!-~]+$") { // of a key
		return text.Text{ZH: "只能用可见的英文字符、数字和符号，不含空格", EN: "visible ASCII characters only, no spaces"}
	}
	for _, p := range patterns {
		if p.en.MatchString(en) {
			return text.Text{ZH: p.en.ReplaceAllString(en, p.zh), EN: en}
		}
	}
	return text.Text{ZH: "不符合要求：" + en, EN: en}
}
