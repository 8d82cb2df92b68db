// SPDX-License-Identifier: GPL-3.0-or-later
// Who has answered what, live: what is shown is asked for again as soon as something changed.

async function page(url) {
  const answer = await fetch(url, { redirect: "manual" });
  return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
}

function chosen(part) {
  return new Set([...part.querySelectorAll("input[name=hvem]:checked")].map((one) => one.value));
}

// What had the focus has it again; where it is gone, keys go on from the content.
function stay(same) {
  (same ?? document.getElementById("main")).focus({ preventScroll: true });
}

async function renewPanel() {
  const panel = document.querySelector("[data-recipients]");
  if (!panel?.querySelector("[data-live]")) return;
  const shown = await page(panel.dataset.url);
  for (const live of panel.querySelectorAll("[data-live]")) {
    const fresh = shown?.querySelector(`[data-live=${live.dataset.live}]`);
    if (fresh && live.isConnected) renew(live, fresh);
  }
}

function renew(live, fresh) {
  if (live.innerHTML === fresh.innerHTML) return;
  const kept = chosen(live);
  const at = live.contains(document.activeElement) ? document.activeElement.value : null;
  for (const box of fresh.querySelectorAll("input[name=hvem]")) box.checked = kept.has(box.value);
  live.replaceWith(fresh);
  if (at) stay([...fresh.querySelectorAll("input[name=hvem], button")].find((one) => one.value === at));
}

async function renewList() {
  const list = document.querySelector("[data-live-list]");
  if (!list) return;
  const fresh = (await page(list.dataset.url))?.querySelector("[data-live-list]");
  if (!fresh || !list.isConnected) return;
  const at = list.contains(document.activeElement) ? document.activeElement.href : null;
  list.replaceWith(fresh);
  if (at) stay([...fresh.querySelectorAll("a")].find((link) => link.href === at));
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-open]")) return;
  event.preventDefault();
  const panel = form.closest("[data-recipients]");
  const shown = await page(panel.dataset.url).catch(() => null);
  const fresh = shown?.querySelector("[data-recipients]");
  if (!fresh) return form.submit();
  panel.replaceWith(fresh);
  fresh.querySelector("h2").focus();
});
document.addEventListener("distrib:changed", () => {
  renewPanel().catch(() => {});
  renewList().catch(() => {});
});
