package edge

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"incubase/workflow"
	"incubase/workflow/filetype"
	"incubase/workflow/paper"
	"incubase/workflow/registry"
	"incubase/workflow/text"
)

type Problem struct {
	Type     string         `json:"type" doc:"Identifies the kind of problem." example:"/problems/refused"`
	Title    string         `json:"title" doc:"What it is, in the reader's language."`
	Status   int            `json:"status" doc:"The HTTP status." minimum:"400" maximum:"599" format:"int32"`
	Detail   string         `json:"detail,omitempty" doc:"What to do about it, in the reader's language."`
	Instance string         `json:"instance,omitempty" doc:"The request's id: quote it when you ask for help."`
	Errors   []FieldProblem `json:"errors,omitempty" doc:"Every field that is wrong; the first 50 of more."`
	More     int            `json:"more,omitempty" doc:"How many more are wrong than errors lists." format:"int32"`
	Refusals []Reason       `json:"refusals,omitempty" doc:"Every rule that says no."`
	Actions  []string       `json:"actions,omitempty" doc:"What could be done instead, now."`
	Current  *int           `json:"current_version,omitempty" doc:"The version to reload." format:"int32"`
	Shown    string         `json:"shown,omitempty" doc:"Digest of the draft that the request named."`
	Now      string         `json:"now,omitempty" doc:"Digest of the draft as it is saved now."`
	By       *Author        `json:"by,omitempty" doc:"Who saved the draft last."`

	Candidates []registry.SimilarRecord `json:"candidates,omitempty" doc:"Records that it may be; the same request passes with another: true and a reason."`

	headers http.Header
	cause   error
}

type FieldProblem struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

type Author struct {
	ID   string    `json:"id"`
	Name string    `json:"name"`
	At   time.Time `json:"at"`
}

type Reason struct {
	Rule    string `json:"rule"`
	Message string `json:"message"`
}

func (p *Problem) Error() string { return fmt.Sprintf("%d %s: %s", p.Status, p.Title, p.Detail) }

func (p *Problem) GetStatus() int { return p.Status }

func (p *Problem) GetHeaders() http.Header { return p.headers }

func (p *Problem) ContentType(string) string { return "application/problem+json" }

func (p *Problem) Unwrap() error { return p.cause }

type kind struct {
	status int
	slug   string
	title  text.Text
}

func (k kind) problem(r *Request, detail text.Text) *Problem {
	return &Problem{Type: "/problems/" + k.slug, Title: k.title.In(r.Lang), Status: k.status, Detail: detail.In(r.Lang),
		Instance: r.ID}
}

