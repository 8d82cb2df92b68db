// SPDX-License-Identifier: GPL-3.0-or-later
// What came of something, said for a while in a corner, with a way back where there is one.

const REGRET = 8000; // milliseconds in which it can be taken back

export const toasts = document.getElementById("toasts");

export function say(text, back) {
  const toast = document.createElement("div");
  toast.className = "toast";
  const words = document.createElement("p");
  words.textContent = text;
  toast.append(words);
  if (back) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain";
    button.textContent = toasts.dataset.undo;
    button.addEventListener("click", () => {
      toast.remove();
      back();
    });
    toast.append(button);
  }
  toasts.append(toast);
  const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, 1000) : toast.remove());
  setTimeout(leave, REGRET);
}
