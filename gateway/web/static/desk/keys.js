// SPDX-License-Identifier: GPL-3.0-or-later
// Single keys: each presses the link of the page that carries it in `data-key`; `?` shows the list of them.

const list = document.getElementById("keys");
let isBegun = false; // something is filled in here that is not sent

function isWriting(target) {
  return target.isContentEditable || target.closest("input, textarea, select") !== null;
}

function act(event) {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.repeat || isWriting(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "?") {
    list.showModal();
  } else if (!isBegun) {
    const key = event.key.length === 1 ? event.key.toLowerCase() : "";
    const link = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key);
    if (!link) return;
    link.click();
  } else {
    return; // a key pressed by mistake must not cost what was written
  }
  event.preventDefault();
}

document.addEventListener("keydown", act);
document.addEventListener("input", (event) => {
  isBegun ||= event.target.closest("form[method=post]") !== null;
});
