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

type fault struct {
	workflow.FieldError
	malformed bool // 400; otherwise only the value is wrong: 422
}

// schemaProblem answers 400 for malformed and 422 for unacceptable requests, from the library's faults of the
// parameters and check's of the body. It names up to edge.MaxFaults fields.
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
		d, ok := err.(huma.ErrorDetailer) // never its whole text, which prints all that was sent
		if !ok {
			continue
		}
		switch detail := d.ErrorDetail(); {
		case strings.Contains(detail.Message, "request body too large"): // a form without Content-Length
			return edge.Status(ctx, http.StatusRequestEntityTooLarge, text.Text{})
		case strings.HasPrefix(detail.Message, "unknown content type"):
			return edge.Status(ctx, http.StatusUnsupportedMediaType, text.Text{})
		case detail.Location == "body" && len(body.faults) > 0: // the body's faults are known already
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

func faultOf(d *huma.ErrorDetail) fault {
	where, at := place(d.Location)
	f := fault{workflow.FieldError{Field: at, Message: translate(d.Message)}, where != "body" && where != "form" &&
		where != ""}
	switch {
	case wrongNumber.MatchString(d.Message): // the schema accepts 1e3 and numbers past 64 bits as integers
		f.Field, f.malformed = wrongNumber.FindStringSubmatch(d.Message)[1], false
		f.Message = text.Text{ZH: "应为整数", EN: "a whole number is expected"}
	case strings.HasPrefix(d.Message, "json: "), strings.HasPrefix(d.Message, "parsing time"):
		f.malformed, f.Message = true, text.Text{ZH: "类型或写法不对", EN: "wrong type or form"}
	case strings.HasPrefix(d.Message, "expected value to be one of"): // well-formed, an unknown value of a filter
		f.malformed = false
	case strings.HasPrefix(d.Message, "expected number "): // out of range, also of a query parameter
		f.malformed = false
	case strings.HasPrefix(d.Message, "expected integer"):
		_, number := d.Value.(float64)
		f.malformed = f.malformed || !number
	case wrongType(d.Message):
		f.malformed = true
	}
	return f
}

// wrongType reports whether the value has another JSON type than the schema.
func wrongType(message string) bool {
	switch message {
	case "expected boolean", "expected number", "expected string", "expected array", "expected object":
		return true
	}
	return strings.HasPrefix(message, "cannot read multipart form")
}

// place splits a location into the part of the request and the client's name: body.name is body and name.
func place(location string) (part, at string) {
	for _, p := range []string{"body", "form", "query", "path", "header"} {
		if rest, ok := strings.CutPrefix(location, p); ok && (rest == "" || strings.ContainsAny(rest[:1], ".[")) {
			return p, strings.TrimPrefix(rest, ".")
		}
	}
	return "", location
}

// patterns translate the library's messages. $1 is the first group.
var patterns = []struct {
	found  *regexp.Regexp
	zh, en string
}{
	{regexp.MustCompile(`^unknown query parameter.*`), "没有这个查询参数", "there is no such parameter"},
	{regexp.MustCompile(`^unexpected property$`), "没有这一项", "there is no such item"},
	{regexp.MustCompile(`^expected required property .*`), "请填写", "please fill this in"},
	{regexp.MustCompile(`^expected boolean$`), "应为 true 或 false", "true or false is expected"},
	{regexp.MustCompile(`^expected integer$`), "应为整数", "a whole number is expected"},
	{regexp.MustCompile(`^expected number$`), "应为数字", "a number is expected"},
	{regexp.MustCompile(`^expected string$`), "应为文字", "text is expected"},
	{regexp.MustCompile(`^expected array$`), "应为清单", "a list is expected"},
	{regexp.MustCompile(`^expected object$`), "应分项填写", "several items are expected, each under its name"},
	{regexp.MustCompile(`^expected length >= 1$`), "请填写", "please fill this in"},
	{regexp.MustCompile(`^expected length >= (\d+)$`), "至少写 $1 个字", "at least $1 characters"},
	{regexp.MustCompile(`^expected length <= (\d+)$`), "最多写 $1 个字", "at most $1 characters"},
	{regexp.MustCompile(`^expected number >= (\S+)$`), "不能小于 $1", "not less than $1"},
	{regexp.MustCompile(`^expected number <= (\S+)$`), "不能大于 $1", "not more than $1"},
	{regexp.MustCompile(`^expected number > (\S+)$`), "应大于 $1", "more than $1"},
	{regexp.MustCompile(`^expected number < (\S+)$`), "应小于 $1", "less than $1"},
	{regexp.MustCompile(`^expected array length >= (\d+)$`), "至少 $1 项", "at least $1 items"},
	{regexp.MustCompile(`^expected array length <= (\d+)$`), "最多 $1 项", "at most $1 items"},
	{regexp.MustCompile(`^expected value to be one of "(.*)"$`), "应为以下之一：$1", "one of these is expected: $1"},
	{regexp.MustCompile(`^expected string to be RFC 3339 date-time$`), "应为日期和时间，如 2026-11-23T09:30:00+08:00",
		"a date and time is expected, like 2026-11-23T09:30:00+08:00"},
	{regexp.MustCompile(`^expected string to be RFC 3339 date$|^invalid date.*`), "应为日期，如 2026-11-23",
		"a date is expected, like 2026-11-23"},
	{regexp.MustCompile(`^expected string to be .*uuid.*`), "应为编号，如 018f0000-0000-7000-8000-00000000000a",
		"an id is expected, like 018f0000-0000-7000-8000-00000000000a"},
	{regexp.MustCompile(`^expected array items to be unique$`), "有重复的项", "an item is there twice"},
	{regexp.MustCompile(`^File required$`), "请选择文件", "please choose a file"},
	{regexp.MustCompile(`^Multiple files received.*`), "只能有一个文件", "one file only"},
	{regexp.MustCompile(`^cannot read multipart form.*`), "上传的内容没有读完", "the upload ended too early"},
	{regexp.MustCompile(`^invalid integer.*`), "应为整数", "a whole number is expected"},
	{regexp.MustCompile(`^invalid float.*`), "应为数字", "a number is expected"},
	{regexp.MustCompile(`^invalid boolean.*`), "应为 true 或 false", "true or false is expected"},
	{regexp.MustCompile(`^required (\S+) parameter is missing$`), "缺少这个参数", "this parameter is missing"},
	// Idempotency-Key
	{regexp.MustCompile(` \^\[!-~\]\+\$$`), "只能用可见的英文字符、数字和符号，不含空格", "visible ASCII characters only, no spaces"},
}

func translate(found string) text.Text {
	for _, p := range patterns {
		if m := p.found.FindStringSubmatchIndex(found); m != nil {
			return text.Text{ZH: string(p.found.ExpandString(nil, p.zh, found, m)),
				EN: string(p.found.ExpandString(nil, p.en, found, m))}
		}
	}
	return text.Text{ZH: "写法不符合要求，请参照接口文档", EN: "not written as required; see the documentation of the API"}
}
