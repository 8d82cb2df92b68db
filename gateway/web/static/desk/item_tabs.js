// SPDX-License-Identifier: GPL-3.0-or-later
// Links to the parts of a page become tabs (ARIA tabs pattern); without a script they stay links.

export function tabs(list) {
  const links = [...list.querySelectorAll("a")];
  const panels = links.map((link) => document.querySelector(link.getAttribute("href")));
  list.setAttribute("role", "tablist");
  list.closest(".item").classList.add("tabbed");
  links.forEach((link, at) => {
    link.id = `tab-${panels[at].id}`;
    link.setAttribute("role", "tab");
    link.setAttribute("aria-controls", panels[at].id);
    panels[at].setAttribute("role", "tabpanel");
    panels[at].setAttribute("aria-labelledby", link.id);
    link.addEventListener("click", (event) => { event.preventDefault(); show(at); history.replaceState(null, "", link.href); });
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = links.indexOf(document.activeElement);
    if (!step || at < 0) return;
    event.preventDefault();
    const next = (at + step + links.length) % links.length;
    show(next);
    links[next].focus();
  });

  function show(chosen) {
    links.forEach((link, at) => {
      link.setAttribute("aria-selected", String(at === chosen));
      link.tabIndex = at === chosen ? 0 : -1;
      panels[at].hidden = at !== chosen;
    });
  }

  const wrong = panels.findIndex((panel) => panel.querySelector("[aria-invalid]"));
  function named() {
    // Of a task the same is called «Distribusjon», and found under either name.
    const alias = { "#invitasjoner": "#distribusjon", "#distribusjoner": "#distribusjon" }[location.hash];
    return panels.findIndex((panel) => [location.hash, alias].includes(`#${panel.id}`));
  }

  const found = panels.findIndex((panel) => panel.querySelector(".found, details[open]"));
  show([wrong, found, named(), 0].find((at) => at >= 0));
  window.addEventListener("hashchange", () => { if (named() >= 0) show(named()); });
}