// No other place in the program maps an error to a status.
var (
	badRequest   = kind{400, "malformed", text.Text{ZH: "请求格式不对", EN: "Malformed request"}}
	keyMissing   = kind{400, "key-required", text.Text{ZH: "缺少幂等键", EN: "Idempotency-Key is required"}}
	unauthorized = kind{401, "sign-in", text.Text{ZH: "请先登录", EN: "Please sign in"}}
	wrongLogin   = kind{401, "wrong-login", text.Text{ZH: "账号或密码不对", EN: "Wrong login or password"}}
	confirm      = kind{401, "confirm", text.Text{ZH: "请再次输入密码", EN: "Please confirm with your password"}}
	secondFactor = kind{401, "second-factor", text.Text{ZH: "请输入验证器上的验证码", EN: "The code of the second factor is wanted"}}
	wrongFactor  = kind{401, "wrong-factor", text.Text{ZH: "验证码不对", EN: "Wrong code"}}
	factorNeeded = kind{403, "factor-required", text.Text{ZH: "请先绑定双重验证", EN: "Enrol a second factor first"}}
	wrongCode    = kind{401, "wrong-code", text.Text{ZH: "登录名或代码不对，或代码已失效",
		EN: "Wrong login or code, or the code is over"}}
	forbidden    = kind{403, "forbidden", text.Text{ZH: "无权办理", EN: "Not yours to do"}}
	crossSite    = kind{403, "cross-site", text.Text{ZH: "拒绝跨站请求", EN: "Cross-site request refused"}}
	notFound     = kind{404, "not-found", text.Text{ZH: "没有找到", EN: "Not found"}}
	badMethod    = kind{405, "method", text.Text{ZH: "不支持这种请求方法", EN: "Method not allowed"}}
	notOffered   = kind{409, "not-offered", text.Text{ZH: "当前状态没有这个操作", EN: "Not offered in this state"}}
	refused      = kind{409, "refused", text.Text{ZH: "现在不能办理", EN: "Refused"}}
	similar      = kind{409, "similar", text.Text{ZH: "可能已经登记", EN: "It may be registered already"}}
	moved        = kind{409, "moved", text.Text{ZH: "案件正被他人办理，请重试", EN: "The case keeps moving; try again"}}
	keyBusy      = kind{409, "key-in-use", text.Text{ZH: "同一请求正在办理", EN: "The same request is under way"}}
	filePending  = kind{409, "file-pending", text.Text{ZH: "文件正在查毒", EN: "The file is being scanned"}}
	fileInfected = kind{409, "file-infected", text.Text{ZH: "文件查出病毒，不能下载",
		EN: "The file is infected and cannot be downloaded"}}
	gone         = kind{410, "gone", text.Text{ZH: "已经失效", EN: "Gone"}}
	stale        = kind{412, "stale", text.Text{ZH: "内容已被他人更新", EN: "Somebody else was faster"}}
	tooLarge     = kind{413, "too-large", text.Text{ZH: "内容太大", EN: "Too large"}}
	unsupported  = kind{415, "media-type", text.Text{ZH: "不支持这种内容类型", EN: "Unsupported media type"}}
	invalid      = kind{422, "invalid", text.Text{ZH: "有内容需要更正", EN: "Something needs correcting"}}
	keyReused    = kind{422, "key-reused", text.Text{ZH: "幂等键已用于另一请求", EN: "The key was used for another request"}}
	changed      = kind{412, "changed", text.Text{ZH: "内容已有改动", EN: "What was shown has changed"}}
	needsDraft   = kind{428, "draft-required", text.Text{ZH: "缺少草稿校验码", EN: "The digest of the draft is required"}}
	needsVersion = kind{428, "version-required", text.Text{ZH: "缺少版本号", EN: "A version is required"}}
	tooMany      = kind{429, "too-many", text.Text{ZH: "尝试次数太多", EN: "Too many tries"}}
	headersLong  = kind{431, "headers-too-large", text.Text{ZH: "请求头太大", EN: "Headers too large"}}
	internal     = kind{500, "internal", text.Text{ZH: "系统出错", EN: "Internal error"}}
	busy         = kind{503, "busy", text.Text{ZH: "系统繁忙，请稍后再试", EN: "Busy; try again shortly"}}
)

var tables = map[int]kind{400: badRequest, 401: unauthorized, 403: forbidden, 404: notFound, 405: badMethod,
	409: refused, 410: gone,
	412: stale, 413: tooLarge, 415: unsupported, 422: invalid, 428: needsVersion, 429: tooMany, 431: headersLong,
	503: busy}

type Kind struct {
	Status int
	Title  text.Text
}

// Kinds returns the table by slug, for the documentation.
func Kinds() map[string]Kind {
	out := map[string]Kind{}
	for _, k := range []kind{badRequest, keyMissing, unauthorized, wrongLogin, wrongCode, confirm, secondFactor,
		wrongFactor, factorNeeded, forbidden, crossSite, notFound, badMethod, notOffered, refused, similar, moved, keyBusy,
		filePending, fileInfected, gone, stale, changed, tooLarge, unsupported, invalid, keyReused, needsDraft, needsVersion,
		tooMany, headersLong, internal, busy} {
		out[k.slug] = Kind{k.status, k.title}
	}
	return out
}

// ErrVersionRequired refuses a record's change without If-Match.
var ErrVersionRequired = errors.New("a version is required")

