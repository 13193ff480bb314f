// Reaching pages and words: by name, by key, by an explanation, and after a session has ended.
import assert from "node:assert/strict";
import { accessible } from "./harness/axe.js";
import { eventually, NARROW, PHONE, picture, walk } from "./harness/browser.js";
import { call, choose, enter, pay, read, settled, tier } from "./harness/person.js";

const title = (page) => page.getByRole("combobox", { name: "Page, action or invoice number" });
const focused = (locator) => locator.evaluate((element) => element === document.activeElement);

walk("Ctrl K goes to a page by its name, and Escape gives the keyboard back", async ({ page }) => {
  await enter(page);
  const opener = page.getByRole("link", { name: "Change plan" }).first();
  await opener.focus();
  await page.keyboard.press("Control+k");
  await title(page).waitFor();
  assert.equal(await focused(title(page)), true);
  await accessible(page, "the palette");
  await picture(page, "palette");
  await page.keyboard.press("Escape");
  await title(page).waitFor({ state: "hidden" });
  assert.equal(await focused(opener), true);

  await page.keyboard.press("Control+k");
  await title(page).fill("add-ons");
  await page.keyboard.press("Enter");
  await settled(page, "Manage add-ons");
  assert.equal(await page.getByRole("heading", { level: 1 }).evaluate((h1) => h1 === document.activeElement), true);
});

walk("on a phone a button opens the palette, and a page is found by touch", { viewport: PHONE, hasTouch: true }, async ({ page }) => {
  await enter(page);
  const search = page.getByRole("button", { name: /Search/ });
  const box = await search.boundingBox();
  assert.ok(box.width >= 40 && box.height >= 40, `the button is ${box.width} by ${box.height}`);
  await search.tap();
  await title(page).fill("invoices");
  await picture(page, "palette on a phone");
  await page.getByRole("option", { name: "Invoices" }).first().tap();
  await settled(page, "Invoices");
});

walk("the palette knows the invoices, walks with arrows and says when nothing matches", async ({ page }) => {
  await enter(page);
  const { items } = await read(page, "/invoices");
  await page.getByRole("button", { name: "Search" }).click();
  const options = page.getByRole("listbox").getByRole("option");
  await title(page).fill(items[0].number.toLowerCase());
  await eventually(async () => assert.deepEqual(await options.allInnerTexts(), [`Invoice ${items[0].number}`]));
  await title(page).fill("theme");
  assert.equal(await options.count(), 3);
  await page.keyboard.press("ArrowUp");
  assert.equal(await options.nth(2).getAttribute("aria-selected"), "true");
  assert.equal(await title(page).getAttribute("aria-activedescendant"), await options.nth(2).getAttribute("id"));
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("#organization").getAttribute("data-theme"), "dark");
  await page.keyboard.press("Control+k");
  await title(page).fill("qqq");
  await page.getByText("Nothing here is called that.").waitFor();
  await page.keyboard.press("Enter");
  assert.equal(await title(page).isVisible(), true);
});

walk("a question mark lists the shortcuts, not in fields, and can be switched off", async ({ page }) => {
  await enter(page);
  const shortcuts = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await page.keyboard.press("Control+k");
  await page.keyboard.type("?");
  assert.equal(await title(page).inputValue(), "?");
  assert.equal(await shortcuts.isVisible(), false);
  await page.keyboard.press("Escape");
  // The field is removed from the page before the focus has left it.
  await page.waitForFunction(() => document.activeElement === document.body);
  await page.keyboard.press("?");
  await shortcuts.waitFor();
  await accessible(page, "the shortcuts");
  await shortcuts.getByLabel("Use shortcuts of a single key").uncheck();
  await page.keyboard.press("Escape");
  await shortcuts.waitFor({ state: "hidden" });
  await page.keyboard.press("?");
  assert.equal(await shortcuts.isVisible(), false);
  await page.reload();
  await settled(page, "My Plan");
  await page.keyboard.press("?");
  assert.equal(await shortcuts.isVisible(), false);
});

walk("a word of the field explains itself on focus and by touch, and Escape closes it", { hasTouch: true }, async ({ page }) => {
  await enter(page);
  const word = page.getByRole("button", { name: "MAU", exact: true }).first();
  const told = page.getByRole("tooltip").filter({ hasText: "Monthly active users" });
  await word.focus();
  await told.first().waitFor();
  const id = await word.getAttribute("aria-describedby");
  assert.match(await page.locator(`#${id}`).innerText(), /^Monthly active users: .*\.$/);
  await accessible(page, "an explained word");
  await page.keyboard.press("Escape");
  await told.first().waitFor({ state: "hidden" });
  await word.blur();
  await word.tap();
  await told.first().waitFor();
  // After a tap a browser may report that the pointer has left; a focused term stays explained.
  await word.dispatchEvent("mouseleave");
  await page.mouse.move(0, 0);
  assert.equal(await told.first().isVisible(), true);
  await word.blur();
  await told.first().waitFor({ state: "hidden" });
  await word.hover();
  await told.first().waitFor();
  await page.mouse.move(0, 0);
  await told.first().waitFor({ state: "hidden" });
});

