// SPDX-License-Identifier: GPL-3.0-or-later
// One tab of a browser listens to the gateway and tells the others: each page then dispatches `distrib:changed`.

const url = document.querySelector("script[src*='desk/events.js']").dataset.url;
const others = new BroadcastChannel("distrib-events");

function tell() {
  document.dispatchEvent(new CustomEvent("distrib:changed"));
}

function listen() {
  return new Promise((over) => {
    const source = new EventSource(url);
    source.addEventListener("changed", () => {
      tell();
      others.postMessage("changed");
    });
    // It tries again by itself unless it was refused: then nobody is signed in any more, or too many listen.
    source.addEventListener("error", () => {
      if (source.readyState === EventSource.CLOSED) over();
    });
    addEventListener("pagehide", () => source.close());
  });
}

async function listenForAll() {
  await listen();
  await new Promise((later) => setTimeout(later, 60_000));
}

async function go() {
  for (;;) {
    // Without HTTPS there are no locks, and each tab listens for itself.
    if (navigator.locks) await navigator.locks.request("distrib-events", listenForAll);
    else await listenForAll();
  }
}

others.addEventListener("message", tell);
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
go();
