// SPDX-License-Identifier: GPL-3.0-or-later
// Whoever is about to leave what they filled in and did not send is asked by the browser whether they mean it.

const known = new Map([...document.querySelectorAll("form[data-unsent]")].map((form) =>
  [form, form.dataset.unsent === "begun" ? null : said(form)]));
let isMeant = false; // what they press says that it is left

function said(form) {
  return new URLSearchParams(new FormData(form)).toString();
}

document.addEventListener("submit", (event) => {
  // A button may bring a file and leave the page where it is: what is written after that is not sent again.
  if (!event.defaultPrevented && known.has(event.target)) known.set(event.target, said(event.target));
});
document.addEventListener("click", (event) => { isMeant = event.target.closest?.("[data-leave]") != null; });
addEventListener("beforeunload", (event) => {
  if (!isMeant && [...known].some(([form, words]) => said(form) !== words)) event.preventDefault();
});
