// Adding and removing add-ons: what is shown before the click is what is charged.
import assert from "node:assert/strict";
import { accessible } from "./harness/axe.js";
import { DESKTOP, eventually, NARROW, PHONE, picture, walk } from "./harness/browser.js";
import { charges, clock, DORA, enter, INA, pay, read, settled } from "./harness/person.js";

const PATH = "/plan/add-ons";
const HEADING = "Manage add-ons";

async function open(page, { path = PATH, email } = {}) {
  await enter(page, { path, heading: HEADING, ...(email === undefined ? {} : { email }) });
}

/** The row of an add-on. */
function row(page, name) {
  return page.getByRole("listitem").filter({ has: page.getByRole("button", { name: new RegExp(`${name}$`) }) });
}

function act(page, action, name) {
  return page.getByRole("button", { name: `${action} ${name}`, exact: true });
}

/** The list of reasons for the removal of an add-on. */
function why(page, name) {
  return page.getByLabel(`Why are you removing ${name}?`);
}

/** The button that confirms an order without charge. */
function update(page) {
  return page.getByRole("button", { name: "Update Plan", exact: true });
}

/** The add-ons whose removal is scheduled. */
async function leaving(page) {
  const { scheduled } = await read(page, "/subscription");
  return scheduled.flatMap(({ kind }) => kind.removal ?? []).sort();
}

/** Asserts that this element receives the focus. */
async function focused(page, locator) {
  await eventually(async () => assert.equal(await locator.evaluate((element) => element === document.activeElement), true));
}

async function fits(page, where) {
  const [inner, limit] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(inner <= limit, `${where} is ${inner} px wide in ${limit}`);
}

