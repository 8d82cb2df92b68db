// SPDX-License-Identifier: GPL-3.0-or-later
// Unpacks Chromium from its npm package into TMPDIR, and says where it lies.
import chromium from "@sparticuz/chromium";

console.log(await chromium.executablePath());