walk("a session that ends asks to sign in over the page, and nothing typed is lost", async ({ page, context, watch }) => {
  watch.expectStatus(401);
  await enter(page);
  await choose(page, "40,000");
  await context.clearCookies();
  await pay(page).click();
  const dialog = page.getByRole("dialog", { name: "Your session has ended" });
  await dialog.waitFor();
  await accessible(page, "signing in again");
  await picture(page, "session-ended");
  assert.equal(await dialog.getByLabel("E-mail").inputValue(), "ada@acme.example");
  await dialog.getByLabel("Password").fill("prorata-demo");
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "hidden" });
  await settled(page, "Change plan");
  assert.equal(await tier(page, "40,000").isChecked(), true);
  const { tier: before } = await read(page, "/subscription");
  assert.equal(before, 20_000);
  await pay(page).click();
  await page.getByRole("heading", { name: "Your plan is now 40,000 MAU" }).waitFor();
});

walk("a page that is asked for after the session has ended comes once one has signed in", async ({ page, context, watch }) => {
  watch.expectStatus(401);
  await enter(page);
  await context.clearCookies();
  await page.getByRole("navigation").getByRole("link", { name: "Invoices" }).click();
  const dialog = page.getByRole("dialog", { name: "Your session has ended" });
  await dialog.getByLabel("Password").fill("prorata-demo");
  await page.keyboard.press("Enter");
  await page.getByRole("table").first().waitFor();
  assert.equal((await call(page, "GET", "/invoices")).status, 200);
});

for (const viewport of [NARROW, PHONE, { width: 1280, height: 800 }]) {
  walk(`from right to left everything is mirrored at ${viewport.width}`, { viewport }, async ({ page }) => {
    await page.addInitScript(() => {
      document.addEventListener("DOMContentLoaded", () => {
        document.documentElement.lang = "ar-XB";
        document.documentElement.dir = "rtl";
      });
    });
    for (const [path, heading] of [["/plan", "My Plan"], ["/plan/change?tier=40000", "Change plan"], ["/plan/add-ons", "Manage add-ons"], ["/invoices", "Invoices"]]) {
      if (path === "/plan") await enter(page);
      else {
        await page.goto(path);
        await settled(page, heading);
      }
      const { overflows, title, width } = await page.evaluate(() => {
        const root = document.documentElement;
        const box = document.querySelector("h1").getBoundingClientRect();
        return { overflows: root.scrollWidth > root.clientWidth, title: { left: box.left, right: box.right }, width: root.clientWidth };
      });
      assert.equal(overflows, false, `${path} scrolls sideways`);
      assert.ok(width - title.right < title.left, `${path}: the title begins at the right (${JSON.stringify(title)} of ${width})`);
      await picture(page, `rtl-${viewport.width}-${heading.toLowerCase().replaceAll(" ", "-")}`);
    }
  });
}

walk("My Plan prints without navigation, black on white, in dark mode too", { colorScheme: "dark" }, async ({ page }) => {
  await enter(page);
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  for (const gone of [page.getByRole("navigation"), page.getByRole("button", { name: "Search" }), page.getByRole("link", { name: "Change plan" })]) {
    for (const element of await gone.all()) assert.equal(await element.isVisible(), false);
  }
  for (const there of ["Essentials · 20,000 MAU", "Next invoice"]) {
    assert.equal(await page.getByText(there).first().isVisible(), true, there);
  }
  assert.equal(await page.getByRole("meter").isVisible(), true);
  const colours = await page.evaluate(() => {
    const of = (element) => getComputedStyle(element);
    const item = document.querySelector(".facts__item");
    return { text: of(item.querySelector(".facts__value")).color, paper: of(item).backgroundColor };
  });
  assert.deepEqual(colours, { text: "rgb(0, 0, 0)", paper: "rgb(255, 255, 255)" });
  await picture(page, "my-plan-printed");
  const pdf = await page.pdf({ format: "A4" });
  const pages = pdf.toString("latin1").match(/\/Type\s*\/Page[^s]/g).length;
  assert.ok(pages <= 3, `${pages} pages`);
});
