// The audit log: who changed what and when, with both values; as a card of each section, and as a page.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { accessible } from "./harness/axe.js";
import { eventually, NARROW, PHONE, picture, walk } from "./harness/browser.js";
import { ADA, call, choose, clock, enter, INA, MAX, pay, read, settled, signIn } from "./harness/person.js";

/** The activity card of a page, once it is loaded. */
async function activity(page) {
  const card = page.locator("section.activity");
  await card.getByRole("table").waitFor();
  return card;
}

/** The rows of an activity table, each as one line; the newest first. */
async function rows(place) {
  const all = await place.locator("tbody tr").allInnerTexts();
  return all.map((text) => text.replace(/\s+/g, " "));
}

/** Orders a change of the plan with the app's own requests. */
async function order(page, change) {
  const { body: quote } = await call(page, "POST", "/quotes", change);
  const { engine_version, price_book_version, subscription_version, billing_day, input_hash } = quote;
  const reasons = Object.fromEntries((change.remove ?? []).map((id) => [id, "low_usage"]));
  const body = { change: quote.change, engine_version, price_book_version, subscription_version, billing_day, input_hash, total: quote.due_now.total, reasons };
  const key = `key-${Math.random().toString(36).slice(2, 12)}`;
  const { status, body: done } = await call(page, "POST", "/plan-changes", body, { "idempotency-key": key });
  assert.equal(status, 200, JSON.stringify(done));
}

walk("a change of the plan appears in its section, with the price before and after", async ({ page }) => {
  await enter(page);
  await choose(page, "40,000");
  await pay(page).click();
  await page.getByRole("heading", { name: /Your plan is now 40,000 MAU/ }).waitFor();
  const below = await activity(page);
  await eventually(async () => assert.match((await rows(below))[0], /^Plan changed charged \$\d+\.\d\d, invoice ACME-/));
  const [changed] = await rows(below);
  assert.match(changed, /20,000 MAU, \$\d+\.\d\d a month became 40,000 MAU, \$\d+\.\d\d a month/);
  assert.match(changed, /ada@acme\.example 127\.0\.0\.1 June 20, 2026 at \d{1,2}:\d\d AM \(UTC\)/);
  await picture(page, "activity change plan");

  await page.goto("/plan");
  await settled(page, "My Plan");
  assert.match((await rows(await activity(page)))[0], /^Plan changed/);
  await picture(page, "activity my plan");
  await page.goto("/plan/add-ons");
  await settled(page, "Manage add-ons");
  await page.getByText("Nothing has been changed here yet.").waitFor();
});

walk("the card follows what is done on its page: a scheduled change, and its undo", async ({ page }) => {
  await enter(page);
  await order(page, { remove: ["cloud-export"] });
  await page.goto("/plan");
  await settled(page, "My Plan");
  const card = await activity(page);
  assert.match((await rows(card))[1], /^Add-on removal scheduled Cloud Export, on July 1, 2026/);
  const waiting = page.locator(".banner").filter({ hasText: "Cloud Export ends on" });
  await waiting.getByRole("button", { name: /^Undo/ }).click();
  await eventually(async () => assert.match((await rows(card))[0], /^Add-on kept Cloud Export none became \$\d+\.\d\d a month/));
  assert.ok((await rows(card)).length <= 5);
});

walk("each section has its own activity, and all of it leads on to the log", async ({ page }) => {
  await enter(page, { path: "/data", heading: "Data" });
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export as CSV" }).click();
  await download;
  await clock(page, "2026-07-01T00:00:00Z");
  for (const [path, heading, first] of [
    ["/data", "Data", /^Data exported everything the account holds/],
    ["/invoices", "Invoices", /^(Payment received|Month closed)/],
  ]) {
    await page.goto(path);
    await settled(page, heading);
    assert.match((await rows(await activity(page)))[0], first);
    await picture(page, `activity ${heading.toLowerCase()}`);
  }
  const paid = (await rows(await activity(page))).find((row) => row.startsWith("Payment received"));
  assert.match(paid, /\$\d+\.\d\d open became \$0\.00 open Prorata/);
  await page.goto("/support");
  await settled(page, "Support");
  await page.getByText("Nothing has been changed here yet.").waitFor();
  await page.getByRole("link", { name: "All activity" }).click();
  await settled(page, "Activity log");
  assert.equal(new URL(page.url()).pathname, "/audit");
});

walk("another payment method says which it replaced", async ({ page }) => {
  await enter(page, { path: "/billing/payment-methods", heading: "Payment methods" });
  await page.getByText("Nothing has been changed here yet.").waitFor();
  await page.locator("#on-file-card").selectOption("1");
  await page.getByRole("main").locator("form").getByRole("button").click();
  const card = await activity(page);
  assert.match((await rows(card))[0], /^Payment method saved the default from now on Visa ending 4242 became Visa ending 0002 ada@acme\.example/);
});

