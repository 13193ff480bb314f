// A trial: days left, what is missing, free changes, and the cure of its lock.
import assert from "node:assert/strict";
import { accessible } from "./harness/axe.js";
import { eventually, PHONE, picture, walk } from "./harness/browser.js";
import { charges, choose, clock, enter, FAYE, LARS, read, setUp, settled, upload } from "./harness/person.js";

const PARTY = { name: "Late Lantern LLC", address: ["1 Quay", "Portland, ME 04101", "United States"], tax_number: null };

walk("a trial says how many days are left, what is missing, and what comes first", async ({ page }) => {
  await enter(page, { email: FAYE });
  await page.getByRole("heading", { name: "27 days left in your trial" }).waitFor();
  const text = await page.getByRole("main").innerText();
  for (const said of [/ends on (July 17|17 July)/, /closes on (July 10|10 July)/, /First invoice, (July 17|17 July)/]) {
    assert.match(text, said);
  }
  // 5,000 MAU from 17 July: 75 × 15 / 31.
  assert.match(text, /\$36\.29/);
  assert.equal(await page.getByText("Missing", { exact: true }).count(), 2);
  const demo = page.getByRole("link", { name: "Open the demo project" });
  assert.match(await demo.getAttribute("href"), /^https:/);
  await page.getByRole("link", { name: "Add a payment method" }).click();
  await settled(page, "Payment methods");
  await page.goBack();
  await page.getByRole("link", { name: "Add billing details" }).waitFor();
});

walk("in trial another tier is free and acts at once, up and down", async ({ page }) => {
  await enter(page, { email: FAYE });
  for (const [limit, tier] of [["60,000", 60_000], ["20,000", 20_000]]) {
    await choose(page, limit);
    const text = await page.getByRole("main").innerText();
    assert.match(text, /Changes are free during the trial/);
    assert.match(text, /Nothing is due now/);
    await page.getByRole("button", { name: "Update Plan", exact: true }).click();
    await page.getByRole("heading", { name: `Your plan is now ${limit} MAU` }).waitFor();
    assert.match(await page.getByRole("main").innerText(), /Nothing was charged/);
    const { tier: now, scheduled } = await read(page, "/subscription");
    assert.deepEqual([now, scheduled], [tier, []]);
  }
  assert.deepEqual(await charges(page), []);
});

walk("in trial add-ons come and go at once, for nothing", async ({ page }) => {
  await enter(page, { email: LARS, path: "/plan/add-ons?add=premium-channels&remove=cloud-export", heading: "Manage add-ons" });
  await page.getByLabel(/Why/).first().selectOption({ index: 1 });
  await page.getByText("Changes are free during the trial").waitFor();
  await picture(page, "trial-add-ons");
  await page.getByRole("button", { name: "Update Plan", exact: true }).click();
  await page.getByRole("heading", { name: "Your add-ons are updated" }).waitFor();
  await eventually(async () => {
    const { add_ons, scheduled } = await read(page, "/subscription");
    assert.deepEqual([add_ons, scheduled], [["premium-channels"], []]);
  });
  assert.deepEqual(await charges(page), []);
});

walk("an incomplete trial locks on its day, and opens when both are there", async ({ page, watch }) => {
  await enter(page, { email: LARS });
  await page.getByRole("heading", { name: "8 days left in your trial" }).waitFor();
  await clock(page, "2026-06-21T00:00:00Z");
  await page.reload();
  await page.getByText(/has been closed since (June 21|21 June)/).waitFor();
  await page.getByRole("link", { name: "Add a payment method" }).first().click();
  await settled(page, "Payment methods");
  await page.getByRole("button", { name: "Save card" }).click();
  await page.getByText("Visa 4242 is now the default").waitFor();
  await page.getByText("Billing details are still missing.").waitFor();
  await accessible(page, "/billing/payment-methods");
  await page.goto("/plan");
  await page.getByText("Added", { exact: true }).waitFor();
  assert.equal(await page.getByText(/has been closed since/).count(), 1);
  await page.goBack();
  await page.getByRole("button", { name: "Save card" }).click();
  await page.getByRole("main").getByRole("link", { name: "Add billing details" }).last().click();
  await settled(page, "Billing details");
  await page.getByLabel("Organization name").fill(PARTY.name);
  const save = page.getByRole("button", { name: "Save", exact: true });
  watch.expectStatus(422);
  await save.click();
  await page.getByText("An address has at least one line", { exact: true }).waitFor();
  assert.equal(await page.getByLabel("Billing address").evaluate((field) => field === document.activeElement), true);
  await page.getByLabel("Billing address").fill(PARTY.address.join("\n"));
  assert.equal(await page.getByLabel("Organization name").inputValue(), PARTY.name, "what was written stays");
  await save.click();
  await page.getByText("Billing details are saved").waitFor();
  await accessible(page, "/billing/details");
  await picture(page, "on-file");
  await page.getByRole("link", { name: "Go to My Plan" }).click();
  await page.getByText(/your plan goes on by itself/).waitFor();
  assert.equal(await page.getByText("Added", { exact: true }).count(), 2);
});

