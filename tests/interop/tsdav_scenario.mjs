#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
// tsdav, the JavaScript library, for two: discovery, sync, invite and accept through plain objects, a task with 40 %.
// node tsdav_scenario.mjs --url URL --tsdav FOLDER [--user kari --password demo --email … --user2 … --wait 10 --only task]
// FOLDER holds node_modules/tsdav.
import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";

const given = {
  user: "kari", password: "demo", email: "kari@byggbo.example",
  user2: "ola", password2: "demo", email2: "ola@byggbo.example",
  wait: "10", only: "", tsdav: process.cwd(),
};
for (let i = 2; i < process.argv.length; i += 2) given[process.argv[i].replace(/^--/, "")] = process.argv[i + 1];
const DETAIL = Number(process.env.INTEROP_DETAIL ?? 300);
const { createDAVClient } = createRequire(given.tsdav + "/")("tsdav");

let good = 0;
let bad = 0;

function ok(what, holds, detail = "") {
  if (holds) good++;
  else bad++;
  console.log(holds ? `ok   ${what}` : `FAIL ${what}  [${JSON.stringify(String(detail).slice(0, DETAIL))}]`);
  return Boolean(holds);
}

/** Look until it holds or the time is over; `look` gives whether, and what it saw. */
async function until(what, look) {
  const end = Date.now() + 1000 * given.wait;
  for (;;) {
    let holds, detail;
    try {
      [holds, detail] = await look();
    } catch (error) {
      [holds, detail] = [false, error];
    }
    if (holds || Date.now() > end) return ok(what, holds, detail);
    await new Promise((done) => setTimeout(done, 1000));
  }
}

/** Do it; what throws does not hold. */
async function attempt(what, act) {
  try {
    await act();
    ok(what, true);
  } catch (error) {
    ok(what, false, error);
  }
}

const unfolded = (text) => (text || "").replace(/\r?\n[ \t]/g, "");
const stamp = (moment) => moment.toISOString().replace(/[-:]|\.\d+/g, "");
const isOf = (address) => (line) => /^ATTENDEE/i.test(line) && line.toLowerCase().includes(address);

function partstat(text, address) {
  const line = unfolded(text).split(/\r?\n/).find(isOf(address));
  return line ? (/PARTSTAT=([A-Z-]+)/i.exec(line)?.[1].toUpperCase() ?? "NEEDS-ACTION") : null;
}

function answered(text, address, value) {
  const own = isOf(address);
  const change = (line) => line.replace(/;PARTSTAT=[A-Z-]+/i, "").replace(/:mailto:/i, `;PARTSTAT=${value}:mailto:`);
  return unfolded(text).split(/\r?\n/).map((line) => (own(line) ? change(line) : line)).join("\r\n");
}

function fortyPercent(text) {
  const rest = unfolded(text).replace(/^(STATUS|PERCENT-COMPLETE):.*\r?\n/gm, "");
  return rest.replace("END:VTODO", "PERCENT-COMPLETE:40\r\nSTATUS:IN-PROCESS\r\nEND:VTODO");
}

function composed(kind, uid, ...lines) {
  return [
    "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//distrib//tsdav driver//EN", `BEGIN:${kind}`, `UID:${uid}`,
    `DTSTAMP:${stamp(new Date())}`, ...lines, `ORGANIZER:mailto:${given.email}`,
    `ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:${given.email2}`, `END:${kind}`, "END:VCALENDAR", "",
  ].join("\r\n");
}

class Person {
  static async signIn(username, password) {
    const person = new Person();
    person.client = await createDAVClient({
      serverUrl: given.url.replace("{user}", username), credentials: { username, password },
      authMethod: "Basic", defaultAccountType: "caldav",
    });
    const calendars = await person.client.fetchCalendars();
    ok(`${username}: calendars found`, calendars.length, "none");
    const complete = calendars.every((calendar) => calendar.ctag && calendar.syncToken && calendar.components?.length);
    ok(`${username}: every list reports ctag, sync-token and components`, complete, JSON.stringify(calendars[0]));
    for (const kind of ["VEVENT", "VTODO"])
      person[kind] = calendars.find((calendar) => calendar.components?.includes(kind)) || calendars[0];
    return person;
  }