walk("the log is filtered by its address, paged, and downloaded as it is filtered", async ({ page }) => {
  await enter(page);
  const { items } = await read(page, "/audit");
  for (let time = 0; time < 52; time += 1) {
    await page.evaluate(() => fetch("/api/v1/usage/summary.csv").then((answer) => answer.text()));
  }
  await order(page, { tier: 40_000 });
  await page.goto("/audit");
  await settled(page, "Activity log");
  const table = page.getByRole("table");
  assert.equal((await rows(table)).length, 50);
  await page.getByText("50 entries, the newest first").waitFor();
  await page.getByRole("button", { name: "Show older activity" }).click();
  await eventually(async () => assert.equal((await rows(table)).length, items.length + 54));
  assert.equal(await page.getByRole("button", { name: "Show older activity" }).count(), 0);
  await picture(page, "activity log");

  await page.getByLabel("Show").selectOption("Plan");
  await page.waitForURL(/\/audit\?section=plan$/);
  await eventually(async () => assert.equal((await rows(table)).length, 2));
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download CSV" }).click();
  const file = await download;
  assert.equal(file.suggestedFilename(), "activity-org_acme-2026-06-20.csv");
  const text = await readFile(await file.path(), "utf8");
  assert.ok(text.startsWith("\u{feff}position,at,actor,section,action,object,description,address,before,after\r\n"), text.slice(0, 99));
  assert.equal(text.trimEnd().split("\r\n").length, 3);
  assert.match(text, /"20000 MAU, \d+\.\d\d USD a month","40000 MAU, \d+\.\d\d USD a month"/);

  await page.reload();
  await settled(page, "Activity log");
  assert.equal(await page.getByLabel("Show").inputValue(), "plan");
  assert.equal((await rows(table)).length, 2);
  await page.getByLabel("Show").selectOption("Support");
  await page.getByRole("heading", { name: "No activity yet" }).waitFor();
  await page.getByLabel("Show").selectOption("Everything");
  await eventually(async () => assert.match((await rows(table))[0], /^Activity log downloaded the activity log: plan/));
});

walk("one failing card leaves its page up, and is loaded again", async ({ page, watch }) => {
  watch.expectStatus(503);
  await page.route("**/api/v1/audit?**", (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify({ type: "about:blank", title: "Unavailable", status: 503, code: "unavailable", detail: "Try again", request_id: "req_1" }) }));
  await enter(page);
  await page.getByRole("heading", { name: "The activity could not be loaded" }).waitFor();
  await page.getByText("Request req_1").waitFor();
  await page.getByRole("meter").first().waitFor();
  await page.unroute("**/api/v1/audit?**");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("heading", { name: "Activity", exact: true }).waitFor();
});

walk("the log is reached and used with the keyboard alone", async ({ page }) => {
  await enter(page);
  await order(page, { tier: 40_000 });
  await page.keyboard.press("Control+k");
  await page.keyboard.type("activity");
  await page.keyboard.press("Enter");
  await settled(page, "Activity log");
  await eventually(async () => assert.equal(await page.evaluate(() => document.activeElement?.tagName), "H1"));
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Download CSV");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Data");
  await page.waitForURL(/section=data/);
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), "SELECT", "the choice keeps the keyboard");
});

for (const [name, options] of [
  ["light", { colorScheme: "light" }],
  ["dark", { colorScheme: "dark" }],
  ["a phone", { viewport: PHONE, hasTouch: true, isMobile: true }],
  ["a phone in the dark", { viewport: PHONE, colorScheme: "dark" }],
  ["320 px", { viewport: NARROW }],
]) {
  walk(`activity is readable for everyone: ${name}`, options, async ({ page }) => {
    await enter(page);
    await order(page, { tier: 40_000, add: ["content-personalization"] });
    await order(page, { tier: 20_000, remove: ["cloud-export"] });
    await clock(page, "2026-07-02T00:00:00Z");
    for (const [path, heading] of [["/plan", "My Plan"], ["/plan/add-ons", "Manage add-ons"], ["/audit", "Activity log"]]) {
      await page.goto(path);
      await settled(page, heading);
      await page.getByRole("table").last().waitFor();
      await accessible(page, `${path}, ${name}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${path}: ${wide} px too wide`);
      await picture(page, `activity ${heading.toLowerCase()} ${name}`);
    }
  });
}

walk("amounts and times are those of the account: rupees, and its zone", async ({ page }) => {
  await enter(page, { email: INA });
  const { offset_minutes } = await read(page, "/audit");
  assert.equal(offset_minutes, 330);
  await order(page, { tier: 5_000 });
  await page.goto("/audit?section=plan");
  await settled(page, "Activity log");
  const [scheduled] = await rows(page.getByRole("table"));
  assert.match(scheduled, /₹\d[\d,]*\.\d\d a month became 5,000 MAU, ₹\d[\d,]*\.\d\d a month .*\(UTC\+05:30\)/);
});

walk("a Member who opens the log is told whom to ask", async ({ page, watch }) => {
  watch.expectStatus(403);
  await signIn(page, MAX, "/audit");
  await page.getByRole("heading", { level: 1, name: "This area is for admins" }).waitFor();
  assert.equal(await page.getByRole("table").count(), 0);
  assert.equal((await call(page, "GET", "/audit")).status, 403);
  await page.getByRole("button", { name: /Account and appearance/ }).click();
  assert.equal(await page.getByRole("link", { name: "Activity log" }).count(), 0);
});

walk("a paused account keeps its log shut, and says what opens it", async ({ page, watch }) => {
  watch.expectStatus(409);
  await enter(page, { email: ADA });
  const { settles } = await read(page, "/leaving");
  const { status } = await call(page, "POST", "/pause", { agreed: settles.total }, { "idempotency-key": "pause-key-1" });
  assert.equal(status, 200);
  const shut = await call(page, "GET", "/audit");
  assert.equal(shut.body.code, "account_paused");
  await page.goto("/audit");
  await page.getByRole("heading", { level: 1, name: /paused/ }).waitFor();
  assert.equal(await page.getByRole("table").count(), 0);
});
