// A little help where scripts run; without them every page works as it stands.
"use strict";

// A form is sent once, however often it is pressed.
document.addEventListener("submit", (e) => {
  const form = e.target;
  if (form.dataset.sent) { e.preventDefault(); return; }
  form.dataset.sent = "1";
  setTimeout(() => { delete form.dataset.sent; }, 10000);
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((f) => { delete f.dataset.sent; }));

// What is wrong is read out first.
const problem = document.querySelector(".problem[role=alert]");
if (problem) { problem.tabIndex = -1; problem.focus(); }

// The page is read aloud where the browser can: what stands in main, one block after another, fields with their labels.
const reader = document.querySelector("[data-read]");
if (reader && window.speechSynthesis && window.SpeechSynthesisUtterance) {
  const start = reader.textContent, voice = window.speechSynthesis;
  reader.hidden = false;
  const rest = () => { reader.textContent = start; reader.setAttribute("aria-pressed", "false"); };
  rest();
  reader.addEventListener("click", () => {
    if (voice.speaking) { voice.cancel(); rest(); return; }
    const parts = [...document.querySelectorAll("main h1, main h2, main h3, main p, main li, main dt, main dd, main label, main legend, main button, main [role=button]")]
      .filter((e) => e.offsetParent && !e.closest("[aria-hidden=true]") && !e.querySelector("p, li, label"))
      .map((e) => e.innerText.trim()).filter(Boolean);
    if (parts.length === 0) { return; }
    parts.forEach((text, i) => {
      const u = new SpeechSynthesisUtterance(text);
      u.lang = document.documentElement.lang;
      u.rate = 0.9;
      if (i === parts.length - 1) { u.onend = rest; }
      voice.speak(u);
    });
    reader.textContent = reader.dataset.stop;
    reader.setAttribute("aria-pressed", "true");
  });
  window.addEventListener("pagehide", () => voice.cancel());
}

// Amounts add up as they are typed, as the server adds them.
document.querySelectorAll("[data-total]").forEach((total) => {
  const fields = () => total.closest("fieldset").querySelectorAll("[data-sum]");
  const unit = total.dataset.total;
  total.closest("fieldset").addEventListener("input", () => {
    let fen = 0;
    for (const f of fields()) {
      const m = /^(\d+)(?:\.(\d{1,2}))?$/.exec(f.value.replace(/[,，\s]/g, ""));
      if (m) { fen += Number(m[1]) * 100 + Number((m[2] || "0").padEnd(2, "0")); }
    }
    const yuan = (fen / 100).toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    total.textContent = unit === "¥" ? unit + yuan : yuan + unit;
  });
});

// A weighted total is computed as its parts are typed, as the server computes it; a dash while one is missing.
document.querySelectorAll("[data-weighted]").forEach((total) => {
  const form = total.closest("form");
  const count = () => {
    let sum = 0;
    for (const f of form.querySelectorAll("[data-weight]")) {
      const m = /^(\d{1,3})(?:\.(\d{1,2}))?$/.exec(f.value.trim());
      if (!m) { total.textContent = "—"; return; }
      sum += (Number(m[1]) * 100 + Number((m[2] || "0").padEnd(2, "0"))) * Number(f.dataset.weight);
    }
    total.textContent = String(Math.floor((sum + 50) / 100) / 100);
  };
  form.addEventListener("input", count);
  count();
});

// What could not be saved stays on this device, by the form and the step that asked it.
const kept = {
  read: (key) => { try { return localStorage.getItem(key); } catch (e) { return null; } },
  write: (key, value) => { try { localStorage.setItem(key, value); } catch (e) { /* private browsing: nothing is kept */ } },
  drop: (key) => { try { localStorage.removeItem(key); } catch (e) { /* nothing was kept */ } },
};

// A step that was sent by its button has arrived once a page follows that is neither the sign-in nor an error in its place.
try {
  const sent = sessionStorage.getItem("incubase sent");
  if (sent && (location.pathname === "/login" || location.pathname.endsWith("/form") && !location.search)) {
    sessionStorage.setItem("incubase turned away", "1");
  } else if (sent) {
    if (!sessionStorage.getItem("incubase turned away")) { kept.drop(sent); }
    sessionStorage.removeItem("incubase sent");
    sessionStorage.removeItem("incubase turned away");
  }
} catch (e) { /* nothing was kept */ }

// A form that says so is saved a second after each change: the changed questions only, so that two tabs do not undo each
// other. Without a connection what was written stays on this device and is sent when the connection is back.
document.querySelectorAll("form[data-autosave]").forEach((form) => {
  const status = form.querySelector(".saving");
  const key = "incubase " + form.action + " " + form.elements.step.value;
  const changed = new Set();
  let timer = 0, sending = false, again = false;
  const touch = (name) => {
    const question = name.split(".")[1];
    changed.add(question);
    form.elements["was." + question].value = ""; // the form's own button sends it too, whatever was shown at first
  };
  const body = (names) => new URLSearchParams([...new FormData(form)].filter(([name, value]) =>
    name === "asked" ? names.has(value) : name === "_token" || name === "step" || /^(q|seen)\./.test(name) && names.has(name.split(".")[1])));
  const keep = (why) => {
    const b = body(changed);
    b.delete("_token"); // a key to the session is not for keeping
    kept.write(key, b.toString());
    if (why) { status.textContent = status.dataset[why]; }
  };
  const later = (wait) => { clearTimeout(timer); timer = setTimeout(save, wait); };
  const save = async () => {
    if (changed.size === 0) { return; }
    if (sending) { again = true; return; }
    sending = true;
    const names = new Set(changed);
    const missed = (why) => { names.forEach((n) => changed.add(n)); keep(why); };
    const sent = body(names);
    changed.clear();
    try {
      const r = await fetch(form.action, { method: "POST", body: sent, headers: { Accept: "application/json" }, redirect: "manual" });
      if (r.ok) {
        const said = await r.json();
        status.textContent = status.dataset.saved + said.saved + (said.note ? " " + said.note : "");
        for (const [question, mark] of Object.entries(said.marks || {})) { // what this window has seen of each answer from now on
          const seen = form.elements["seen." + question];
          if (seen) { seen.value = mark; }
        }
        if (changed.size === 0) { kept.drop(key); }
      } else if (r.type === "opaqueredirect" || r.status === 403) {
        missed("expired");
      } else if ((r.headers.get("Content-Type") || "").includes("json")) {
        const said = await r.json();
        missed();
        status.textContent = said.problem || said.detail || status.dataset.failed;
        if (r.status === 409 || r.status === 503) { later(3000); } // others were saving at this very moment, or the server starts
      } else {
        missed("failed");
        later(15000);
      }
    } catch (e) {
      missed("lost");
      later(15000);
    }
    sending = false;
    if (again) { again = false; save(); }
  };
  const written = (e) => {
    if (!e.target.name || !e.target.name.startsWith("q.")) { return; }
    touch(e.target.name);
    later(1000);
  };
  form.addEventListener("input", written);
  form.addEventListener("change", written);
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    if (changed.size === 0) { return; }
    keep();
    try { sessionStorage.setItem("incubase sent", key); } catch (e) { /* nothing was kept */ }
  });
  window.addEventListener("online", save);
  const before = new URLSearchParams(kept.read(key) || "");
  for (const question of before.getAll("asked")) {
    if (!form.elements["was." + question]) { continue; }
    touch("q." + question);
    if (form.elements["seen." + question]) { form.elements["seen." + question].value = before.get("seen." + question) || ""; }
    for (const field of form.elements) {
      if (field.name !== "q." + question && !field.name.startsWith("q." + question + ".")) { continue; }
      if (field.type === "checkbox") { field.checked = before.has(field.name); } else { field.value = before.get(field.name) || ""; }
    }
  }
  save();
});

