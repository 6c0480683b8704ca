// A little help where scripts run: a form is sent once, however often it is pressed.
"use strict";
document.addEventListener("submit", (e) => {
  const form = e.target;
  if (form.dataset.sent) { e.preventDefault(); return; }
  form.dataset.sent = "1";
  setTimeout(() => { delete form.dataset.sent; }, 10000);
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((f) => { delete f.dataset.sent; }));
const problem = document.querySelector(".problem");
if (problem) { problem.tabIndex = -1; problem.focus(); }
