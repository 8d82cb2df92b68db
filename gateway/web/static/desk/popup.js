// SPDX-License-Identifier: GPL-3.0-or-later
// Invitations come up, one after another, and take no key or click that was meant for something else.
import { alone, free } from "./one_tab.js";
import { say, toasts } from "./toasts.js";

const QUIET = 500; // milliseconds in which an invitation that has just come up takes no answer
const LOOKED = 1000; // milliseconds before the eyes: then it was seen
const MOST = 100; // that are named as not wanted again
const CALM = 300; // milliseconds after a click in which it does not come up

const dialog = document.getElementById("popup");
const pause = Number(dialog.dataset.minutes) * 60_000;
const shut = new Map(); // what was closed without an answer, and when
const known = new Set(); // what the gateway knows to have been seen: where it is new again, somebody reminds of it
let listed = null; // on the page that lists them: those that the visitor has there already
const here = location.pathname.match(/\/(?:avtale|oppgave)\/(\d+)/)?.[1]; // on a page of its own: that one
const tabs = new BroadcastChannel("distrib-popup");
let shown = ""; // the key of what is in the dialog
let waiting = null; // what is ready, while the visitor writes in a field
let since = 0;
let seen = 0;
let asking = false;
let again = false;
let answering = false; // what became of an answer is not known yet
let turn = 0; // how often something was answered or closed: what was asked for before that is old
let pressed = null; // as long as something is being clicked: the promise that it is over

const isOpen = () => dialog.open;
const isWriting = () => {
  const at = document.activeElement;
  const types = "input:not([type=button]):not([type=submit]):not([type=checkbox]):not([type=radio]), textarea, select";
  return (at && (at.matches(types) || at.isContentEditable)) || Boolean(document.querySelector("dialog[open]:not(#popup)"));
};

// Something on the page is not sent yet: to leave it would lose that.
const isFilledIn = () => [...document.querySelectorAll("#main :is(input:not([type=hidden], [type=range]), textarea)")]
  .some((one) => one.value !== one.defaultValue || one.checked !== one.defaultChecked);

async function ask() {
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  try {
    const [now, mine] = [Date.now(), turn];
    for (const [key, at] of shut) if (now - at >= pause) shut.delete(key);
    const closed = [...shut.keys()].map((key) => (known.has(key) ? `${key}!` : key));
    const left = [...closed, ...(listed ?? [])];
    const asked = new URLSearchParams(left.length ? { uten: left.slice(0, MOST).join(" ") } : {});
    const answer = await fetch(`${dialog.dataset.url}?${asked}`, { headers: { "X-Piece": "1" }, redirect: "manual" });
    const text = answer.ok ? await answer.text() : "";
    if (answer.ok && mine === turn) await take(text);
  } catch {
    // Nobody answers: the next event or page asks again.
  } finally {
    asking = false;
    if (again) {
      again = false;
      ask();
    }
  }
}

async function take(text) {
  const next = new DOMParser().parseFromString(text, "text/html").querySelector("[data-next]");
  if (!next) return;
  count(Number(next.dataset.waiting));
  const all = next.dataset.keys.split(" ");
  if ("quiet" in dialog.dataset) return; // the visitor is to send what they had filled in
  if ("listed" in dialog.dataset) listed ??= new Set(all);
  if (listed?.has(next.dataset.key)) return;
  if (here && next.dataset.key.startsWith(`${here}.`) && !listed) {
    listed = new Set(all.filter((key) => key.startsWith(`${here}.`)));
    again = true; // what comes behind it
    return;
  }
  if (answering) return; // what it comes to asks again
  if (isOpen()) {
    if (all.includes(shown)) return;
    close();
    say(toasts.dataset.gone);
  }
  if (waiting && waiting.dataset.key !== next.dataset.key) forgetToast();
  const key = next.dataset.key;
  if (!key || (shut.has(key) && !known.has(key))) return; // or it was closed while this was asked for
  shut.delete(key);
  known.delete(key);
  if (document.visibilityState !== "visible") return; // it comes up when somebody looks
  if (isWriting()) announce(next);
  else await open(next);
}

async function open(next, wanted = false) {
  forgetToast();
  while (pressed) await pressed;
  if (!(await alone("distrib-popup"))) {
    tabs.postMessage({ wanted: true });
    return;
  }
  if (isWriting() && !wanted) {
    free();
    announce(next);
    return;
  }
  dialog.replaceChildren(...document.importNode(next, true).childNodes);
  shown = next.dataset.key;
  since = performance.now();
  dialog.dataset.fresh = "";
  setTimeout(() => delete dialog.dataset.fresh, QUIET);
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("#popup-head").focus();
  look();
}

// Somebody looks at another tab: it may come up there, unless a message is begun here.
function handOver() {
  if (!isOpen() || answering || document.visibilityState === "visible" || dialog.querySelector("#popup-message").value) return;
  close();
  tabs.postMessage({ free: true });
}

function close() {
  clearTimeout(seen);
  if (dialog.open) {
    dialog.close();
    // Where something in it was clicked, Chromium gives a field its focus back, and no key before it is focused anew.
    const at = document.activeElement;
    if (at?.matches("input, textarea")) {
      at.blur();
      at.focus();
    }
  }
  dialog.replaceChildren();
  // Nothing had the focus before: keys go on from the content.
  if (document.activeElement === document.body && shown) document.getElementById("main").focus({ preventScroll: true });
  shown = "";
  free();
}

