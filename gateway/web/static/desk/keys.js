// SPDX-License-Identifier: GPL-3.0-or-later
// Single keys: each presses the link of the page that carries it in `data-key`; `?` shows the list of them.

const list = document.getElementById("keys");

function isWriting(target) {
  return target.isContentEditable || target.closest("input, textarea, select") !== null;
}

function act(event) {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.repeat || isWriting(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "?") {
    list.showModal();
  } else {
    const key = event.key.length === 1 ? event.key.toLowerCase() : "";
    const link = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key);
    if (!link) return;
    link.click();
  }
  event.preventDefault();
}

document.addEventListener("keydown", act);
