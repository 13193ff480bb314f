// Mails, read in the sandbox's mailbox.
import assert from "node:assert/strict";
import { accessible } from "./harness/axe.js";
import { PHONE, picture, walk } from "./harness/browser.js";
import { choose, clock, enter, pay, read, settled } from "./harness/person.js";

/** Buys 40,000 MAU and opens the mailbox from the account menu. */
async function upgraded(page) {
  await enter(page);
  await choose(page, "40,000");
  await pay(page, "$91.67").click();
  await page.getByRole("heading", { name: /Your plan is now/ }).waitFor();
  await page.getByRole("button", { name: /Account and appearance/ }).click();
  await page.getByRole("link", { name: "Mailbox" }).click();
  await settled(page, "Mailbox");
}

walk("what an upgrade charged is the same on the button, in the list, and in both mails", async ({ page, context }) => {
  await upgraded(page);
  assert.equal(await page.getByRole("link", { name: "Mailbox" }).isVisible(), false, "the menu is closed");
  const { items } = await read(page, "/invoices");
  const subject = `Invoice ${items[0].number}: $91.67`;
  await page.getByRole("link", { name: subject }).click();
  await settled(page, subject);
  const text = await page.getByRole("article").innerText();
  assert.match(text, /ada@acme\.example/);
  assert.match(text, /From 20,000 to 40,000 MAU: \$\d/);
  assert.match(text, /Total: \$91\.67/);
  await accessible(page, "a mail");
  await picture(page, "mail");
  const opened = context.waitForEvent("page");
  await page.getByRole("link", { name: "Show as its reader sees it" }).click();
  const letter = await opened;
  await letter.getByRole("heading", { level: 1, name: subject }).waitFor();
  assert.equal(await letter.getByRole("row", { name: /Total/ }).innerText(), "Total\t$91.67");
  assert.equal(await letter.evaluate(() => origin), "null", "the page can do nothing in our name");
  await picture(letter, "mail as seen");
  await letter.close();
  await page.getByRole("link", { name: "Mailbox" }).first().click();
  await settled(page, "Mailbox");
  await page.getByRole("link", { name: /the plan is changed/ }).first().waitFor();
  await picture(page, "mailbox");
});

walk("the lines of an invoice have the same names in its mail and on its page", async ({ page }) => {
  await enter(page);
  await clock(page, "2026-07-01T00:00:10Z");
  const { items } = await read(page, "/invoices");
  const named = new RegExp(`Invoice ${items[0].number}`);
  await page.goto("/sandbox/mailbox");
  await settled(page, "Mailbox");
  await page.getByRole("link", { name: named }).click();
  await settled(page, named);
  const text = await page.getByRole("article").innerText();
  await page.goto(`/invoices/${items[0].number}`);
  await settled(page, new RegExp(items[0].number));
  const names = await page.locator(".receipt__line .receipt__label").allInnerTexts();
  assert.ok(names.length >= 4, `base, add-on, overage and surcharge: ${names}`);
  for (const name of names) assert.ok(text.includes(`${name}: `), `${name} is in ${text}`);
  const surcharges = names.filter((name) => name.startsWith("Overage of"));
  assert.ok(surcharges.length > 0, `an add-on's surcharge is on it: ${names}`);
  const shares = await page.getByText("10% of $24.00").count();
  assert.equal(shares, surcharges.length, "a surcharge is a share of the overage");
});

walk("the mailbox by keyboard on a phone, in the dark", { viewport: PHONE, colorScheme: "dark" }, async ({ page }) => {
  await enter(page, { path: "/sandbox/mailbox", heading: "Mailbox" });
  const to = page.getByRole("cell", { name: "ada@acme.example" }).first();
  const lines = await to.evaluate((cell) => cell.getBoundingClientRect().height / Number.parseFloat(getComputedStyle(cell).lineHeight));
  assert.ok(lines < 2, "the address is on one line");
  await page.getByRole("link", { name: /Invoice ACME/ }).first().focus();
  await page.keyboard.press("Enter");
  await settled(page, /Invoice ACME/);
  await accessible(page, "a mail on a phone");
  await picture(page, "mail phone dark");
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${wide} px too wide`);
});

walk("a mail of nobody says so", async ({ page, watch }) => {
  watch.expectStatus(404);
  await enter(page, { path: "/sandbox/mailbox/ob_0-1", heading: "There is no page here" });
});