// An action is kept a second after each change, so that a score half written is there again on another day and device.
document.querySelectorAll("form[data-keep]").forEach((form) => {
  const status = form.querySelector(".saving");
  let timer = 0, gone = false;
  const keep = async () => {
    try {
      const r = await fetch(form.dataset.keep, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" }, redirect: "manual" });
      const said = r.type !== "opaqueredirect" && (r.headers.get("Content-Type") || "").includes("json") ? await r.json() : {};
      if (gone) { return; }
      status.textContent = r.ok ? status.dataset.saved + said.saved : said.problem || said.detail || status.dataset.lost;
      if (r.status === 503) { timer = setTimeout(keep, 3000); }
    } catch (e) {
      status.textContent = status.dataset.lost;
      timer = setTimeout(keep, 15000);
    }
  };
  form.addEventListener("input", (e) => {
    if (!e.target.name || !e.target.name.startsWith("f.")) { return; }
    clearTimeout(timer);
    timer = setTimeout(keep, 1000);
  });
  form.addEventListener("submit", () => { gone = true; clearTimeout(timer); });
});

// An open board keeps its figures up to date while somebody can see it, says whether it does, and says a change aloud at most
// every twenty seconds. What had the focus keeps it, and the table stays where it was scrolled to.
const board = document.querySelector("[data-live]"), figures = document.getElementById("figures");
if (board && figures && window.EventSource) {
  const state = board.querySelector(".state"), softly = board.querySelector("[role=status]");
  let source = null, again = 0, telling = 0, told = 0;
  const shown = () => figures.firstElementChild.dataset;
  const say = (on) => {
    state.textContent = on ? board.dataset.on : board.dataset.off + shown().at;
    board.classList.toggle("on", on);
    board.hidden = false;
  };
  const announce = (words) => {
    clearTimeout(telling);
    telling = setTimeout(() => { softly.textContent = words; told = Date.now(); }, Math.max(0, told + 20000 - Date.now()));
  };
  const replace = (html) => {
    const part = document.createElement("template");
    part.innerHTML = html;
    const before = shown().told, frame = figures.querySelector(".scroll"), left = frame ? frame.scrollLeft : 0;
    const focus = figures.contains(document.activeElement) ? document.activeElement : null, to = focus && focus.getAttribute("href");
    figures.replaceChildren(part.content.firstElementChild);
    const now = figures.querySelector(".scroll");
    if (now) { now.scrollLeft = left; }
    if (focus) {
      const same = to ? [...figures.querySelectorAll("a")].find((a) => a.getAttribute("href") === to) : now;
      if (same) { same.focus({ preventScroll: true }); }
    }
    if (shown().told !== before) { announce(shown().told); }
  };
  const stop = () => {
    clearTimeout(again);
    if (source) { source.close(); source = null; say(false); }
  };
  const start = () => {
    if (source || document.hidden) { return; }
    source = new EventSource(board.dataset.live);
    source.onopen = () => say(true);
    source.addEventListener("board", (e) => replace(e.data));
    source.onerror = () => {
      say(false);
      if (source.readyState === EventSource.CLOSED) { // refused: signed out, or too many boards are open
        stop();
        again = setTimeout(start, 60000);
      }
    };
  };
  document.addEventListener("visibilitychange", () => { if (document.hidden) { stop(); } else { start(); } });
  window.addEventListener("pagehide", stop);
  window.addEventListener("pageshow", start);
  start();
}

// The page of a job that runs is read again every second while somebody can see it, and says once that the job is over.
const follow = () => {
  const job = document.getElementById("job"), said = document.querySelector("[data-job-said]");
  const runs = (x) => ["waiting", "running"].includes(x.dataset.state);
  if (!job || !said || !runs(job)) { return; }
  setTimeout(async () => {
    if (!document.hidden) {
      try {
        const r = await fetch(location.pathname, { headers: { Accept: "text/html" }, redirect: "error" });
        const page = r.ok && new DOMParser().parseFromString(await r.text(), "text/html");
        const now = page && page.getElementById("job");
        if (now) {
          const stop = document.getElementById("job-stop"), still = page.getElementById("job-stop");
          if (stop && still) { stop.querySelector("p").replaceWith(still.querySelector("p")); } else if (stop) { stop.remove(); }
          const was = job.querySelector("details"), is = now.querySelector("details");
          if (was && is) { is.open = was.open; }
          job.replaceWith(now);
          if (!runs(now)) { said.textContent = now.querySelector("strong").textContent; }
        }
      } catch { } // signed out or away: the next look tells
    }
    follow();
  }, 1000);
};
follow();