// From maps an error to its problem document. Internal text goes only to Request.Note.
func From(ctx context.Context, err error) *Problem {
	r := Of(ctx)
	var p *Problem
	if errors.As(err, &p) {
		p.Instance = r.ID
		return p.bound()
	}
	if p = fromRules(r, err); p == nil {
		p = fromPlain(r, err)
	}
	p.cause = err
	return p.bound()
}

// fromRules handles errors that carry a message.
func fromRules(r *Request, err error) *Problem {
	var bad *Malformed
	var fields *workflow.Invalid
	var no *workflow.Refused
	var missing *workflow.NotOffered
	var old *workflow.Stale
	var slow *registry.Throttled
	var alike *registry.Similar
	var wanted *registry.FactorWanted
	var unnamed *workflow.Unnamed
	var other *workflow.Changed
	switch {
	case errors.As(err, &wanted):
		return secondFactor.problem(r, text.Text{ZH: "密码正确；请连同验证码（code）再登录一次",
			EN: "the password is right; sign in again with the code of your second factor besides"})
	case errors.As(err, &bad):
		p := badRequest.problem(r, bad.Message)
		p.Errors = []FieldProblem{{bad.Field, bad.Message.In(r.Lang)}}
		return p
	case errors.As(err, &fields):
		return invalidProblem(r, fields)
	case errors.As(err, &no):
		return refusedProblem(r, no)
	case errors.As(err, &alike):
		p := similar.problem(r, alike.Message())
		p.Candidates = alike.Candidates
		return p
	case errors.As(err, &missing):
		p := notOffered.problem(r, text.Format("「%[1]s」状态下没有 %[3]s 这个操作", "%[3]s is not offered while the case is: %[2]s",
			missing.Label.ZH, missing.Label.EN, missing.Action))
		p.Actions = allowed(missing.Offers)
		return p
	case errors.As(err, &old):
		return staleProblem(r, old)
	case errors.As(err, &unnamed):
		p := needsDraft.problem(r, text.Text{ZH: "提交已保存的草稿时，请在 fields.draft 中写明所看到的草稿的校验码（见该操作的示例），或者提交全部内容",
			EN: "to submit the saved draft, name in fields.draft the digest of the draft that was shown (the example of this " +
				"action has it), or send the whole answers"})
		p.Now = unnamed.Now
		return p
	case errors.As(err, &other):
		return changedProblem(r, other)
	case errors.As(err, &slow):
		p := tooMany.problem(r, text.Format("请在 %d 秒后再试", "try again in %d seconds", seconds(slow)))
		p.headers = http.Header{"Retry-After": {strconv.Itoa(seconds(slow))}}
		return p
	}
	return nil
}

func seconds(t *registry.Throttled) int { return max(1, int(t.After.Seconds()+0.999)) }

func invalidProblem(r *Request, e *workflow.Invalid) *Problem {
	n := len(e.Fields) + e.More
	p := invalid.problem(r, text.Format("请更正以下 %[1]d 处", "to be corrected: %[1]d", n))
	if n > MaxFaults {
		p.Detail = text.Format("共有 %[1]d 处需要更正，以下是前 %[2]d 处", "to be corrected: %[1]d; the first %[2]d are listed", n,
			MaxFaults).In(r.Lang)
	}
	for _, f := range e.Fields[:min(len(e.Fields), MaxFaults)] {
		p.Errors = append(p.Errors, FieldProblem{f.Field, f.Message.In(r.Lang)})
	}
	p.More = n - len(p.Errors)
	return p
}

func refusedProblem(r *Request, e *workflow.Refused) *Problem {
	k := refused
	if e.Forbidden() {
		k = forbidden
	}
	p := k.problem(r, text.Text{})
	for _, x := range e.Refusals[:min(len(e.Refusals), MaxFaults)] {
		p.Refusals = append(p.Refusals, Reason{x.Rule, x.Message.In(r.Lang)})
		if p.Detail != "" {
			p.Detail += "; "
		}
		p.Detail += x.Message.In(r.Lang)
	}
	p.Actions = allowed(e.Offers)
	return p
}

