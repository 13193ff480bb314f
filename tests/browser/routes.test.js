// Every address: opened, reloaded, narrow, with other colours, and checked by axe-core.
import assert from "node:assert/strict";
import { accessible } from "./harness/axe.js";
import { DESKTOP, eventually, NARROW, PHONE, picture, walk } from "./harness/browser.js";
import { enter, read, settled, tier } from "./harness/person.js";

/** The routes of this build: address, heading, and whether the page shows money. */
const ROUTES = [
  ["/plan", /My Plan/],
  ["/plan/change", /Change plan/],
  ["/plan/change?tier=40000", /Change plan/],
  ["/plan/change?tier=5000", /Change plan/],
  ["/plan/add-ons", /Manage add-ons/],
  ["/plan/add-ons?add=content-personalization&remove=cloud-export", /Manage add-ons/],
  ["/invoices", /Invoices/],
  ["/users", /Users/],
  ["/billing/details", /Billing details/],
  ["/sandbox/mailbox", /Mailbox/],
  ["/data", /Data/],
  ["/support", /Support/],
  ["/audit", /Activity log/],
  ["/audit?section=account", /Activity log/],
];
const UNKNOWN = "/no/such/page";

/** All routes, with the address of the first invoice. */
async function routes(page) {
  const { items } = await read(page, "/invoices");
  assert.ok(items.length > 0, "the demo has no invoice");
  return [...ROUTES, [`/invoices/${items[0].number}`, new RegExp(items[0].number)], [UNKNOWN, /There is no page here/]];
}

async function open(page, path, heading) {
  await page.goto(path);
  await settled(page, heading);
}

walk("each route opens by its address, survives a reload, and is named in the title", async ({ page }) => {
  await enter(page);
  for (const [path, heading] of await routes(page)) {
    await open(page, path, heading);
    const title = await page.title();
    const text = await page.getByRole("main").innerText();
    assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1, path);
    assert.match(title, heading, path);
    await page.reload();
    await settled(page, heading);
    assert.equal(await page.title(), title, path);
    assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, path);
    await eventually(async () => assert.equal(undated(await page.getByRole("main").innerText()), undated(text), path), 3_000);
  }
});

/** A text without the ages, which change with time. */
function undated(text) {
  return text.replace(/\b(just now|\d+ (seconds?|minutes?|min|s|sec)( ago)?)\b/g, "…");
}

walk("the address keeps the chosen tier, and back returns to the one before", async ({ page }) => {
  await enter(page, { path: "/plan/change?tier=60000", heading: "Change plan" });
  assert.equal(await tier(page, "60,000").isChecked(), true);
  await tier(page, "80,000").check();
  await page.waitForURL(/tier=80000/);
});

walk("a change of the route moves the focus to the heading, and back restores", async ({ page }) => {
  await enter(page);
  await page.getByRole("navigation").getByRole("link", { name: "Invoices" }).click();
  await settled(page, /Invoices/);
  await eventually(async () => assert.equal(await page.evaluate(() => document.activeElement?.tagName), "H1"));
  assert.match(await page.title(), /Invoices/);
  await page.goBack();
  await settled(page, /My Plan/);
  assert.match(await page.title(), /My Plan/);
});

for (const [name, options] of [
  ["light", { colorScheme: "light" }],
  ["dark", { colorScheme: "dark" }],
  ["forced colours", { forcedColors: "active" }],
  ["more contrast", { contrast: "more" }],
  ["a phone", { viewport: PHONE, hasTouch: true, isMobile: true }],
]) {
  walk(`axe-core finds nothing on any route: ${name}`, options, async ({ page, watch }) => {
    await page.goto("/plan");
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await accessible(page, `sign-in, ${name}`);
    await picture(page, `sign-in ${name}`);
    await enter(page);
    for (const [path, heading] of await routes(page)) {
      await open(page, path, heading);
      await accessible(page, `${path}, ${name}`);
      await picture(page, `${path.replace(/[^a-z0-9]+/gi, " ").trim()} ${name}`);
    }
  });
}