function look() {
  clearTimeout(seen);
  if (document.visibilityState !== "visible" || !isOpen()) return;
  const [path, key] = [dialog.querySelector("form").dataset.path, shown];
  const note = ({ status }) => status === 204 && known.add(key);
  seen = setTimeout(() => send(`${path}/vist`, {}).then(note, () => {}), LOOKED);
}

function send(url, fields) {
  const body = new URLSearchParams({ merke: dialog.dataset.mark, ...fields });
  return fetch(url, { method: "POST", body, redirect: "manual", keepalive: true });
}

async function answer(form, button) {
  if (answering) return; // pressed twice
  answering = true;
  const fields = Object.fromEntries(new FormData(form));
  const path = form.dataset.path;
  const [said, key] = [button.value, shown];
  const { status } = await send(`${path}/svar`, { ...fields, svar: said }).catch(() => ({ status: 0 }));
  answering = false;
  turn += 1;
  if (status === 401 && isFilledIn()) {
    close();
    say(toasts.dataset.out);
    return;
  }
  if (status === 401) {
    location.assign(`${dialog.dataset.home}?${new URLSearchParams({ til: location.pathname + location.search })}`);
    return;
  }
  if (status !== 204 && status !== 409) {
    say(toasts.dataset.failed);
    if (status === 200) close(); // they signed in anew meanwhile: it comes up again, for that session
    ask();
    return;
  }
  close();
  tabs.postMessage({ answered: key });
  if (status === 409) say(toasts.dataset.gone);
  else say(button.dataset.said, said === "avbryt" ? null : () => undo(path, fields));
  document.dispatchEvent(new CustomEvent("distrib:changed"));
}

async function undo(path, fields) {
  const result = await send(`${path}/angre`, { dag: fields.dag }).catch(() => ({ status: 0 }));
  say(result.status === 204 ? toasts.dataset.undone : toasts.dataset.late);
  if (result.status === 204) ask();
}

// Somebody is writing: they are told, and nothing is taken from them.
function announce(next) {
  if (waiting && waiting.dataset.key === next.dataset.key) return;
  forgetToast();
  waiting = next;
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.dataset.invitation = "";
  const words = document.createElement("p");
  words.textContent = next.querySelector("[data-toast]").content.textContent;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = toasts.dataset.show;
  button.addEventListener("click", showWaiting);
  toast.append(words, button);
  toasts.append(toast);
}

function forgetToast() {
  waiting = null;
  toasts.querySelector("[data-invitation]")?.remove();
}

function showWaiting() {
  const next = waiting;
  if (next && !isOpen()) open(next, true);
}

function shutIt() {
  if (answering) return;
  if (shown) {
    turn += 1;
    shut.set(shown, Date.now());
    tabs.postMessage({ shut: shown, known: known.has(shown) });
    setTimeout(ask, pause + 100);
  }
  close();
  ask();
}

function count(number) {
  for (const badge of document.querySelectorAll(".badge[data-waiting]")) {
    badge.hidden = number === 0;
    badge.firstChild.nodeValue = String(number);
  }
}

dialog.addEventListener("cancel", (event) => {
  event.preventDefault();
  shutIt();
});
dialog.addEventListener("click", (event) => {
  if (event.target.closest("[data-shut]")) shutIt();
});
dialog.addEventListener("submit", (event) => {
  event.preventDefault();
  if (performance.now() - since < QUIET) return;
  if (event.submitter) answer(event.target, event.submitter);
});
document.addEventListener("keydown", (event) => {
  if (event.altKey && event.key.toLowerCase() === "i" && waiting) {
    event.preventDefault();
    showWaiting();
    return;
  }
  // Enter in the message's field chooses nothing: which answer was meant, it does not say.
  if (isOpen() && event.key === "Enter" && event.target.matches("#popup input")) event.preventDefault();
  if (!isOpen() || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.matches("input, textarea, select") || performance.now() - since < QUIET) return;
  const letter = event.key.toLowerCase();
  const found = [...dialog.querySelectorAll("[data-letter]")].find((one) => one.dataset.letter === letter);
  if (!found || !("letters" in dialog.dataset)) return;
  event.preventDefault();
  answer(found.form, found);
});
document.addEventListener("focusout", () => {
  setTimeout(() => {
    if (waiting && !isWriting() && !isOpen()) open(waiting);
  }, 0);
});
// What is being clicked is clicked before anything comes up over it.
addEventListener("pointerdown", () => {
  const click = new Promise((over) => {
    for (const end of ["pointerup", "pointercancel", "blur"]) addEventListener(end, () => setTimeout(over, CALM), { once: true });
  });
  pressed = click;
  click.then(() => pressed === click && (pressed = null));
});
document.addEventListener("visibilitychange", () => {
  clearTimeout(seen);
  if (document.visibilityState !== "visible") return;
  if (isOpen()) look();
  else ask();
});
tabs.addEventListener("message", ({ data }) => {
  if (data.shut) shut.set(data.shut, Date.now());
  if (data.known) known.add(data.shut);
  if (data.answered && data.answered === shown) close();
  if (data.wanted) handOver();
  else if (!isOpen()) ask();
});
document.addEventListener("distrib:changed", ask);
ask();