// On 5,000 MAU the trial uses four times its limit: in a plan that would lock, alert, and cost more
// than $200. 5,000 MAU and the add-on from 28 June: 95 × 3 / 30.
walk("what a trial has used neither costs, alarms nor locks the plan that follows it", { popUp: true }, async ({ page }) => {
  await enter(page, { email: LARS });
  const popUp = page.getByRole("dialog", { name: "Usage is above your limit" });
  const { metered: used, projects } = await read(page, "/usage");
  await popUp.getByText(`${used.mau.toLocaleString("en-US")} of 20,000 MAU are used this month, 111%.`).waitFor();
  await popUp.getByText("It costs nothing during the trial.").waitFor();
  await page.keyboard.press("Escape");
  await setUp(page);
  await choose(page, "5,000");
  await page.getByRole("button", { name: "Update Plan", exact: true }).click();
  await page.getByRole("heading", { name: "Your plan is now 5,000 MAU" }).waitFor();
  await clock(page, "2026-06-28T09:00:00Z");
  // As if this person had closed no pop-up yet: usage alone must not open one.
  await page.evaluate(() => localStorage.clear());
  await page.goto("/plan");
  await settled(page, "My Plan");
  await page.getByText("Active", { exact: true }).waitFor();
  // The usage as of the end of the trial's last day, and 120 more since.
  const { id, parts } = projects.items[0];
  const counted = (day, more) => [id, day, parts.app + more, parts.web_identified, parts.api, parts.anonymous_web, 1];
  await upload(page, counted("2026-06-27", 500), counted("2026-06-28", 620));
  const { counted_from, metered, mbu, days_before } = await read(page, "/usage");
  assert.equal(counted_from, "2026-06-28");
  assert.deepEqual([days_before.at(-1).metered.mau, metered.mau, mbu], [used.mau + 500, 120, 5_000]);
  const month = page.locator(".card").filter({ has: page.getByRole("heading", { name: "Usage in June" }) });
  assert.equal(await month.locator(".my-plan__figure").innerText(), "120");
  await month.getByText(/^Counted since June 28\./).waitFor();
  const soFar = page.locator(".receipt").filter({ has: page.getByRole("heading", { name: "A whole June at this usage" }) });
  assert.match(await soFar.innerText(), /\$95\.00/);
  assert.doesNotMatch(await page.getByRole("main").innerText(), /over the limit|Overage, /);
  await accessible(page, "My Plan behind a trial");
  await picture(page, "trial converted");
  const { access, over_limit } = await read(page, "/account-status");
  assert.deepEqual([access.notices, over_limit], [[], null]);
  assert.deepEqual([await popUp.count(), await page.locator(".lock").count()], [0, 0]);
  await clock(page, "2026-07-01T00:00:00Z");
  const { items } = await read(page, "/invoices");
  assert.deepEqual(items.map(({ kind, total }) => [kind, total.value]), [["scheduled", "95.00"], ["trial_first", "9.50"]]);
  const log = await read(page, "/audit");
  assert.deepEqual(log.items.filter(({ action }) => /^usage\.(alert|locked)/.test(action)), []);
  await page.goto("/plan");
  await settled(page, "My Plan");
  assert.equal(await page.getByText(/^Counted since/).count(), 0, "July counts from its 1st");
});

for (const [name, options] of [
  ["light", { colorScheme: "light" }],
  ["dark", { colorScheme: "dark" }],
  ["a phone", { viewport: PHONE, hasTouch: true, isMobile: true }],
  ["a dark phone", { viewport: PHONE, hasTouch: true, isMobile: true, colorScheme: "dark" }],
]) {
  walk(`a trial reads well: ${name}`, options, async ({ page }) => {
    await enter(page, { email: LARS });
    await accessible(page, "/plan in trial");
    await picture(page, `trial-${name.replaceAll(" ", "-")}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${wide} px too wide`);
    await page.goto("/plan/change?tier=60000");
    await settled(page, "Change plan");
    await accessible(page, "/plan/change in trial");
    await picture(page, `trial-change-${name.replaceAll(" ", "-")}`);
  });
}
