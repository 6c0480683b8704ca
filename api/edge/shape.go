package edge

import (
	"bytes"
	"context"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"incubase/workflow/text"
)

// shape checks framing, media type, size and JSON syntax before any handler runs.
func shape(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if len(r.TransferEncoding) > 0 && ambiguous(r.Context()) {
			c.Response().Header().Set("Connection", "close")
			return malformed("", "不能同时使用 Content-Length 和 Transfer-Encoding",
				"Content-Length and Transfer-Encoding together are refused")
		}
		if unprintable(r.URL.Path) {
			return Status(r.Context(), http.StatusNotFound, text.Text{})
		}
		if err := query(r.URL.RawQuery); err != nil {
			return err
		}
		if r.Body == nil || r.Body == http.NoBody || r.Method == http.MethodGet || r.Method == http.MethodHead {
			return next(c)
		}
		media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		switch {
		case err == nil && media == "application/json":
			return jsonBody(c, next)
		// form of a page
		case err == nil && media == "application/x-www-form-urlencoded" && !strings.HasPrefix(r.URL.Path, "/api/"):
			if r.ContentLength > MaxJSON {
				return tooMuch(r.Context(), MaxJSON)
			}
			r.Body = http.MaxBytesReader(c.Response(), r.Body, MaxJSON)
			return next(c)
		case err == nil && media == "multipart/form-data":
			if r.ContentLength > MaxUpload {
				return tooMuch(r.Context(), MaxUpload)
			}
			r.Body = http.MaxBytesReader(c.Response(), r.Body, MaxUpload)
			return next(c)
		case r.ContentLength == 0:
			return next(c)
		}
		return Status(r.Context(), http.StatusUnsupportedMediaType, text.Text{ZH: "请使用 application/json",
			EN: "use application/json"})
	}
}

func jsonBody(c echo.Context, next echo.HandlerFunc) error {
	r := c.Request()
	if r.ContentLength > MaxJSON {
		return tooMuch(r.Context(), MaxJSON)
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxJSON+1))
	if err != nil {
		return malformed("", "请求没有读完", "the body could not be read")
	}
	if len(body) > MaxJSON {
		return tooMuch(r.Context(), MaxJSON)
	}
	if len(body) == 0 && r.Method == http.MethodDelete {
		return next(c)
	}
	if err := Strict(r.Context(), body); err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.ContentLength = int64(len(body))
	c.SetRequest(r.WithContext(context.WithValue(r.Context(), bodyKey{}, body)))
	return next(c)
}

func tooMuch(ctx context.Context, limit int) error {
	return Status(ctx, http.StatusRequestEntityTooLarge, text.Format("请求最多 %d KB", "a request has at most %d KiB",
		limit>>10))
}

type bodyKey struct{}

// Body returns the JSON body as sent, or nil.
func Body(ctx context.Context) []byte {
	b, _ := ctx.Value(bodyKey{}).([]byte)
	return b
}

// query refuses repeated parameters, broken escapes and control characters.
func query(raw string) error {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return malformed("", "查询参数写法不对", "the query string is not well-formed")
	}
	if err := Fields(values); err != nil {
		return err
	}
	for name, list := range values {
		switch {
		case len(list) > 1:
			return malformed(name, "查询参数出现了两次", "this query parameter is given twice")
		case unprintable(name):
			return malformed("", "查询参数含有控制字符", "a query parameter has control characters")
		case unprintable(list[0]):
			return malformed(name, "查询参数含有控制字符", "this query parameter has control characters")
		}
	}
	return nil
}

// MaxFields bounds the values of a form; the largest page has some hundreds.
const MaxFields = 10_000

// Fields refuses more values or longer names than any page has.
func Fields(form url.Values) error {
	n := 0
	for name, values := range form {
		if n += len(values); n > MaxFields {
			return malformed("", "内容太多，最多 %d 项", "too many values: at most %d", MaxFields)
		}
		if len(name) > MaxName && utf8.RuneCountInString(name) > MaxName {
			return malformed(Short(name, 80), "项名太长，最多 %d 个字", "the name of an item is too long: at most %d characters", MaxName)
		}
	}
	return nil
}

func unprintable(s string) bool {
	return !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl)
}
