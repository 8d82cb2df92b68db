// SPDX-License-Identifier: GPL-3.0-or-later
// Where the start of an appointment is moved, its end goes along: it lasts as long as before.

export function times(form) {
  const [day, clock, lastDay, lastClock] = ["start_dato", "start_tid", "slutt_dato", "slutt_tid"]
    .map((name) => form.querySelector(`[name=${name}]`));
  if (!day || !form.querySelector("[name=hele_dagen]")) return; // a task is due when it is due
  let before = moment(day, clock);
  for (const field of [day, clock]) field.addEventListener("change", follow);

  function follow() {
    const [now, end] = [moment(day, clock), moment(lastDay, lastClock)];
    if (Number.isNaN(now)) return;
    if (end >= before) move(end + now - before);
    before = now;
  }

  function move(end) {
    const [date, at] = new Date(end).toISOString().split("T");
    lastDay.value = date;
    if (lastClock.value) lastClock.value = at.slice(0, 5);
  }
}

// As the fields show it: what zone that is in is for the gateway to know.
function moment(day, clock) {
  return Date.parse(`${day.value}T${clock.value || "00:00"}:00Z`);
}
