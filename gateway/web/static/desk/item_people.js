// SPDX-License-Identifier: GPL-3.0-or-later
// People in a form: buttons change the list in place, and a name is looked for while it is typed (ARIA combobox).

export function people(form) {
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-inplace]");
    if (!button) return;
    event.preventDefault();
    change(form, button.value, button.closest("[data-people]") && focusAfter(button));
  });
  form.querySelectorAll("[data-combo]").forEach((input) => combo(form, input));
  form.querySelectorAll("[name^=start_], [name^=slutt_], [name=hele_dagen]").forEach((field) =>
    field.addEventListener("change", () => { if (form.querySelector("[data-free]")) change(form, "ledig"); }));
}

function focusAfter(button) {
  const value = button.value.split(" ")[0];
  const seek = (button.closest(".seek") ?? button.closest(".chips")?.nextElementSibling)?.querySelector("input")?.id;
  return seek ?? { legg: "sok", ny_kontakt: "sok_kontakt" }[value];
}

// What had the focus is another one now: the same again where it is there, or where one goes on, and never nothing.
function focusAgain(part, held, focus) {
  const same = [...part.querySelectorAll("button")].find((one) => one.value === held.value);
  const wrong = part.querySelector("details[open] input");
  for (const one of [wrong, document.getElementById(focus), document.getElementById(held.id), same]) {
    one?.focus();
    if (one && document.activeElement === one) return;
  }
}

async function change(form, wanted, focus) {
  const body = new URLSearchParams(new FormData(form));
  body.set("gjor", wanted);
  const answer = await fetch(form.action, { method: "POST", body });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = page.querySelector("[data-people]");
  if (!answer.ok || !now) { fallback(form, wanted); return; }
  const old = form.querySelector("[data-people]");
  const held = old.contains(document.activeElement) ? document.activeElement : null;
  old.replaceWith(document.adoptNode(now));
  form.querySelectorAll("[data-people] [data-combo]").forEach((input) => combo(form, input));
  const said = form.querySelector("[data-said]");
  const words = said.textContent;
  said.textContent = "";
  requestAnimationFrame(() => { said.textContent = words; });
  if (held) focusAgain(now, held, focus);
}

function fallback(form, wanted) {
  const hidden = Object.assign(document.createElement("input"), { type: "hidden", name: "gjor", value: wanted });
  form.append(hidden);
  HTMLFormElement.prototype.requestSubmit.call(form);
}

function combo(form, input) {
  const list = Object.assign(document.createElement("ul"), { className: "combo", id: `${input.id}-liste` });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.closest(".field").querySelector("label").textContent);
  input.closest(".seek").append(list);
  Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })
    .forEach(([name, value]) => input.setAttribute(name, value));
  let asked = 0;
  let chosen = -1;
  let shown = "";

  input.addEventListener("input", look);
  input.addEventListener("focus", look);
  async function look() {
    const mine = ++asked;
    const text = input.value.trim();
    const prefix = document.getElementById("main").dataset.prefix;
    const query = new URLSearchParams({ sok: text, hvem: input.dataset.combo });
    const answer = text.length > 1 ? await fetch(`${prefix}/deltakere?${query}`) : null;
    const words = answer?.ok ? await answer.text() : "";
    if (mine === asked) fill(words);
  }
  input.addEventListener("keydown", (event) => {
    const options = [...list.children];
    if (event.key === "Escape" && options.length) { event.preventDefault(); event.stopPropagation(); fill(""); }
    if (event.key === "Enter") {
      event.preventDefault();
      if (options[chosen]) take(options[chosen]);
      else change(form, input.closest(".seek").querySelector("button").value, input.id);
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && options.length) { event.preventDefault(); select((chosen + step + options.length) % options.length); }
  });
  input.addEventListener("blur", () => setTimeout(() => { if (document.activeElement !== input) fill(""); }, 200));
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => { const one = event.target.closest("li"); if (one) take(one); });

  function fill(words) {
    if (words === shown) return;
    shown = words;
    const page = new DOMParser().parseFromString(`<ul>${words}</ul>`, "text/html");
    list.replaceChildren(...[...page.querySelectorAll("li")].map((one) => document.adoptNode(one)));
    input.setAttribute("aria-expanded", String(list.children.length > 0));
    select(-1);
  }

  function select(at) {
    chosen = at;
    [...list.children].forEach((one, place) => one.setAttribute("aria-selected", String(place === at)));
    if (at >= 0) { input.setAttribute("aria-activedescendant", list.children[at].id); list.children[at].scrollIntoView({ block: "nearest" }); }
    else input.removeAttribute("aria-activedescendant");
  }

  function take(option) {
    asked++;
    input.value = "";
    change(form, option.dataset.value, input.id);
    fill("");
  }
}