func allowed(offers []workflow.Offer) []string {
	var out []string
	for _, o := range offers {
		if o.Allowed() {
			out = append(out, o.Name)
		}
	}
	return out
}

func staleProblem(r *Request, e *workflow.Stale) *Problem {
	k := moved
	if e.Named {
		k = stale
	}
	p := k.problem(r, text.Format("当前版本是 %d，请重新载入后再试", "the current version is %d; reload and try again", e.Current))
	p.Current = &e.Current
	return p
}

func changedProblem(r *Request, e *workflow.Changed) *Problem {
	p := changed.problem(r, text.Format("您看到的草稿之后又有改动，没有提交；请核对现在的内容，再提交一次",
		"the draft has changed since it was shown and was not submitted: look at it as it is now and submit again"))
	if e.Paper != "" {
		label := paper.Labels[e.Paper]
		p = changed.problem(r, text.Format("现行的%[1]s不是您写明的那一份，没有签署；请重新阅读后再签",
			"the text that holds now is another one than you named, and nothing was signed: read it (%[2]s), then sign",
			label.ZH, label.EN))
	}
	p.Shown, p.Now = e.Shown, e.Now
	if e.By != "" {
		p.By = &Author{e.By, e.Name, e.At}
	}
	return p
}

// fromPlain handles sentinel errors.
func fromPlain(r *Request, err error) *Problem {
	switch {
	case errors.Is(err, registry.ErrNoSession):
		return unauthorized.problem(r, text.Text{ZH: "会话不存在或已过期", EN: "there is no session, or it has expired"})
	case errors.Is(err, registry.ErrWrongLogin):
		return wrongLogin.problem(r, text.Text{})
	case errors.Is(err, registry.ErrWrongCode):
		return wrongCode.problem(r, text.Text{ZH: "两半代码都要输入，批准后一小时内有效；输错多次即作废，请持有人重新发起",
			EN: "type both halves within an hour of the approval; after several wrong tries it is void: ask for another"})
	case errors.Is(err, registry.ErrWrongFactor):
		return wrongFactor.problem(r, text.Text{ZH: "每个验证码只能用一次，三十秒后会有新的；设备时间须准确；设备丢失请用恢复码",
			EN: "each code is good once, and another comes after thirty seconds; the device's clock must be right; if the " +
				"device is lost use a recovery code"})
	case errors.Is(err, workflow.ErrFactorRequired):
		return factorNeeded.problem(r, text.Text{ZH: "您的角色须使用双重验证：请在「我的账号」绑定（POST /api/v1/me/factor）",
			EN: "your roles need a second factor: enrol one under Your account (POST /api/v1/me/factor)"})
	case errors.Is(err, workflow.ErrConfirm):
		return confirm.problem(r,
			text.Text{ZH: "这类操作须在登录或确认密码后十分钟内办理：先 POST /api/v1/sessions/current/confirmation，再用同一个幂等键重试；什么都没有改",
				EN: "such an act takes a session that was confirmed within ten minutes: POST " +
					"/api/v1/sessions/current/confirmation, then try again with the same key; nothing was changed"})
	case errors.Is(err, registry.ErrTokenUsed):
		return gone.problem(r, text.Text{ZH: "一次性令牌已经用过或过期", EN: "the one-time token was used already or is over"})
	case errors.Is(err, workflow.ErrNotFound):
		return notFound.problem(r, text.Text{ZH: "不存在，或不在您的工作范围内", EN: "it does not exist, or lies outside your scope"})
	case errors.Is(err, workflow.ErrTooLarge):
		return tooLarge.problem(r, text.Text{ZH: "文件太大，最多 20 MB", EN: "the file is too large: at most 20 MiB"})
	case errors.Is(err, workflow.ErrFileFull):
		return invalid.problem(r, text.Text{ZH: "附件总量已满", EN: "no more files fit"})
	case errors.Is(err, workflow.ErrFileType):
		return fileProblem(r, err)
	case errors.Is(err, workflow.ErrFilePending):
		p := filePending.problem(r, text.Text{ZH: "查完才能下载，请稍后再试",
			EN: "it can be downloaded once that is done; try again shortly"})
		p.headers = http.Header{"Retry-After": {"10"}}
		return p
	case errors.Is(err, workflow.ErrFileInfected):
		return fileInfected.problem(r, text.Text{ZH: "请上传人检查后重新提供", EN: "ask the sender for another file"})
	case errors.Is(err, workflow.ErrFileErased):
		return gone.problem(r, text.Text{ZH: "这个文件已依法删除", EN: "the file was erased"})
	case errors.Is(err, workflow.ErrKeyReused):
		return keyReused.problem(r, text.Text{ZH: "换一个新的 Idempotency-Key 再试", EN: "use a new Idempotency-Key"})
	case errors.Is(err, workflow.ErrKeyInFlight):
		return keyBusy.problem(r, text.Text{ZH: "请稍候再看结果", EN: "wait, then look at the result"})
	case errors.Is(err, workflow.ErrKeyRequired):
		return keyMissing.problem(r, text.Text{ZH: "涉及资金的操作和删除个人信息需要 Idempotency-Key 请求头",
			EN: "an act with an effect on money, and an erasing, need the header Idempotency-Key"})
	case errors.Is(err, ErrVersionRequired):
		return needsVersion.problem(r, text.Text{ZH: "请在 If-Match 中带上读到的 ETag", EN: "send the ETag you read as If-Match"})
	case errors.Is(err, workflow.ErrMoved):
		return moved.problem(r, text.Text{})
	case errors.Is(err, workflow.ErrBusy), errors.Is(err, workflow.ErrUnknown), errors.Is(err, context.DeadlineExceeded):
		return busyProblem(r, err)
	case errors.Is(err, context.Canceled):
		return busyProblem(r, err)
	}
	r.Note = err.Error()
	return internal.problem(r, text.Format("请把编号 %s 告诉管理员", "tell the administrator this number: %s", r.ID))
}

