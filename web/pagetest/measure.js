// What a page measures, as a person would find it.
(() => {
  const root = document.documentElement;
  const shown = (e) => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== "hidden" && !e.closest(".skip") && !e.closest("details:not([open]) > :not(summary)");
  // A link within a sentence is as high as its line (WCAG 2.5.8, inline).
  const inSentence = (e) => {
    if (e.tagName !== "A" || getComputedStyle(e).display !== "inline") return false;
    return [...e.parentNode.childNodes].some((n) => n !== e && /[\p{L}\p{N}]/u.test(n.textContent) &&
      (n.nodeType === Node.TEXT_NODE || n.nodeType === Node.ELEMENT_NODE && n.tagName !== "A" && getComputedStyle(n).display === "inline"));
  };
  const target = (e) => (e.type === "checkbox" || e.type === "radio") && e.closest("label") || e;
  const name = (e) => e.tagName.toLowerCase() + (e.className ? "." + e.className : "") + " " + (e.name || e.textContent || e.value || "").trim().slice(0, 30);
  const targets = [];
  for (const e of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]")) {
    if (!shown(e) || inSentence(e)) continue;
    targets.push({ name: name(e), height: Math.round(target(e).getBoundingClientRect().height * 10) / 10 });
  }
  const wide = [];
  if (root.scrollWidth > root.clientWidth + 1) {
    for (const e of document.body.querySelectorAll("*")) {
      if (shown(e) && e.getBoundingClientRect().right > root.clientWidth + 1 && !e.closest(".scroll")) wide.push(name(e));
    }
    if (wide.length === 0) wide.push("the page");
  }
  return { targets, wide: wide.slice(0, 4), font: parseFloat(getComputedStyle(document.body).fontSize), lang: root.lang, policy: window.__policy || [] };
})()
