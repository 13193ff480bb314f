// The app in pieces: what each page loads, when, and what happens when a piece does not come.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { eventually, walk } from "./harness/browser.js";
import { enter, settled, signIn } from "./harness/person.js";
import * as place from "./harness/place.js";

const SIGN_IN = 150_000;
const PAGE = 240_000;

/** Each page with its heading and its piece. */
const PAGES = [
  ["/plan", "My Plan", "plan"],
  ["/plan/change", "Change plan", "change_plan"],
  ["/plan/add-ons", "Manage add-ons", "add_ons"],
  ["/plan/pause", "Pause plan", "leaving"],
  ["/plan/cancel", "Cancel plan", "leaving"],
  ["/invoices", "Invoices", "records"],
  ["/data", "Data", "records"],
  ["/support", "Support", "records"],
  ["/audit", "Activity log", "activity"],
  ["/sandbox/mailbox", "Mailbox", "sandbox"],
  ["/billing/details", "Billing details", "sandbox"],
];

/** The pieces of the pages that order, which have one more in common. */
const ORDERS = ["add_ons", "change_plan"];

/** The pieces of what comes when it is near. */
const NEAR = ["activity", "extras"];

/** The sections of words that only pieces show. */
const LAZY_WORDS = ["add_ons", "audit", "change", "data", "invoices", "leaving", "mailbox", "on_file", "palette", "support", "usage_file"];

/** The names of the files that a page has asked for, in order, each once. */
function files(watch) {
  const paths = watch.requests.map((request) => new URL(request.url()).pathname);
  return [...new Set(paths.filter((path) => path.startsWith("/assets/")))].map((path) => path.slice("/assets/".length));
}

const piece = (file) => file.replace(/-[0-9a-f]{16}\.wasm$/, "");
const pieces = (watch) => files(watch).filter((file) => file.endsWith(".wasm")).map(piece);

/** What the page and these files weigh over the wire. */
function weight(names) {
  const page = statSync(join(place.dist, "index.html.br")).size;
  return names.reduce((sum, name) => sum + statSync(join(place.dist, "assets", `${name}.br`)).size, page);
}

walk("the sign-in loads no piece", async ({ page, watch }) => {
  await page.goto("/plan", { waitUntil: "networkidle" });
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  assert.deepEqual(pieces(watch), ["app"]);
  const loaded = weight(files(watch));
  assert.ok(loaded <= SIGN_IN, `the sign-in loads ${loaded} bytes`);
});

walk("after signing out the sign-in loads no piece again", async ({ page, watch }) => {
  await enter(page);
  await page.getByRole("button", { name: "Account and appearance" }).click();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  watch.requests.length = 0;
  await page.reload({ waitUntil: "networkidle" });
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  assert.deepEqual(pieces(watch), ["app"]);
});

for (const [path, heading, own] of PAGES) {
  walk(`${path} loads its piece, early, and little else`, async ({ page, watch }) => {
    await enter(page);
    watch.requests.length = 0;
    await page.goto(path);
    await page.getByRole("heading", { level: 1, name: heading }).waitFor();
    await page.waitForLoadState("networkidle");
    // Beside what comes because it is near the visible part already.
    const loaded = pieces(watch).filter((name) => name === own || !NEAR.includes(name));
    const joined = ORDERS.includes(own) ? ["common", "ordering"] : ["common"];
    assert.deepEqual(loaded.sort(), ["app", ...joined, own].sort());
    assert.ok(pieces(watch).length <= 5, `${pieces(watch)}`);
    // The piece is asked for before the app runs, so it costs no further round trip; and so is who is
    // signed in, once.
    const asked = watch.requests.map((request) => new URL(request.url()).pathname);
    const early = asked.findIndex((path) => path.startsWith(`/assets/${own}-`));
    const running = asked.findIndex((path) => path.startsWith("/api/v1/") && path !== "/api/v1/session");
    assert.ok(early >= 0 && early < running, `the piece is request ${early}, the app's first ${running}`);
    assert.equal(asked.filter((path) => path === "/api/v1/session").length, 1);
    const bytes = weight(files(watch));
    assert.ok(bytes <= PAGE, `${path} loads ${bytes} bytes`);
  });
}

