// A lower tier from the next 1st: scheduled, shown, and withdrawn.
import assert from "node:assert/strict";
import { eventually, picture, walk } from "./harness/browser.js";
import { charges, choose, clock, enter, read, tier } from "./harness/person.js";

async function downgrade(page) {
  await choose(page, "5,000");
  await page.getByRole("button", { name: "Downgrade" }).click();
  await eventually(async () => assert.deepEqual(await waiting(page), [5_000]));
}

/** The tiers that are scheduled; the demo has a scheduled removal of an add-on as well. */
async function waiting(page) {
  const { scheduled } = await read(page, "/subscription");
  return scheduled.flatMap(({ kind }) => kind.downgrade ?? []);
}

walk("a downgrade costs nothing now, is seen on My Plan, and can be undone", async ({ page }) => {
  await enter(page);
  await choose(page, "5,000");
  assert.match(await page.getByRole("main").innerText(), /27,088 MAU a month would cost \$318\.08 overage/);
  await page.getByRole("radio", { name: "So far" }).check();
  await page.getByText("22,000 MAU a month would cost").waitFor();
  const text = await page.getByRole("main").innerText();
  assert.match(text, /1 July|1 Jul|Jul 1|July 1/, "when it applies");
  assert.match(text, /244\.80/, "what the same usage would cost as overage");
  await picture(page, "downgrade");
  await downgrade(page);
  assert.deepEqual(await charges(page), []);

  await page.goto("/plan");
  const notice = page.getByText("Downgrade to 5,000 MAU on", { exact: false }).first();
  await notice.waitFor();
  const both = await page.getByRole("button", { name: /^Undo/ }).count();
  await picture(page, "downgrade-scheduled");
  await page.getByRole("listitem").or(page.getByRole("region")).or(page.getByRole("status")).or(page.locator(".banner")).filter({ hasText: "Downgrade to 5,000 MAU" }).last().getByRole("button", { name: /^Undo/ }).click();
  await eventually(async () => assert.deepEqual(await waiting(page), []));
  await notice.waitFor({ state: "detached" });
  assert.equal(await page.getByRole("button", { name: /^Undo/ }).count(), both - 1);
});

walk("an upgrade cancels the downgrade that waits", async ({ page }) => {
  await enter(page);
  await downgrade(page);
  await choose(page, "40,000");
  await page.getByRole("button", { name: "Update Plan · pay $91.67" }).click();
  await eventually(async () => {
    assert.equal((await read(page, "/subscription")).tier, 40_000);
    assert.deepEqual(await waiting(page), []);
  });
});

walk("above 100,000 there is somebody to talk to and nothing to buy", async ({ page, watch }) => {
  await enter(page, { path: "/plan/change", heading: "Change plan" });
  await page.getByRole("radio", { name: /More than 100,000/ }).check();
  await page.getByRole("link", { name: "Contact sales" }).first().waitFor();
  assert.equal(await page.getByRole("button", { name: /Update Plan|Downgrade/ }).count(), 0);
  assert.equal(watch.requests.filter((request) => request.method() === "POST" && /plan-changes|quotes/.test(request.url())).length, 0);
});

walk("the tier in force is marked and cannot be bought again", async ({ page }) => {
  await enter(page, { path: "/plan/change", heading: "Change plan" });
  assert.match(await page.getByRole("main").innerText(), /current/i);
  await tier(page, "20,000").check();
  assert.equal(await page.getByRole("button", { name: /Update Plan · pay|^Downgrade/ }).count(), 0);
  await clock(page, "2026-06-20T10:00:00Z");
  assert.deepEqual(await charges(page), []);
});
