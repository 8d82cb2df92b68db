// SPDX-License-Identifier: GPL-3.0-or-later
// The form of an appointment or a task: tabs, how much is done, and people found while one types.
import { tabs } from "./item_tabs.js";
import { percent } from "./item_percent.js";
import { people } from "./item_people.js";

document.querySelectorAll("[data-tabs]").forEach(tabs);
document.querySelectorAll("[data-percent]").forEach(percent);
const form = document.getElementById("item");
if (form?.querySelector("[data-people]")) people(form);

document.querySelectorAll("[data-piece]").forEach((link) => {
  link.addEventListener("click", async (event) => {
    const answer = await (event.preventDefault(), fetch(link.href, { headers: { Accept: "text/html", "X-Piece": "1" } }));
    if (!answer.ok) { location.assign(link.href); return; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const piece = page.querySelector("[data-overview]");
    if (!piece) { location.assign(link.href); return; }
    link.closest("p").replaceWith(document.adoptNode(piece));
    piece.tabIndex = -1;
    piece.focus();
  });
});
