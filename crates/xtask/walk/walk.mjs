// Walks a folder of pages as a reader does: every page is opened, searched, and used by keyboard.
// usage: node walk.mjs FOLDER CHROMIUM WORD PICTURES, where WORD stands in a title of the site and
// PICTURES is a folder for pictures that a person looks at

import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [, , folder, executablePath, word, pictures] = process.argv;
const root = resolve(folder);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const faults = [];
const fault = (page, words) => faults.push(`${relative(root, page)}: ${words}`);

const pages = (directory) =>
  readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? pages(path) : path.endsWith(".html") ? [path] : [];
  });

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });

async function tab(options, path) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const inside = pathToFileURL(root).href + "/";
  page.on("console", (message) => message.type() === "error" && fault(path(), message.text()));
  page.on("pageerror", (error) => fault(path(), String(error)));
  page.on("request", (request) => request.url().startsWith(inside) || fault(path(), `asks for ${request.url()}`));
  return page;
}

async function serious(page, path) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"], preload: false }));
  for (const { id, impact, nodes } of violations)
    if (impact === "serious" || impact === "critical") fault(path, `${impact}: ${id}: ${nodes[0].html.slice(0, 160)}`);
}

const all = pages(root).sort();
// Those outside `a/` are about all texts; of the rest, one of every twenty or so.
const shown = new Set(all.filter((path, at) => !relative(root, path).includes("/") || at % Math.ceil(all.length / 20) === 0));
const picture = (path, look) => join(pictures, `${relative(root, path).replace(/\W/g, "-")}-${look}`);

for (const [name, options] of [
  ["light", { viewport: { width: 1280, height: 900 } }],
  ["dark", { viewport: { width: 1280, height: 900 }, colorScheme: "dark" }],
  ["phone", { viewport: { width: 360, height: 740 }, isMobile: true }],
]) {
  let at = root;
  const page = await tab(options, () => at);
  for (at of all) {
    await page.goto(pathToFileURL(at).href);
    await serious(page, at);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > options.viewport.width) fault(at, `${name}: scrolls sideways, ${width} wide`);
    if (!shown.has(at)) continue;
    await page.screenshot({ path: picture(at, `${name}.png`), fullPage: true });
    if (name === "light") await page.pdf({ path: picture(at, "print.pdf"), preferCSSPageSize: true });
  }
  await page.context().close();
}

// Search, by keyboard alone, from the home page to a text.
const home = join(root, "index.html");
const page = await tab({ viewport: { width: 1280, height: 900 } }, () => home);
page.setDefaultTimeout(10_000);
try {
  await page.goto(pathToFileURL(home).href);
  await page.keyboard.press("Tab");
  const skip = await page.evaluate(() => document.activeElement.getAttribute("href"));
  if (!skip?.startsWith("#")) fault(home, "the first stop of the keyboard is not the way past the navigation");
  await page.keyboard.press("/");
  await page.keyboard.type(word);
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/search.html?q=${word}`);
  const hit = page.locator("#gk-results a").first();
  await hit.waitFor();
  const title = await hit.textContent();
  await hit.focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/a\//);
  const heading = await page.locator("h1").textContent();
  if (heading.trim() !== title.trim()) fault(home, `the search leads to \`${heading}\`, not to \`${title}\``);

  // Every stop of the keyboard can be seen.
  for (let stop = 0; stop < 40; stop++) {
    await page.keyboard.press("Tab");
    const unseen = await page.evaluate(() => {
      const at = document.activeElement;
      if (!at || at === document.body) return "";
      const style = getComputedStyle(at);
      return style.outlineStyle === "none" && style.boxShadow === "none" ? at.outerHTML.slice(0, 120) : "";
    });
    if (unseen) fault(page.url(), `a stop of the keyboard cannot be seen: ${unseen}`);
  }
} catch (error) {
  fault(home, String(error));
}
await browser.close();

console.log(`${all.length} pages, light, dark and on a phone: ${faults.length} faults`);
for (const words of faults.slice(0, 50)) console.log(`  ${words}`);
process.exit(faults.length ? 1 : 0);
