// The page before the app starts: never blank, whatever fails (UX 92), and never the wrong theme.
import assert from "node:assert/strict";
import { walk } from "./harness/browser.js";

const SUPPORT = { name: "Write to support" };

/** The page must show this, with a retry button and a link to support. */
async function says(page, title, text) {
  const alert = page.getByRole("alert");
  await alert.getByRole("heading", { level: 1, name: title }).waitFor();
  assert.match(await alert.innerText(), text);
  assert.equal(await alert.getByRole("button", { name: "Reload" }).isEnabled(), true);
  assert.match(await alert.getByRole("link", SUPPORT).getAttribute("href"), /^mailto:/);
}

/** Chromium's error for a file whose integrity hash does not match. */
const NOT_ITSELF = /valid digest in the 'integrity' attribute|SRI's integrity checks failed/;

function expectBootFailure(watch) {
  watch.expect(/This browser cannot run|Prorata (is blocked|could not|arrived|stopped)|RuntimeError|on purpose/);
}

walk("without JavaScript the page says what to switch on", { javaScriptEnabled: false }, async ({ page }) => {
  await page.goto("/plan");
  const text = await page.locator("body").innerText();
  assert.match(text, /JavaScript is switched off/);
  assert.doesNotMatch(text, /Loading/);
  await page.getByRole("link", SUPPORT).waitFor();
});

walk("without WebAssembly the page says what to do", async ({ page, watch }) => {
  expectBootFailure(watch);
  await page.addInitScript(() => delete globalThis.WebAssembly);
  await page.goto("/plan");
  await says(page, "This browser cannot run Prorata", /current version of Chrome/);
});

walk("a policy that forbids WebAssembly is named", async ({ page, watch }) => {
  expectBootFailure(watch);
  watch.expect(/security policy|Content Security Policy/i);
  await page.route("**/plan", async (route) => {
    const response = await route.fetch();
    const policy = response.headers()["content-security-policy"].replace("'wasm-unsafe-eval'", "");
    await route.fulfill({ response, headers: { ...response.headers(), "content-security-policy": policy } });
  });
  await page.goto("/plan");
  await says(page, "Prorata is blocked from starting", /wasm-unsafe-eval/);
});

walk("a missing wasm is said, and a reload repairs it", async ({ page, watch }) => {
  expectBootFailure(watch);
  watch.expect(NOT_ITSELF);
  watch.expectStatus(404);
  await page.route("**/*.wasm", (route) => route.fulfill({ status: 404, body: "" }), { times: 1 });
  await page.goto("/plan");
  await says(page, "Prorata could not be loaded", /reload the page/);
  await page.getByRole("button", { name: "Reload" }).click();
  await page.getByRole("button", { name: "Sign in" }).waitFor();
});

walk("a broken connection is said", async ({ page, watch }) => {
  expectBootFailure(watch);
  watch.expect(/failed: GET .*\.wasm|ERR_CONNECTION_RESET/);
  await page.route("**/*.wasm", (route) => route.abort("connectionreset"));
  await page.goto("/plan");
  await says(page, "Prorata could not be loaded", /Check the connection/);
});

walk("a wasm that is not the released one is not run", async ({ page, watch }) => {
  expectBootFailure(watch);
  watch.expect(NOT_ITSELF);
  await page.route("**/*.wasm", async (route) => {
    const response = await route.fetch();
    // An added custom section: the module works as before, but its bytes differ.
    const body = Buffer.concat([await response.body(), Buffer.from([0, 2, 1, 0x78])]);
    await route.fulfill({ response, body });
  });
  await page.goto("/plan");
  await says(page, "Prorata arrived incomplete", /empty the browser's cache/);
});

walk("a truncated wasm is said", async ({ page, watch }) => {
  expectBootFailure(watch);
  watch.expect(NOT_ITSELF);
  await page.route("**/*.wasm", async (route) => {
    const response = await route.fetch();
    const body = await response.body();
    await route.fulfill({ response, body: body.subarray(0, body.length / 2) });
  });
  await page.goto("/plan");
  await says(page, "Prorata arrived incomplete", /empty the browser's cache/);
});

walk("a crash at the start is said", async ({ page, watch }) => {
  expectBootFailure(watch);
  watch.expect(/panicked/);
  await page.addInitScript(() => {
    const broken = () => {
      throw new Error("broken on purpose");
    };
    for (const name of ["appendChild", "insertBefore", "cloneNode"]) Node.prototype[name] = broken;
    for (const name of ["createComment", "createTextNode"]) Document.prototype[name] = broken;
  });
  await page.goto("/plan");
  await says(page, "Prorata stopped unexpectedly", /Nothing is charged without an answer/);
});

walk("the page is readable while the wasm is on its way", async ({ page }) => {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route("**/*.wasm", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto("/plan", { waitUntil: "commit" });
  await page.getByText("Loading your organization…").waitFor();
  release();
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  assert.equal(await page.getByText("Loading your organization…").count(), 0);
});

for (const [system, stored] of [["light", "dark"], ["dark", "light"]]) {
  walk(`the chosen theme (${stored}) is there before anything is painted, though the system is ${system}`, { colorScheme: system }, async ({ page }) => {
    await page.addInitScript((stored) => localStorage.setItem("prorata-theme", stored), stored);
    // The first frame is drawn after the first frame callback: by then the theme must be set.
    await page.addInitScript(() => {
      requestAnimationFrame(function look() {
        const root = document.getElementById("organization");
        if (root === null) return requestAnimationFrame(look);
        globalThis.firstScheme = getComputedStyle(root).colorScheme;
      });
    });
    await page.goto("/plan");
    await page.waitForFunction(() => globalThis.firstScheme !== undefined);
    assert.equal(await page.evaluate(() => globalThis.firstScheme), stored);
  });
}
