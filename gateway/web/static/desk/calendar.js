// SPDX-License-Identifier: GPL-3.0-or-later
// The calendar follows what changes elsewhere: it is asked for anew, and put where it was if it is another one.

let isStale = false;

async function renew() {
  const answer = await fetch(location.href);
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [here, fresh] = [document.getElementById("calendar"), page.getElementById("calendar")];
  if (fresh === null || here.innerHTML === fresh.innerHTML) return;
  const held = here.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  here.replaceChildren(...fresh.childNodes);
  if (held === null) return;
  const same = here.querySelector(`[href="${CSS.escape(held)}"]`);
  (same ?? document.getElementById("main")).focus({ preventScroll: true });
}

function renewIfSeen() {
  if (document.hidden || !isStale) return;
  isStale = false;
  renew().catch(() => {
    isStale = true;
  });
}

document.addEventListener("distrib:changed", () => {
  isStale = true;
  renewIfSeen();
});
document.addEventListener("visibilitychange", renewIfSeen);
