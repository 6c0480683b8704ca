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

// A form that says so is saved a second after each change. Without a connection what was written stays on this device and
// is sent when the connection is back.
document.querySelectorAll("form[data-autosave]").forEach((form) => {
  const status = form.querySelector(".saving");
  const key = "incubase " + form.action + " " + (form.elements.step ? form.elements.step.value : "");
  let timer = 0, sending = false, again = false;
  const body = () => new URLSearchParams(new FormData(form));
  const keep = () => {
    try { localStorage.setItem(key, body().toString()); } catch (e) { /* private browsing: nothing is kept */ }
    status.textContent = status.dataset.lost;
  };
  const save = async () => {
    if (sending) { again = true; return; }
    sending = true;
    try {
      const r = await fetch(form.action, { method: "POST", body: body(), headers: { Accept: "application/json" }, redirect: "error" });
      const said = await r.json();
      if (r.ok) {
        status.textContent = status.dataset.saved + said.saved;
        try { localStorage.removeItem(key); } catch (e) { /* nothing was kept */ }
      } else {
        status.textContent = said.problem || said.detail || status.dataset.lost;
      }
    } catch (e) {
      keep();
    }
    sending = false;
    if (again) { again = false; save(); }
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(save, 1000); };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", () => clearTimeout(timer));
  window.addEventListener("online", save);
  let kept = null;
  try { kept = localStorage.getItem(key); } catch (e) { /* nothing was kept */ }
  if (kept) {
    for (const [name, value] of new URLSearchParams(kept)) {
      const field = form.elements[name];
      if (name.startsWith("q.") && field && "value" in field) {
        if (field.type === "checkbox") { field.checked = true; } else { field.value = value; }
      }
    }
    save();
  }
});
