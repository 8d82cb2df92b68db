// SPDX-License-Identifier: GPL-3.0-or-later
// How much of a task is done: a slider and steps of ten beside the number, which alone is sent.

export function percent(field) {
  const number = field.querySelector("input[type=number]");
  const name = field.querySelector("label").textContent;
  const slider = Object.assign(document.createElement("input"), { type: "range", min: 0, max: 100, step: 5, value: number.value });
  slider.setAttribute("aria-label", name);
  const steps = document.createElement("span");
  steps.className = "steps";
  for (const by of [-10, 10]) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: by < 0 ? "−10" : "+10" });
    button.addEventListener("click", () => set(Number(number.value) + by));
    steps.append(button);
  }
  slider.addEventListener("input", () => set(slider.value));
  number.addEventListener("input", () => { slider.value = number.value; });
  number.closest(".suffixed").before(slider);
  number.closest(".suffixed").append(steps);

  function set(value) {
    number.value = slider.value = String(Math.min(100, Math.max(0, Number(value))));
  }
}