walk("from My Plan to an add-on: the price that is shown is charged and invoiced", async ({ page }) => {
  await enter(page);
  await page.getByRole("link", { name: HEADING }).click();
  await settled(page, HEADING);
  await picture(page, "add-ons");
  assert.match(await row(page, "Content Personalization").innerText(), /\$20\.00/);
  assert.match(await row(page, "Cloud Export").innerText(), /Active/);
  assert.match(await row(page, "Premium Channels").innerText(), /Ends on .*1/);

  await act(page, "Select", "Content Personalization").click();
  await page.waitForURL(/add-ons\?add=content-personalization$/);
  await pay(page, "$7.33").waitFor();
  await picture(page, "add-ons chosen");
  const basket = page.getByRole("region", { name: "Your choice" });
  const text = await basket.innerText();
  for (const said of [/Content Personalization, rest of the month/, /\$20\.00 × 11 ÷ 30/, /1 to add/, /\$298\.80/, /immediately, once paid/, /Visa ending 4242/, /until the end of .*20.*\(UTC/]) {
    assert.match(text, said);
  }
  await pay(page, "$7.33").click();
  const heading = page.getByRole("heading", { name: "Your add-ons are updated" });
  await focused(page, heading);
  const [invoice, ...more] = await charges(page);
  assert.deepEqual([invoice.total.value, invoice.kind, invoice.status, more.length], ["7.33", "add_on", "paid", 0]);
  assert.ok((await read(page, "/subscription")).add_ons.includes("content-personalization"));
  await page.getByRole("link", { name: `See invoice ${invoice.number}` }).click();
  await settled(page, new RegExp(invoice.number));
  await page.getByText("$7.33").first().waitFor();
});

walk("a removal says what stops and when, asks why, waits, and is undone", async ({ page }) => {
  await open(page);
  await act(page, "Remove", "Cloud Export").click();
  const card = row(page, "Cloud Export");
  await card.getByText("What stops on July 1, 2026").waitFor();
  assert.match(await card.innerText(), /campaigns, journeys and exports that need Cloud Export/);
  await why(page, "Cloud Export").selectOption({ label: "Too expensive" });
  assert.equal(await update(page).getAttribute("aria-disabled"), "false");
  await picture(page, "add-ons removal");
  await update(page).click();
  await page.getByRole("heading", { name: "Removal scheduled for July 1, 2026" }).waitFor();
  assert.deepEqual(await leaving(page), ["cloud-export", "premium-channels"]);
  assert.deepEqual(await charges(page), []);

  await page.goto(PATH);
  await settled(page, HEADING);
  await act(page, "Undo", "Cloud Export").click();
  await act(page, "Remove", "Cloud Export").waitFor();
  assert.deepEqual(await leaving(page), ["premium-channels"]);
  await page.getByRole("status").filter({ hasText: "Withdrawn: Cloud Export stays" }).waitFor();
});

walk("without its reason a removal is refused at the field, and so is a card number in it", async ({ page, watch }) => {
  await open(page, { path: `${PATH}?remove=cloud-export` });
  const list = why(page, "Cloud Export");
  await list.waitFor();
  assert.equal(await update(page).getAttribute("aria-disabled"), "true");
  await page.getByText("Say why you are removing Cloud Export first.").waitFor();
  await update(page).click({ force: true });
  await focused(page, list);
  await page.getByText("Choose why you are removing Cloud Export").waitFor();
  assert.equal(await list.getAttribute("aria-invalid"), "true");
  await accessible(page, "a removal without its reason");
  await picture(page, "add-ons refused");

  await list.selectOption({ label: "Another reason" });
  assert.equal(await list.getAttribute("aria-invalid"), "false");
  const words = page.getByLabel("Your reason");
  await update(page).click({ force: true });
  await focused(page, words);
  await page.getByText("Write your reason, or choose one from the list").waitFor();
  await words.fill("charge 4111 1111 1111 1111 instead");
  await page.getByText("This looks like a card number: remove it").waitFor();
  await update(page).click({ force: true });
  const sent = watch.requests.filter((request) => request.method() === "POST" && request.url().endsWith("/plan-changes"));
  assert.deepEqual(sent, [], "nothing may leave the page without a reason that can be kept");

  await words.fill("we have our own warehouse");
  const order = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/plan-changes"));
  await update(page).click();
  assert.deepEqual((await order).postDataJSON().reasons, { "cloud-export": { other: "we have our own warehouse" } });
  await page.getByRole("heading", { name: "Removal scheduled for July 1, 2026" }).waitFor();
});

walk("one order adds and removes, with one charge", async ({ page }) => {
  await open(page);
  await act(page, "Select", "Advanced Analytics").click();
  await act(page, "Select", "Content Personalization").click();
  await act(page, "Remove", "Cloud Export").click();
  await why(page, "Cloud Export").selectOption({ label: "Hardly used" });
  await pay(page, "$14.66").waitFor();
  assert.match(await page.getByRole("region", { name: "Your choice" }).innerText(), /2 to add, 1 to remove/);
  await pay(page, "$14.66").click();
  await page.getByRole("heading", { name: "Your add-ons are updated" }).waitFor();
  assert.match(await page.getByRole("main").innerText(), /Cloud Export stays active until then and ends on July 1, 2026/);
  assert.deepEqual((await charges(page)).map(({ total }) => total.value), ["14.66"]);
  assert.deepEqual(await leaving(page), ["cloud-export", "premium-channels"]);
});

walk("the address keeps the choice, made good: what cannot be had or dropped is not in it", async ({ page }) => {
  await open(page, { path: `${PATH}?add=content-personalization,cloud-export,no-such&remove=content-personalization,premium-channels` });
  await pay(page, "$7.33").waitFor();
  await act(page, "Remove", "Content Personalization").click();
  await page.waitForURL(/add-ons$/);
  await page.getByRole("heading", { name: "Nothing is changed yet" }).waitFor();
  assert.equal(await page.getByRole("button", { name: /^Update Plan/ }).count(), 0);
});

walk("a declined card keeps the basket and charges nothing", async ({ page, watch }) => {
  watch.expectStatus(402);
  await open(page, { email: DORA });
  await act(page, "Select", "Content Personalization").click();
  await act(page, "Remove", "Cloud Export").click();
  await why(page, "Cloud Export").selectOption({ label: "Something is missing" });
  await pay(page).click();
  const alert = page.getByRole("alert").filter({ hasText: /declined/i });
  assert.match(await alert.innerText(), /Nothing was charged and your plan is unchanged/);
  await act(page, "Remove", "Content Personalization").waitFor();
  assert.equal(await why(page, "Cloud Export").inputValue(), "missing_feature", "the reason is kept too");
  assert.equal(new URL(page.url()).search, "?add=content-personalization&remove=cloud-export");
  assert.deepEqual(await charges(page), []);
  assert.deepEqual(await leaving(page), []);
  await picture(page, "add-ons declined");
});

walk("midnight has passed: nothing is charged, the difference is shown, the basket is kept", async ({ page, watch }) => {
  watch.expectStatus(409);
  await open(page, { path: `${PATH}?add=content-personalization` });
  await pay(page, "$7.33").waitFor();
  await clock(page, "2026-06-21T00:00:30Z");
  await pay(page, "$7.33").click();
  const dialog = page.getByRole("dialog").filter({ hasText: "The price has changed" });
  assert.match(await dialog.innerText(), /\$7\.33[\s\S]*\$6\.67/);
  assert.deepEqual(await charges(page), []);
  await page.getByRole("button", { name: "Show the new price" }).click();
  await pay(page, "$6.67").click();
  await page.getByRole("heading", { name: "Your add-ons are updated" }).waitFor();
  assert.deepEqual((await charges(page)).map(({ total }) => total.value), ["6.67"]);
});

walk("a bank that asks first: the basket is locked, and another visit says what is waited for", async ({ page }) => {
  await open(page, { email: INA });
  await act(page, "Select", "Promotions").click();
  assert.match(await page.getByRole("region", { name: "Your choice" }).innerText(), /IGST/);
  await pay(page).click();
  await page.getByText("Your bank wants you to confirm the payment").first().waitFor();
  assert.equal(await act(page, "Remove", "Promotions").isDisabled(), true);
  await page.goto("/plan");
  await settled(page, "My Plan");
  await page.getByText(/The change of add-ons \(₹[\d,.]+\) is waiting for its payment/).waitFor();
  await page.getByRole("link", { name: "See its status" }).click();
  await settled(page, HEADING);
});

walk("offline nothing can be ordered or undone, and the basket is kept", async ({ page, context }) => {
  await open(page, { path: `${PATH}?add=content-personalization` });
  await pay(page, "$7.33").waitFor();
  await context.setOffline(true);
  await page.getByText("You are offline", { exact: true }).waitFor();
  for (const button of [pay(page, "$7.33"), act(page, "Undo", "Premium Channels")]) {
    await eventually(async () => assert.equal(await button.getAttribute("aria-disabled"), "true"));
  }
  await context.setOffline(false);
  await pay(page, "$7.33").click();
  await eventually(async () => assert.equal((await charges(page)).length, 1));
});

walk("a plan that cannot be loaded says so, and comes when it is asked for again", async ({ page, watch }) => {
  watch.expectStatus(503);
  await enter(page);
  await page.route("**/api/v1/price-book", (route) =>
    route.fulfill({
      status: 503,
      contentType: "application/problem+json",
      body: JSON.stringify({ type: "urn:prorata:problem:unavailable", title: "The server cannot answer now", status: 503, code: "unavailable", detail: "Please try again", request_id: "req-11aa" }),
    }),
  );
  await page.goto(PATH);
  await page.getByRole("alert").filter({ hasText: "Your plan could not be loaded" }).waitFor();
  await page.getByText("req-11aa").waitFor();
  await page.unroute("**/api/v1/price-book");
  await page.getByRole("button", { name: "Try again" }).click();
  await act(page, "Select", "Content Personalization").waitFor();
});

/** Presses Tab until the focus is on this element. */
async function tabTo(page, locator) {
  for (let stop = 0; stop < 60; stop += 1) {
    await page.keyboard.press("Tab");
    if (await locator.evaluate((element) => element === document.activeElement)) return;
  }
  assert.fail(`Tab never reached ${locator}`);
}

walk("choose, say why and pay with the keyboard alone", async ({ page }) => {
  await open(page);
  await tabTo(page, act(page, "Remove", "Cloud Export"));
  await page.keyboard.press("Enter");
  await why(page, "Cloud Export").waitFor();
  await focused(page, act(page, "Keep", "Cloud Export"));
  await tabTo(page, why(page, "Cloud Export"));
  await page.keyboard.type("Hardly");
  assert.equal(await why(page, "Cloud Export").inputValue(), "low_usage");
  await tabTo(page, act(page, "Select", "Content Personalization"));
  await page.keyboard.press("Space");
  await pay(page, "$7.33").waitFor();
  assert.equal(await why(page, "Cloud Export").inputValue(), "low_usage", "another choice leaves the reason alone");
  await tabTo(page, pay(page, "$7.33"));
  await page.keyboard.press("Enter");
  await focused(page, page.getByRole("heading", { name: "Your add-ons are updated" }));
  assert.equal((await charges(page)).length, 1);
});

for (const [name, options] of [
  ["light", { colorScheme: "light", viewport: DESKTOP }],
  ["dark", { colorScheme: "dark", viewport: DESKTOP }],
  ["a phone, light", { colorScheme: "light", viewport: PHONE, hasTouch: true, isMobile: true }],
  ["a phone, dark", { colorScheme: "dark", viewport: PHONE, hasTouch: true, isMobile: true }],
  ["320 px", { viewport: NARROW }],
]) {
  walk(`with everything chosen axe-core finds nothing and nothing scrolls sideways: ${name}`, options, async ({ page }) => {
    await open(page, { path: `${PATH}?add=content-personalization&remove=cloud-export` });
    await pay(page, "$7.33").waitFor();
    await why(page, "Cloud Export").selectOption({ label: "Another reason" });
    await page.getByLabel("Your reason").fill("4111 1111 1111 1111");
    await pay(page, "$7.33").click({ force: true });
    await page.getByText("This looks like a card number: remove it").waitFor();
    await accessible(page, `add-ons, ${name}`);
    await fits(page, name);
    await picture(page, `add-ons all ${name}`);
    assert.ok((await pay(page, "$7.33").boundingBox()).height >= 40);
    for (const button of await page.getByRole("listitem").getByRole("button").all()) {
      assert.ok((await button.boundingBox()).height >= 24);
    }
  });
}