func fileProblem(r *Request, err error) *Problem {
	var why *filetype.Error
	if errors.As(err, &why) {
		return unsupported.problem(r, why.Text)
	}
	return unsupported.problem(r, text.Text{ZH: "不接受这类文件", EN: "files of this kind are not accepted"})
}

func busyProblem(r *Request, err error) *Problem {
	r.Note = err.Error()
	detail := text.Text{ZH: "没有办成一半的事：请用同一个幂等键重试", EN: "nothing is half done: try again with the same key"}
	if r.Page {
		detail = text.Text{ZH: "这一步可能没有办成，请稍后返回上一页重试。同一张表单重复提交，只办理一次；多次失败的，请联系管理员",
			EN: "it may not have been done: go back and try again in a moment. A form acts once, however often it is sent; " +
				"if it keeps failing, tell the administrator"}
	}
	p := busy.problem(r, detail)
	p.headers = http.Header{"Retry-After": {"2"}}
	return p
}

func StatusOf(err error) int {
	var known *echo.HTTPError
	if errors.As(err, &known) {
		return known.Code
	}
	return From(With(context.Background(), &Request{}), err).Status
}

// Status returns the problem of a router's or library's bare status.
func Status(ctx context.Context, status int, detail text.Text) *Problem {
	k, ok := tables[status]
	if !ok {
		k = internal
		if status < 500 {
			k = kind{status, "http-" + strconv.Itoa(status), text.Text{ZH: http.StatusText(status), EN: http.StatusText(status)}}
		}
	}
	p := k.problem(Of(ctx), detail)
	if status == http.StatusServiceUnavailable {
		p.headers = http.Header{"Retry-After": {"2"}}
	}
	return p
}

func Write(w http.ResponseWriter, p *Problem) {
	for k, v := range p.headers {
		w.Header()[k] = v
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}

func sum(parts ...[]byte) workflow.Hash {
	h := sha256.New()
	for _, p := range parts {
		_ = binary.Write(h, binary.BigEndian, int64(len(p)))
		h.Write(p)
	}
	return workflow.Hash(h.Sum(nil))
}
