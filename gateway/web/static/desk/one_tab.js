// SPDX-License-Identifier: GPL-3.0-or-later
// One tab of a browser does something at a time. Without HTTPS there are no locks, and each does it for itself.

let release = null; // lets another tab do it

export function alone(what) {
  if (release || !navigator.locks) return Promise.resolve(true);
  return new Promise((told) => {
    navigator.locks.request(what, { ifAvailable: true }, (lock) => {
      told(Boolean(lock));
      return lock ? new Promise((over) => (release = over)) : undefined;
    });
  });
}

export function free() {
  release?.();
  release = null;
}
