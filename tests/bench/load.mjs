// How long a first visit takes on a slow connection: sign-in until it can be used, My Plan until its
// numbers are there, and what moves meanwhile. Chromium's network and processor are slowed down to
// "slow 4G" (150 ms, 1.6 Mbit/s) and a quarter of this processor; each visit is cold.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { Backend } from "../browser/harness/backend.js";
import { ADA, signIn } from "../browser/harness/person.js";
import * as place from "../browser/harness/place.js";

const { chromium } = createRequire(new URL("../browser/package.json", import.meta.url))("playwright-core");
const ROUNDS = Number(process.env.PRORATA_ROUNDS ?? 5);
const SLOW_4G = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 };
const CPU = 4;
/** The most that each may take, in milliseconds. */
const BOUNDS = { "sign-in": 1_600, "My Plan": 2_600 };

const backend = await Backend.start();
const browser = await chromium.launch({ executablePath: place.chromium, args: ["--no-sandbox", "--disable-gpu"] });
try {
  const signedIn = await session();
  const visits = {
    "sign-in": () => visit(undefined, (page) => page.getByRole("button", { name: "Sign in" })),
    "My Plan": () => visit(signedIn, (page) => page.getByRole("meter").first()),
  };
  const took = { "sign-in": [], "My Plan": [] };
  const shifts = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, visited] of Object.entries(visits)) {
      const { time, shift } = await visited();
      took[name].push(time);
      shifts.push(shift);
    }
  }
  const medians = Object.entries(took).map(([name, times]) => [name, median(times), times]);
  for (const [name, time, times] of medians) {
    console.log(`${name}: ${time} ms, at most ${BOUNDS[name]} (${times.join(", ")})`);
  }
  const moved = Math.max(...shifts);
  console.log(`layout shift: at most ${moved.toFixed(3)}`);
  for (const [name, time] of medians) assert.ok(time <= BOUNDS[name], `${name} took ${time} ms`);
  assert.ok(moved < 0.005, `the layout shifts by ${moved}`);
} finally {
  await browser.close();
  await backend.stop();
}

/** The cookies and storage of somebody who is signed in. */
async function session() {
  const context = await browser.newContext({ baseURL: backend.url });
  const page = await context.newPage();
  await signIn(page, ADA);
  await page.getByRole("meter").first().waitFor();
  const state = await context.storageState();
  await context.close();
  return state;
}

/** One cold visit: the time until an element can be seen, and how far the layout moved until all was quiet. */
async function visit(storageState, awaited) {
  const context = await browser.newContext({ baseURL: backend.url, storageState, viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.addInitScript(() => {
    globalThis.shifted = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.shifted += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  const devtools = await context.newCDPSession(page);
  await devtools.send("Network.enable");
  await devtools.send("Network.emulateNetworkConditions", SLOW_4G);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: CPU });
  const start = performance.now();
  await page.goto("/plan", { waitUntil: "commit" });
  await awaited(page).waitFor();
  const time = Math.round(performance.now() - start);
  await page.waitForLoadState("networkidle");
  const shift = await page.evaluate(() => globalThis.shifted);
  await context.close();
  return { time, shift };
}

function median(times) {
  return [...times].sort((one, other) => one - other)[Math.floor(times.length / 2)];
}
