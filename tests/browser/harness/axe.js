// axe-core on a page, with readable complaints.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Fails if axe finds a violation on the page as it is now, once what fades in is there. */
export async function accessible(page, where) {
  await page.evaluate(() => {
    const ends = (animation) => animation.effect.getComputedTiming().endTime !== Infinity;
    const over = (animation) => animation.finished.catch(() => {});
    return Promise.all(document.getAnimations().filter(ends).map(over));
  });
  // Evaluated by the debugger, because the page's CSP would refuse the script.
  await page.evaluate(source);
  const found = await page.evaluate(async (tags) => {
    const { violations } = await globalThis.axe.run(document, { runOnly: tags, resultTypes: ["violations"] });
    return violations.map(({ id, help, nodes }) => ({
      rule: `${id}: ${help}`,
      places: nodes.slice(0, 5).map(({ html, failureSummary }) => `${html.slice(0, 160)}\n      ${failureSummary.replaceAll("\n", "\n      ")}`),
    }));
  }, TAGS);
  const text = found.map(({ rule, places }) => `\n  ${rule}\n    ${places.join("\n    ")}`).join("");
  if (text !== "") assert.fail(`axe-core on ${where}:${text}`);
}