walk("moving on to another page loads one file, and coming back none", async ({ page, watch }) => {
  await enter(page);
  watch.requests.length = 0;
  await page.getByRole("navigation").getByRole("link", { name: "Invoices" }).click();
  await settled(page, "Invoices");
  assert.deepEqual(pieces(watch).filter((name) => !NEAR.includes(name)), ["records"]);
  watch.requests.length = 0;
  await page.getByRole("navigation").getByRole("link", { name: "My Plan" }).click();
  await settled(page, "My Plan");
  assert.deepEqual(pieces(watch), []);
});

const BREAKS = [
  ["is cut off", (route) => route.abort("connectionreset")],
  ["is gone", (route) => route.fulfill({ status: 404, body: "" })],
  ["is damaged", (route) => route.fulfill({ status: 200, contentType: "application/wasm", body: "garbage" })],
];
for (const [how, breaks] of BREAKS) {
  for (const broken of ["records", "common"]) {
    walk(`a piece that ${how} (${broken}) is said, and comes when it is tried again`, async ({ page, watch }) => {
      watch.expect(/could not be loaded|ERR_CONNECTION_RESET|404|valid digest|SRI's integrity|failed: GET/);
      watch.expectStatus(404);
      const file = new RegExp(`/assets/${broken}-`);
      await page.route(file, breaks);
      await signIn(page, undefined, "/invoices");
      await page.getByRole("heading", { name: "This page could not be loaded" }).waitFor();
      await page.unroute(file);
      await page.getByRole("button", { name: "Try again" }).first().click();
      await settled(page, "Invoices");
    });
  }
}

walk("a piece that fails once is fetched again without a word", async ({ page, watch }) => {
  watch.expect(/ERR_CONNECTION_RESET|failed: GET/);
  await page.route(/\/assets\/records-/, (route) => route.abort("connectionreset"), { times: 1 });
  await enter(page, { path: "/invoices", heading: "Invoices" });
});

walk("a page that is opened offline comes when the connection is back", async ({ page, context, watch }) => {
  watch.expect(/ERR_INTERNET_DISCONNECTED|could not be loaded|failed: GET/);
  await enter(page);
  await context.setOffline(true);
  await page.getByRole("navigation").getByRole("link", { name: "Invoices" }).click();
  await page.getByRole("heading", { name: "This page could not be loaded" }).waitFor();
  await context.setOffline(false);
  await settled(page, "Invoices");
});

walk("what lies further down comes when it is near, and the palette when it is opened", { viewport: { width: 1280, height: 400 } }, async ({ page, watch }) => {
  await signIn(page);
  await page.getByRole("heading", { level: 1, name: "My Plan" }).waitFor();
  await page.getByRole("meter").first().waitFor();
  await page.waitForLoadState("networkidle");
  assert.ok(!pieces(watch).includes("extras"), `${pieces(watch)}`);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").waitFor();
  await eventually(() => assert.ok(pieces(watch).includes("extras")));
});

test("the main module has no words of a page that comes with a piece", () => {
  const main = readdirSync(join(place.dist, "assets")).find((name) => /^app-.*\.wasm$/.test(name));
  const module = readFileSync(join(place.dist, "assets", main));
  const found = [];
  let looked = 0;
  for (const section of LAZY_WORDS) {
    const words = readFileSync(join(place.root, "src/app/messages/english", `${section}.rs`), "utf8");
    for (const [, sentence] of words.matchAll(/"((?:[^"\\]|\\.){24,})"/g)) {
      looked += 1;
      if (module.includes(sentence)) found.push(`${section}: ${sentence}`);
    }
  }
  assert.ok(looked > 200, `only ${looked} sentences were looked for`);
  assert.deepEqual(found, []);
});
