package pagetest

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

//go:embed measure.js
var measureScript string

// Browser is a Chromium of its test.
type Browser struct {
	t   testing.TB
	ctx context.Context
	axe string
}

// OpenBrowser starts Chromium and finds axe-core if INCUBASE_PAGES is set. If they are missing, the test fails where
// it is "required" and is skipped otherwise.
func OpenBrowser(t testing.TB) *Browser {
	t.Helper()
	wanted := os.Getenv("INCUBASE_PAGES")
	if wanted == "" {
		t.Skip("pages are not tried in a browser here: run make test-pages")
	}
	absent := t.Skipf
	if wanted == "required" {
		absent = t.Fatalf
	}
	program, err := chromium()
	if err != nil {
		absent("pages cannot be tried in a browser: %v", err)
	}
	source, err := axe()
	if err != nil {
		absent("pages cannot be tried with axe-core: %v", err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox,
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.WindowSize(1280, 800))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		absent("Chromium does not start: %v", err)
	}
	return &Browser{t, ctx, source}
}

func chromium() (string, error) {
	var err error
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome-stable", "google-chrome"} {
		var path string
		if path, err = exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", err
}

// Tab is a window with its own cookies.
type Tab struct {
	t    testing.TB
	ctx  context.Context
	axe  string
	Base string
}

func (b *Browser) Tab(t testing.TB, base string) *Tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	w := &Tab{t, ctx, b.axe, base}
	w.must(chromedp.Do(ctx))
	const watch = `addEventListener("securitypolicyviolation", (e) => (window.__policy ||= []).push(e.violatedDirective + " " + e.blockedURI))`
	_, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument,
		page.AddScriptToEvaluateOnNewDocumentParams{Source: watch})
	w.must(err)
	return w
}

// bound is the timeout of one step.
const bound = 30 * time.Second

func (w *Tab) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *Tab) do(steps ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, bound)
	defer cancel()
	w.must(chromedp.Do(ctx, steps...))
}

// eval returns a script's result in the page, under the page's own policy.
func eval[T any](w *Tab, script string) T {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, bound)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	w.must(err)
	return v
}

func (w *Tab) Cookie(name, value string) {
	w.t.Helper()
	_, err := chromedp.Call(w.ctx, network.SetCookies,
		network.SetCookiesParams{Cookies: []*network.CookieParam{{Name: name, Value: value, URL: w.Base + "/"}}})
	w.must(err)
}

// Visit opens a page and returns its status.
func (w *Tab) Visit(path string) int64 {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, bound)
	defer cancel()
	r, err := chromedp.Run(ctx, chromedp.NavigateResponse(w.Base+path))
	w.must(err)
	return r.Status
}

func (w *Tab) Size(width, height int64) { w.t.Helper(); w.do(chromedp.EmulateViewport(width, height)) }

// Picture returns a screenshot as WebP of middling quality, small enough for a repository.
func (w *Tab) Picture() []byte {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, bound)
	defer cancel()
	quality := int64(70)
	r, err := chromedp.Call(ctx, page.CaptureScreenshot,
		page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatWebp, Quality: &quality})
	w.must(err)
	return r.Data
}

type Measure struct {
	Targets []struct {
		Name   string  `json:"name"`
		Height float64 `json:"height"`
	} `json:"targets"`
	Wide   []string `json:"wide"` // elements beyond the edge
	Font   float64  `json:"font"`
	Lang   string   `json:"lang"`
	Policy []string `json:"policy"` // violations of the page's policy
}

func (w *Tab) Measure() Measure { w.t.Helper(); return eval[Measure](w, measureScript) }

// Zoom sets the text size in percent of the browser's; 0 resets it.
func (w *Tab) Zoom(percent int) {
	w.t.Helper()
	size := ""
	if percent > 0 {
		size = fmt.Sprintf("%d%%", percent)
	}
	eval[string](w, fmt.Sprintf(`document.documentElement.style.fontSize = %q`, size))
}

// Axe returns the findings of axe-core: WCAG 2.0 to 2.2 A and AA, best practices, and in large print the contrast of
// AAA (7:1).
func (w *Tab) Axe() []string {
	w.t.Helper()
	eval[bool](w, `window.axe ? true : (`+"(() => {"+w.axe+"\n; return true })()"+`)`)
	return eval[[]string](w,
		`axe.run({ resultTypes: ["violations"], runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
		rules: { "color-contrast-enhanced": { enabled: document.documentElement.dataset.themeMode === "elder" } } })
		.then(r => r.violations.map(v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.target.join(" ") + " " + ((n.any[0] || n.all[0] || n.none[0] || {}).message || "")).join(" | ")))`)
}

// Focused describes the focused element.
type Focused struct {
	Tag, Name, Type, Text, Href string
	Ring                        bool // the focus is visible
}

// Tabulate presses Tab until the selector's element has the focus.
func (w *Tab) Tabulate(selector string) Focused {
	w.t.Helper()
	for range 80 {
		w.do(chromedp.KeyEvent(kb.Tab))
		at := eval[Focused](w, `(() => { const e = document.activeElement, s = getComputedStyle(e);
			return { Tag: e.tagName, Name: e.name || "", Type: e.type || "", Text: (e.textContent || "").trim(), Href: e.getAttribute("href") || "",
				Ring: e.matches(":focus-visible") && (parseFloat(s.outlineWidth) >= 2 && s.outlineStyle !== "none" || s.boxShadow !== "none") } })()`)
		if at.Tag != "BODY" && !at.Ring {
			w.t.Errorf("%s: the keyboard is at %+v and nobody can see it", w.Path(), at)
		}
		if eval[bool](w, fmt.Sprintf(`document.activeElement.matches(%q)`, selector)) {
			return at
		}
	}
	w.t.Fatalf("%s: the keyboard does not reach %s", w.Path(), selector)
	return Focused{}
}

func (w *Tab) Type(keys string) { w.t.Helper(); w.do(chromedp.KeyEvent(keys)) }

// Enter presses Enter and waits for the next page.
func (w *Tab) Enter() { w.t.Helper(); w.loads(chromedp.KeyEvent(kb.Enter)) }

func (w *Tab) Path() string {
	w.t.Helper()
	return eval[string](w, `location.pathname + location.search`)
}

// Main returns the text of the page's main part.
func (w *Tab) Main() string {
	w.t.Helper()
	return eval[string](w, `document.querySelector("main").innerText`)
}

func (w *Tab) Evaluate(script string) string {
	w.t.Helper()
	return eval[string](w, script)
}

// Await waits until a script returns true.
func (w *Tab) Await(condition string) {
	w.t.Helper()
	for end := time.Now().Add(bound); ; time.Sleep(50 * time.Millisecond) {
		if eval[bool](w, condition) {
			return
		}
		if time.Now().After(end) {
			w.t.Fatalf("%s: it does not come to be that %s: %s", w.Path(), condition, w.Main())
		}
	}
}
