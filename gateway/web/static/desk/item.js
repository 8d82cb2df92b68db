// SPDX-License-Identifier: GPL-3.0-or-later
// The form of an appointment or a task: tabs, how much is done, and people found while one types.
import { tabs } from "./item_tabs.js";
import { percent } from "./item_percent.js";
import { people } from "./item_people.js";
import { times } from "./item_times.js";

document.querySelectorAll("[data-tabs]").forEach(tabs);
document.querySelectorAll("[data-percent]").forEach(percent);
const form = document.getElementById("item");
if (form) times(form);
if (form?.querySelector("[data-people]")) people(form);

// What is on a page of its own is shown in its tab too, with the style and the scripts that it has there.
document.querySelectorAll("[data-piece]").forEach((link) => {
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    const answer = await fetch(`${link.href}?vis=1`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const piece = page.querySelector("[data-recipients]");
    if (!answer.ok || !piece) { location.assign(link.href); return; }
    const tab = link.closest(".tab");
    tab.replaceChildren(document.adoptNode(piece));
    tab.removeAttribute("aria-labelledby");
    tab.setAttribute("aria-label", document.querySelector(`[href="#${tab.id}"]`)?.textContent ?? "");
    const known = new Set([...document.head.querySelectorAll("[href], [src]")].map(addressOf));
    page.head.querySelectorAll("link[rel=stylesheet], script[type=module]").forEach((one) => {
      if (!known.has(addressOf(one))) document.head.append(copyOf(one));
    });
    piece.querySelector("[tabindex='-1']")?.focus();
  });
});

function addressOf(one) {
  return one.getAttribute("href") ?? one.getAttribute("src");
}

function copyOf(one) {
  const copy = document.createElement(one.localName);
  for (const { name, value } of one.attributes) copy.setAttribute(name, value);
  return copy;
}