walk("axe-core finds nothing while a page loads", async ({ page }) => {
  await enter(page);
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route("**/api/v1/usage", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto("/plan");
  await page.getByRole("heading", { level: 1, name: "My Plan" }).waitFor();
  await page.waitForSelector('[aria-busy="true"]');
  await accessible(page, "/plan, loading");
  await picture(page, "plan loading");
  release();
  await settled(page, /My Plan/);
});

for (const viewport of [NARROW, PHONE, { width: DESKTOP.width / 2, height: DESKTOP.height / 2 }]) {
  walk(`nothing scrolls sideways at ${viewport.width} px`, { viewport }, async ({ page, watch }) => {
    await page.goto("/plan");
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await fits(page, "sign-in");
    await enter(page);
    for (const [path, heading] of await routes(page)) {
      await open(page, path, heading);
      await fits(page, path);
      await picture(page, `${path.replace(/[^a-z0-9]+/gi, " ").trim()} ${viewport.width}`);
    }
  });
}

async function fits(page, where) {
  const wide = await page.evaluate(() => {
    const limit = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= limit) return [];
    const beyond = [...document.querySelectorAll("body *")].filter((element) => element.getBoundingClientRect().right > limit + 0.5);
    return beyond.slice(-5).map((element) => element.outerHTML.slice(0, 120));
  });
  assert.deepEqual(wide, [], `${where} is wider than the window`);
}

walk("at a glance: plan, status, next invoice and currency stand in the first window", async ({ page }) => {
  await enter(page);
  const main = page.getByRole("main");
  for (const text of [/Essentials/, /20,000/, /Active/, /Next invoice/i, /\$298\.80/, /USD|\$/]) {
    const box = await main.getByText(text).first().boundingBox();
    assert.ok(box !== null && box.y + box.height <= DESKTOP.height, `${text} is at ${JSON.stringify(box)}`);
  }
});

walk("figures have one width, and no layout moves while a page loads", async ({ page }) => {
  await page.addInitScript(() => {
    globalThis.shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.shift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  await enter(page);
  for (const [path, heading] of ROUTES.slice(0, 7)) {
    await open(page, path, heading);
    await page.waitForLoadState("networkidle");
    const shift = await page.evaluate(() => globalThis.shift);
    assert.ok(shift < 0.02, `${path}: the layout moved by ${shift}`);
    const figures = await page.getByRole("main").evaluate((main) => getComputedStyle(main).fontVariantNumeric);
    assert.match(figures, /tabular-nums/);
  }
});

walk("with reduced motion nothing moves longer than 10 ms", { reducedMotion: "reduce" }, async ({ page }) => {
  await enter(page);
  for (const [path, heading] of await routes(page)) {
    await open(page, path, heading);
    const moving = await page.evaluate(() => {
      const seconds = (list) => Math.max(...list.split(",").map((time) => (time.trim().endsWith("ms") ? parseFloat(time) / 1_000 : parseFloat(time))));
      return [...document.querySelectorAll("body, body *")]
        .filter((element) => {
          const style = getComputedStyle(element);
          return seconds(style.transitionDuration) > 0.01 || (style.animationName !== "none" && seconds(style.animationDuration) > 0.01);
        })
        .map((element) => element.outerHTML.slice(0, 100));
    });
    assert.deepEqual(moving, [], path);
  }
});

walk("an invoice prints on one page, A4 and Letter, black on white in dark mode too", { colorScheme: "dark" }, async ({ page }) => {
  await enter(page);
  const [path, heading] = (await routes(page)).find(([path]) => path.startsWith("/invoices/"));
  await open(page, path, heading);
  for (const format of ["A4", "Letter"]) {
    const pdf = (await page.pdf({ format })).toString("latin1");
    assert.equal(pdf.match(/\/Type\s*\/Page\b/g).length, 1, format);
  }
  await page.emulateMedia({ media: "print" });
  const { text, paper, navigation } = await page.evaluate(() => ({
    text: getComputedStyle(document.querySelector("h1")).color,
    paper: getComputedStyle(document.getElementById("organization")).backgroundColor,
    navigation: [...document.querySelectorAll("nav")].filter((nav) => nav.getClientRects().length > 0).length,
  }));
  assert.deepEqual({ text, paper, navigation }, { text: "rgb(0, 0, 0)", paper: "rgb(255, 255, 255)", navigation: 0 });
});
