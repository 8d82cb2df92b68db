// SPDX-License-Identifier: GPL-3.0-or-later
// What somebody has had before their eyes for a moment on a page was seen, as in the pop-up.

const LOOKED = 1000; // milliseconds
const mark = document.getElementById("main").dataset.mark;
const timers = new Map();

const watcher = new IntersectionObserver((found) => {
  for (const { target, isIntersecting } of found) {
    clearTimeout(timers.get(target));
    if (isIntersecting) timers.set(target, setTimeout(() => look(target), LOOKED));
  }
}, { rootMargin: "-15% 0px" });

function look(one) {
  if (!one.isConnected) return;
  if (document.visibilityState !== "visible" || document.querySelector("dialog[open]")) {
    timers.set(one, setTimeout(() => look(one), LOOKED));
    return;
  }
  watcher.unobserve(one);
  fetch(one.dataset.seen, { method: "POST", body: new URLSearchParams({ merke: mark }), redirect: "manual" }).catch(() => {});
}

export function watch(part) {
  for (const one of part.querySelectorAll("[data-seen]")) watcher.observe(one);
}

watch(document);