  async create(kind, uid, text) {
    const added = { calendar: this[kind], filename: `${uid}.ics`, iCalString: text };
    return this.client.createCalendarObject(added);
  }

  async find(kind, uid) {
    const inner = { _attributes: { name: kind } };
    const filters = { "comp-filter": { _attributes: { name: "VCALENDAR" }, "comp-filter": inner } };
    const objects = await this.client.fetchCalendarObjects({ calendar: this[kind], filters });
    return objects.find((object) => (object.data || "").includes(uid));
  }

  async change(kind, uid, edit) {
    const object = await this.find(kind, uid);
    const calendarObject = { ...object, data: edit(object.data) };
    const response = await this.client.updateCalendarObject({ calendarObject });
    if (!response.ok) throw new Error(`PUT ${response.status}`);
  }
}

async function appointment(alice, bob, start, end) {
  const uid = randomUUID();
  const lines = [`DTSTART:${stamp(start)}`, `DTEND:${stamp(end)}`, "SUMMARY:Planning"];
  const created = await alice.create("VEVENT", uid, composed("VEVENT", uid, ...lines));
  ok("event: alice creates", created.ok, created.status);
  await until("event: bob's calendar shows it", async () => [await bob.find("VEVENT", uid), ""]);
  const accept = (text) => answered(text, given.email2, "ACCEPTED");
  await attempt("event: bob accepts", () => bob.change("VEVENT", uid, accept));
  await until("event: alice sees ACCEPTED", async () => {
    const own = await alice.find("VEVENT", uid);
    return [own && partstat(own.data, given.email2) === "ACCEPTED", own?.data];
  });
  const synced = { oldCalendars: [alice.VEVENT], detailedResult: true };
  const result = await alice.client.syncCalendars(synced).catch((error) => error);
  const noticed = result && !(result instanceof Error) && result.updated?.length;
  ok("event: syncCalendars notices a change", noticed, result?.message || JSON.stringify(result));
}

async function assignment(alice, bob, due) {
  const uid = randomUUID();
  const lines = [`DUE:${stamp(due)}`, "SUMMARY:Write the report", "STATUS:NEEDS-ACTION"];
  const created = await alice.create("VTODO", uid, composed("VTODO", uid, ...lines));
  ok("task: alice creates", created.ok, created.status);
  await until("task: bob's calendar shows it", async () => [await bob.find("VTODO", uid), ""]);
  const accept = (text) => answered(text, given.email2, "ACCEPTED");
  await attempt("task: bob accepts", () => bob.change("VTODO", uid, accept));
  await until("task: alice sees ACCEPTED", async () => {
    const own = await alice.find("VTODO", uid);
    return [own && ["ACCEPTED", "IN-PROCESS"].includes(partstat(own.data, given.email2)), own?.data];
  });
  await attempt("task: bob sets 40 %", () => bob.change("VTODO", uid, fortyPercent));
  await until("task: alice sees 40 %", async () => {
    const own = await alice.find("VTODO", uid);
    return [own && /PERCENT-COMPLETE:40/.test(own.data), own?.data];
  });
}

try {
  const alice = await Person.signIn(given.user, given.password);
  const bob = await Person.signIn(given.user2, given.password2);
  const start = new Date(Date.now() + 864e5);
  const end = new Date(+start + 36e5);
  if (given.only !== "task") await appointment(alice, bob, start, end);
  if (given.only !== "event") await assignment(alice, bob, end);
} catch (error) {
  ok("run to the end", false, error?.stack || error);
}
console.log(`${good} passed, ${bad} failed`);
process.exit(bad || !good ? 1 : 0);
