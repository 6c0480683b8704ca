package pagetest

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// loads runs a step that leads to another page, and waits for that page.
func (w *Tab) loads(step chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, bound)
	defer cancel()
	_, err := chromedp.Run(ctx, chromedp.WaitEvent(page.LoadEventFired, nil, step))
	w.must(err)
}

// Shortcut presses Alt with an access key and waits for the next page.
func (w *Tab) Shortcut(letter string) {
	w.t.Helper()
	const alt = 1
	code := int64(strings.ToUpper(letter)[0])
	w.loads(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown,
			input.DispatchKeyEventTypeChar, input.DispatchKeyEventTypeKeyUp} {
			p := input.DispatchKeyEventParams{Type: kind, Modifiers: alt, Key: letter, Code: "Key" + strings.ToUpper(letter),
				UnmodifiedText: letter, WindowsVirtualKeyCode: code, NativeVirtualKeyCode: code}
			if kind == input.DispatchKeyEventTypeChar { // the event on which Chromium runs access keys
				p.Text = letter
			}
			if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, p); err != nil {
				return err
			}
		}
		return nil
	}))
}

// Tap touches an element and waits for the next page. It fails if the element is covered or out of reach.
func (w *Tab) Tap(selector string) {
	w.t.Helper()
	at := eval[[]float64](w, fmt.Sprintf(`(() => { const e = document.querySelector(%q); if (!e) { return [] }
		e.scrollIntoView({ block: "center", behavior: "instant" }); const r = e.getBoundingClientRect(), x = r.x + r.width / 2, y = r.y + r.height / 2;
		return e.contains(document.elementFromPoint(x, y)) ? [x, y] : [] })()`, selector))
	if len(at) != 2 {
		w.t.Fatalf("%s: no finger reaches %s: %s", w.Path(), selector, w.Main())
	}
	w.loads(chromedp.TapXY(at[0], at[1]))
}

// Choose moves through a group of radio buttons by the arrow keys until the value is chosen.
func (w *Tab) Choose(name, value string) {
	w.t.Helper()
	w.Tabulate(fmt.Sprintf(`input[name=%q]`, name))
	for range 20 {
		w.Type(" ")
		if eval[bool](w,
			fmt.Sprintf(
				`document.activeElement.name === %q && document.activeElement.value === %q && document.activeElement.checked`, name,
				value)) {
			return
		}
		w.Type(kb.ArrowDown)
	}
	w.t.Fatalf("%s: the arrows do not reach %s of %s", w.Path(), value, name)
}

// Clear empties the focused field.
func (w *Tab) Clear() {
	w.t.Helper()
	w.do(chromedp.KeyEvent("a", chromedp.KeyModifiers(chromedp.ModifierCtrl)), chromedp.KeyEvent(kb.Delete))
}

// Fill presses Tab through a form and types the wanted values until the selector's element has the focus. Other
// fields stay; dates are typed as the browser's own control takes them.
func (w *Tab) Fill(wanted map[string]string, until string) {
	w.t.Helper()
	for range 200 {
		w.do(chromedp.KeyEvent(kb.Tab))
		at := eval[struct{ Name, Tag, Type, Value, ID string }](w, `(() => { const e = document.activeElement;
			return { Name: e.name || "", Tag: e.tagName, Type: e.type || "", Value: e.type === "checkbox" ? String(e.checked) : e.value || "", ID: e.id || "" } })()`)
		if eval[bool](w, fmt.Sprintf(`document.activeElement.matches(%q)`, until)) {
			return
		}
		value, known := wanted[at.Name]
		if !known || at.Value == value {
			continue
		}
		switch {
		case at.Tag == "SELECT":
			w.Type(kb.Home)
			for range 60 {
				if eval[string](w, `document.activeElement.value`) == value {
					break
				}
				w.Type(kb.ArrowDown)
			}
		case at.Type == "checkbox" || at.Type == "radio":
			w.Type(" ")
		case at.Type == "date":
			y, rest, _ := strings.Cut(value, "-")
			m, d, _ := strings.Cut(rest, "-")
			w.Type(m + d + y)
		default:
			w.Clear()
			w.Type(value)
		}
		if now := eval[string](w,
			`document.activeElement.type === "checkbox" ? String(document.activeElement.checked) : document.activeElement.value`); now != value {
			w.t.Errorf("%s: %s was to be %q and is %q", w.Path(), at.Name, value, now)
		}
		if at.Type == "date" { // its parts are separate stops
			w.do(chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift)), chromedp.KeyEvent(kb.Tab))
		}
	}
	w.t.Fatalf("%s: the keyboard does not reach %s", w.Path(), until)
}

// Says waits until an element contains words.
func (w *Tab) Says(selector, words string) {
	w.t.Helper()
	said := ""
	for end := time.Now().Add(bound); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		said = eval[string](w, fmt.Sprintf(`(document.querySelector(%q) || {}).innerText || ""`, selector))
		if strings.Contains(said, words) {
			return
		}
	}
	w.t.Fatalf("%s: %s says %q, not %q", w.Path(), selector, said, words)
}

func (w *Tab) Value(selector string) string {
	w.t.Helper()
	return eval[string](w, fmt.Sprintf(`(document.querySelector(%q) || {}).value ?? "(none)"`, selector))
}

func (w *Tab) Reload() { w.t.Helper(); w.Visit(w.Path()) }

// Offline cuts or restores the connection.
func (w *Tab) Offline(off bool) {
	w.t.Helper()
	all := &network.Conditions{Offline: off, DownloadThroughput: -1, UploadThroughput: -1}
	_, err := chromedp.Call(w.ctx, network.EmulateNetworkConditionsByRule,
		network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{all}})
	w.must(err)
	_, err = chromedp.Call(w.ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: off,
		DownloadThroughput: -1, UploadThroughput: -1})
	w.must(err)
}

// Box is an element's place in the window.
type Box struct{ X, Y, Width, Height float64 }

func (w *Tab) Boxes(selector string) []Box {
	w.t.Helper()
	return eval[[]Box](w,
		fmt.Sprintf(
			`[...document.querySelectorAll(%q)].map((e) => { const r = e.getBoundingClientRect(); return { X: r.x, Y: r.y, Width: r.width, Height: r.height } })`, selector))
}

func (w *Tab) Text(selector string) string {
	w.t.Helper()
	return eval[string](w, fmt.Sprintf(`(document.querySelector(%q) || {}).innerText || ""`, selector))
}
