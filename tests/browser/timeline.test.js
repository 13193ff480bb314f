// An account's lifecycle by the sandbox clock, step by step: what falls due is asserted, and its cure
// is carried out on the page that offers it.
import assert from "node:assert/strict";
import { accessible } from "./harness/axe.js";
import { eventually, picture, walk } from "./harness/browser.js";
import { clock, DORA, enter, FAYE, LARS, read, saveCard, setUp, settled, upload } from "./harness/person.js";

/** The invoices, once there are this many. */
async function invoices(page, count) {
  let items = [];
  await eventually(async () => {
    ({ items } = await read(page, "/invoices"));
    assert.equal(items.length, count);
    assert.ok(items.every(({ status }) => status === "paid"), JSON.stringify(items));
  });
  return items;
}

// 5,000 MAU from 17 July: 75 × 15 / 31.
walk("a trial that is complete goes over into a plan, and its first invoice is the one announced", async ({ page }) => {
  await enter(page, { email: FAYE });
  await setUp(page);
  await page.goto("/plan");
  await settled(page, "My Plan");
  const announced = page.locator(".receipt").filter({ hasText: "First invoice" });
  assert.match(await announced.innerText(), /\$36\.29/);
  await clock(page, "2026-07-17T09:00:00Z");
  const [first] = await invoices(page, 1);
  assert.deepEqual([first.kind, first.total.value, first.issued_on], ["trial_first", "36.29", "2026-07-17"]);
  await page.reload();
  await settled(page, "My Plan");
  await page.getByText("Active", { exact: true }).waitFor();
  await page.goto("/invoices");
  await settled(page, "Invoices");
  await page.getByRole("cell", { name: "$36.29", exact: true }).waitFor();
});

// It ends on 28 June; 20,000 MAU and a tenth for the add-on from 30 June: 275 × 1 / 30.
walk("a trial that has expired goes on from the day on which billing is set up", async ({ page }) => {
  await enter(page, { email: LARS });
  await clock(page, "2026-06-30T09:00:00Z");
  await page.reload();
  await page.getByRole("heading", { name: "Your trial has ended, and billing is not set up" }).waitFor();
  assert.match(await page.locator(".facts").innerText(), /\$250\.00 a month, billed monthly/, "it is free no longer");
  await setUp(page);
  const [first] = await invoices(page, 1);
  assert.equal(first.kind, "trial_first");
  assert.equal(first.period_start, "2026-06-30");
  await page.goto("/plan");
  await settled(page, "My Plan");
  await page.getByText("Active", { exact: true }).waitFor();
  assert.equal(await page.locator(".lock").count(), 0);
});

walk("another card that is saved in grace pays what is open at once", async ({ page }) => {
  await enter(page, { email: DORA });
  await clock(page, "2026-07-01T00:00:00Z");
  await page.reload();
  await settled(page, "My Plan");
  await page.locator(".account-status .banner").getByRole("link", { name: "Use another card" }).click();
  await settled(page, "Payment methods");
  await clock(page, "2026-07-09T00:00:00Z");
  await saveCard(page);
  const { access, outstanding } = await read(page, "/account-status");
  assert.deepEqual([access.notices, outstanding], [[], null], "by the time it is said to be saved");
  // The month with the longest name.
  await clock(page, "2026-10-01T00:00:00Z");
  await page.goto("/invoices");
  await settled(page, "Invoices");
  await page.getByText("September 1 to September 30").waitFor();
  const clipped = await page.locator(".table__frame").first().evaluate((frame) => frame.scrollWidth - frame.clientWidth);
  assert.ok(clipped <= 0, `${clipped} px of the invoices are cut off`);
  await page.goto("/plan");
  await settled(page, "My Plan");
  assert.equal(await page.locator(".account-status .banner").count(), 0);
  await page.getByText("Visa ending 4242").first().waitFor();
});

for (const colorScheme of ["light", "dark"]) {
  walk(`an invoice that nobody pays ends the account on its day, in ${colorScheme}`, { colorScheme }, async ({ page, watch }) => {
    watch.expectStatus(403);
    await enter(page, { email: DORA });
    await clock(page, "2026-07-01T00:00:00Z");
    await clock(page, "2026-07-24T23:59:00Z");
    await page.reload();
    await page.getByRole("heading", { name: "The dashboard is closed until your invoices are paid" }).waitFor();
    await clock(page, "2026-07-25T00:00:00Z");
    await page.reload();
    await settled(page, "This account is cancelled");
    assert.match(await page.getByRole("main").innerText(), /It ended on July 25, 2026 at 12:00 AM \(UTC\)/);
    assert.equal(await page.getByRole("navigation").count(), 0, "nothing else is left");
    await accessible(page, "the end of an account");
    await picture(page, `ended-${colorScheme}`);
    await page.goto("/invoices");
    await settled(page, "This account is cancelled");
  });
}

walk("a pause that nobody ends deletes the account after sixty days", async ({ page, watch }) => {
  watch.expectStatus(403);
  await enter(page, { path: "/plan/pause", heading: "Pause plan" });
  await page.getByRole("button", { name: "Pause plan" }).click();
  await page.getByRole("button", { name: /^Pause now/ }).click();
  await settled(page, "Your plan is paused");
  await clock(page, "2026-08-19T08:00:00Z");
  await page.reload();
  await settled(page, "Your plan is paused");
  await clock(page, "2026-08-19T10:00:00Z");
  await page.reload();
  await settled(page, "This account is cancelled");
});

// Row 19, with an operator's policy that waits: usage above 300 % locks on the 1st, not before.
walk("a policy may let the lock wait for the billing date", { policy: { overage_lock: "at_next_billing_date" } }, async ({ page }) => {
  await enter(page);
  const { projects } = await read(page, "/usage");
  const { id, parts } = projects.items.find(({ id }) => id === "prj_shop");
  await upload(page, [id, "2026-06-20", parts.app + 38_001, parts.web_identified, parts.api, parts.anonymous_web, 1]);
  await page.reload();
  await settled(page, "My Plan");
  await page.getByText("60,001", { exact: true }).first().waitFor();
  assert.equal(await page.locator(".lock").count(), 0, "nothing is locked within the month");
  await clock(page, "2026-07-01T00:00:00Z");
  await page.reload();
  await page.getByRole("heading", { name: "The dashboard is closed: usage is far above your tier" }).waitFor();
});
