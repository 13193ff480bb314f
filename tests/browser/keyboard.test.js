// An upgrade with the keyboard alone, from sign-in to the invoice.
import assert from "node:assert/strict";
import { eventually, walk } from "./harness/browser.js";
import { ADA, charges, settled } from "./harness/person.js";

/** Presses Tab until the focused element matches; fails when no tab stop does. */
async function tabTo(page, what, matches) {
  const seen = [];
  for (let stop = 0; stop < 80; stop += 1) {
    await page.keyboard.press("Tab");
    const focus = await page.evaluate(() => {
      const element = document.activeElement;
      const { width, height } = element.getBoundingClientRect();
      const label = element.getAttribute("aria-label") ?? element.labels?.[0]?.innerText ?? element.innerText ?? "";
      return { tag: element.tagName, type: element.type, name: element.name, text: label.trim(), visible: width > 0 && height > 0 };
    });
    seen.push(`${focus.tag} ${focus.text.slice(0, 30)}`);
    if (matches(focus)) return focus;
  }
  assert.fail(`Tab never reached ${what}; it reached:\n  ${seen.join("\n  ")}`);
}

/** Whatever is focused shows it: by an outline or a border, on itself or on an element around it. */
async function focusShows(page, where) {
  const shown = await page.evaluate(() => {
    for (let element = document.activeElement, level = 0; element !== null && level < 3; element = element.parentElement, level += 1) {
      const style = getComputedStyle(element);
      if (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) return true;
    }
    return false;
  });
  assert.ok(shown, `the focus cannot be seen on ${where}`);
}

walk("sign in, choose, pay and read the invoice with the keyboard alone", async ({ page, watch }) => {
  await page.goto("/plan");
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  await page.getByLabel("E-mail").focus();
  await page.keyboard.type(ADA);
  await tabTo(page, "the password", ({ type }) => type === "password");
  await page.keyboard.type("prorata-demo");
  await page.keyboard.press("Enter");
  await settled(page, "My Plan");

  await tabTo(page, "Change plan", ({ tag, text }) => tag === "A" && /^Change plan/i.test(text));
  await focusShows(page, "Change plan");
  await page.keyboard.press("Enter");
  await settled(page, "Change plan");

  await tabTo(page, "the tiers", ({ name }) => name === "tier");
  await focusShows(page, "the tiers");
  const chosen = () => page.evaluate(() => document.querySelector("main input[name=tier]:checked")?.value);
  for (let press = 0; press < 8 && (await chosen()) !== "40000"; press += 1) {
    const before = await chosen();
    await page.keyboard.press("ArrowDown");
    await eventually(async () => assert.notEqual(await chosen(), before));
  }
  await page.getByRole("button", { name: "Update Plan · pay $91.67" }).waitFor();
  await tabTo(page, "Update Plan", ({ tag, text }) => tag === "BUTTON" && text.includes("$91.67"));
  await focusShows(page, "Update Plan");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: /ACME-/ }).first().waitFor();
  // The focus moves to the result, so the next Tab continues from there.
  await eventually(async () => assert.match(await page.evaluate(() => document.activeElement.tagName), /^H[1-3]$/));

  await tabTo(page, "the invoice", ({ tag, text }) => tag === "A" && /ACME-/.test(text));
  await page.keyboard.press("Enter");
  await settled(page, /ACME-/);
  assert.equal((await charges(page)).length, 1);
});

walk("the first Tab offers to skip to the content", async ({ page, watch }) => {
  await page.goto("/plan");
  await page.getByLabel("E-mail").fill(ADA);
  await page.getByLabel("Password").fill("prorata-demo");
  await page.getByRole("button", { name: "Sign in" }).click();
  await settled(page, "My Plan");
  await page.reload();
  await settled(page, "My Plan");
  await page.evaluate(() => document.activeElement?.blur());
  const skip = await tabTo(page, "the skip link", ({ text }) => /skip/i.test(text));
  assert.equal(skip.visible, true);
  await page.keyboard.press("Enter");
  await eventually(async () => assert.equal(await page.evaluate(() => document.activeElement.closest("main") !== null), true));
});
