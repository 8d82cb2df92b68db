// SPDX-License-Identifier: GPL-3.0-or-later
// The list follows what happens: what is gone leaves it, what is new comes in, and what is being written stays.
import { watch } from "./seen.js";

async function renew() {
  const answer = await fetch(location.href, { redirect: "manual" });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const name of ["data-withdrawn", "data-invitations"]) follow(part(document, name), part(fresh, name));
  const [filters, newer] = [part(document, "data-filters"), part(fresh, "data-filters")];
  if (!filters.contains(document.activeElement)) filters.replaceChildren(...newer.childNodes);
  watch(document);
}

const part = (page, name) => page.querySelector(`[${name}]`);
const keyed = (list) => new Map([...list.children].map((one) => [one.dataset.key, one]));

function follow(list, fresh) {
  const [here, wanted] = [keyed(list), keyed(fresh)];
  for (const [key, one] of here) {
    if (wanted.has(key)) continue;
    if (one.contains(document.activeElement)) document.querySelector("h1").focus();
    one.remove();
  }
  let before = list.firstElementChild;
  for (const [key, one] of wanted) {
    if (before?.dataset.key === key) before = before.nextElementSibling;
    else list.insertBefore(here.get(key) ?? one, before);
  }
}

document.addEventListener("distrib:changed", () => renew().catch(() => {}));
