// Where the programs and files under test are. `cargo xtask test browser` sets environment variables;
// the defaults are those of a build in the usual folders.
import { accessSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");
const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export const backend = process.env.PRORATA_BACKEND ?? join(root, "target/debug/prorata");
export const dist = process.env.PRORATA_DIST ?? join(root, "dist");
export const answers = process.env.PRORATA_ANSWERS ?? join(root, "target/answers");
export const vectors = join(root, "tests/vectors");
export const chromium = process.env.PRORATA_CHROMIUM ?? BROWSERS.find(exists);

/** The folder for pictures and pages of failed tests; created when it is needed. */
export function results() {
  const folder = join(root, "tests/browser/results");
  mkdirSync(folder, { recursive: true });
  return folder;
}

function exists(path) {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}
