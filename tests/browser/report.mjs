// Loads a page that reports through @sentry/browser, fails on a click, and waits until the server answered.
//
// SENTRY_DSN says where to; CHROMIUM names the browser. The page comes from another origin than the server, as in
// life, so that cross-origin rules are tried too.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const ORIGIN = 'http://localhost:8999';
// What the SDK's packages import from each other by name.
const PACKAGES = ['browser', 'browser-utils', 'conventions/attributes', 'conventions/metrics', 'conventions/op', 'core', 'core/browser', 'feedback', 'replay', 'replay-canvas'].map((name) => `@sentry/${name}`);

const here = new URL('.', import.meta.url);
const imports = Object.fromEntries(
  [...PACKAGES, 'web-vitals'].map((name) => [name, import.meta.resolve(name).replace(here.href, '/')]),
);
const html = `<!doctype html><title>Shop</title><button id="add">Add</button><p id="basket"></p>
<script>window.SENTRY_DSN = ${JSON.stringify(process.env.SENTRY_DSN)}</script>
<script type="importmap">${JSON.stringify({ imports })}</script>
<script type="module" src="/storefront.js"></script>`;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  // The page is not really served by anyone, so Chromium takes the server on loopback for an intrusion.
  args: ['--no-sandbox', '--disable-features=LocalNetworkAccessChecks'],
});
try {
  const page = await browser.newPage();
  await page.route(`${ORIGIN}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: html });
    if (!/\.m?js$/.test(pathname)) return route.fulfill({ status: 404 });
    const body = await readFile(fileURLToPath(new URL(`.${pathname}`, here)), 'utf8');
    return route.fulfill({ contentType: 'text/javascript', body });
  });
  await page.goto(ORIGIN);
  const sent = page.waitForResponse((answer) => answer.request().postData()?.includes('"type":"event"'), { timeout: 15000 });
  await page.waitForLoadState('networkidle');
  await page.getByRole('button', { name: 'Add' }).click();
  const answer = await sent;
  // The body can only be read by the page's script when the server allows its origin.
  if (answer.status() !== 200 || answer.headers()['access-control-allow-origin'] !== '*') {
    throw new Error(`the server answered ${answer.status()} ${JSON.stringify(answer.headers())}`);
  }
} finally {
  await browser.close();
}
