// A test in a browser: its own backend, its own profile, and no complaint of the page at the end.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { Backend } from "./backend.js";
import * as place from "./place.js";
import { reportViolations, Watch } from "./watch.js";

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };
export const NARROW = { width: 320, height: 640 };
const PATIENCE = 15_000;
/** The delay of every request to the API, in milliseconds: how the suite is tried on a slow connection. */
const API_DELAY_MS = Number(process.env.PRORATA_BROWSER_API_DELAY_MS ?? 0);
/** Whether pictures are taken in light and dark, wide and on a phone, for a person to look at. */
const EVERY_LOOK = process.env.PRORATA_BROWSER_EVERY_LOOK === "1";
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let browser;
before(async () => {
  browser = await chromium.launch({ executablePath: place.chromium, args: FLAGS });
});
after(() => browser?.close());

/**
 * A test in the browser. `options` are those of a browser context, with `clock` and `policy` for the
 * backend and `popUp` for a person who has not closed the usage pop-up. `steps` is called with
 * `{ backend, context, page, watch }`.
 */
export function walk(name, options, steps = options) {
  const { clock, policy, popUp, ...context } = steps === options ? {} : options;
  test(name, { timeout: 120_000 }, async () => {
    const backend = await Backend.start({ clock, policy });
    try {
      await inContext(backend, { ...context, popUp }, name, steps);
    } finally {
      await backend.stop();
    }
  });
}

async function inContext(backend, { popUp = false, ...options }, name, steps) {
  const context = await browser.newContext({ viewport: DESKTOP, baseURL: backend.url, locale: "en-US", timezoneId: "UTC", ...options });
  context.setDefaultTimeout(PATIENCE);
  await context.addInitScript(reportViolations);
  if (API_DELAY_MS > 0) await context.route("**/api/**", sendLate);
  if (!popUp) await context.addInitScript(closePopUps);
  const page = await context.newPage();
  const watch = new Watch(page);
  try {
    await steps({ backend, context, page, watch });
    assert.deepEqual(watch.complaints, [], "the page complained");
  } catch (error) {
    const picture = join(place.results(), `${name.replace(/[^a-z0-9]+/gi, "-").slice(0, 80)}.png`);
    await page.screenshot({ path: picture, fullPage: true, timeout: 5_000 }).catch(() => {});
    const complaints = watch.complaints.map((complaint) => `\n  ${complaint}`).join("");
    const about = `at ${page.url()}, picture: ${picture}${complaints}\nbackend: ${backend.log.slice(-1_500)}`;
    error.stack = `${error.stack}\n${about}`;
    throw error;
  } finally {
    await context.close();
  }
}

/** If the page was closed in the meantime, there is nothing left to send. */
async function sendLate(route) {
  await new Promise((resolve) => setTimeout(resolve, API_DELAY_MS));
  await route.continue().catch(() => {});
}

/** Stores that the person has closed the usage pop-up, which would cover every page. */
function closePopUps() {
  for (const person of ["ada", "max", "dora", "tim", "ina", "yara", "faye", "lars", "olga"]) {
    for (let month = 1; month <= 12; month += 1) {
      for (const tier of [5_000, 20_000, 40_000]) {
        const first = `2026-${String(month).padStart(2, "0")}-01`;
        localStorage.setItem(`prorata-over:usr_${person}:${first}:${tier}`, "600");
      }
    }
  }
}

/** A second page of the same person, with its own watch. */
export async function otherTab(context) {
  const page = await context.newPage();
  return { page, watch: new Watch(page) };
}

/** Saves a picture of a page; in every look if the run asks for it. */
export async function picture(page, name) {
  const keep = (look) => page.screenshot({ path: join(place.results(), `${name}${look}.png`), fullPage: true, animations: "disabled" });
  await keep("");
  if (!EVERY_LOOK) return;
  const size = page.viewportSize();
  for (const colorScheme of ["light", "dark"]) {
    for (const viewport of [DESKTOP, PHONE]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(viewport);
      await keep(` ${viewport.width} ${colorScheme}`);
    }
  }
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize(size);
}

/** Retries until the assertions pass; the last complaint is the failure. */
export async function eventually(assertions, patience = PATIENCE) {
  const end = Date.now() + patience;
  for (;;) {
    try {
      return await assertions();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
