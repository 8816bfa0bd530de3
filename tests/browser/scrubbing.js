// One careless error in three projects: nothing scrubbed, scrubbed as Sentry does, and improved. Looks at each in a
// real browser, checks what can be read there, and photographs it.
//
//   node scrubbing.js          starts the built server (release before debug), keeps the pictures in docs/screenshots
//
// WATCHFIRE names another binary, CHROMIUM another browser, SCREENSHOTS another folder. Fails with a sentence.
const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { execFileSync, spawn } = require('node:child_process');
const { createServer } = require('node:net');
const { chromium } = require('playwright-core');
const { EVENT, HARMLESS, SECRETS } = require('./leaky');

const ROOT = path.join(__dirname, '..', '..');
const FOLDER = process.env.SCREENSHOTS || path.join(ROOT, 'docs', 'screenshots');
const PICTURE_BYTES_MAX = 150_000;
const PROJECTS = ['nothing', 'compatible', 'improved'];
const WAIT_MS = 20_000;

function binary() {
  const built = ['release', 'debug'].map((profile) => path.join(ROOT, 'target', profile, 'watchfire'));
  const found = [process.env.WATCHFIRE, ...built].find((file) => file && fs.existsSync(file));
  assert.ok(found, 'there is no server: run cargo build --release first');
  return found;
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

// Looks at a condition until it holds.
async function until(what, condition) {
  const end = Date.now() + WAIT_MS;
  while (!(await condition())) {
    assert.ok(Date.now() < end, `${what} did not happen`);
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
}

// A server of its own, with a project of each kind: its address, its set-up link, the projects' DSNs, and its end.
async function startServer() {
  const program = binary();
  const data = fs.mkdtempSync(path.join(os.tmpdir(), 'watchfire-'));
  const listen = `127.0.0.1:${await freePort()}`;
  const child = spawn(program, ['serve', '--json', '--data-dir', data, '--listen', listen, '--log', 'off'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (bytes) => { said += bytes; });
  const stop = () => {
    child.kill('SIGKILL');
    fs.rmSync(data, { recursive: true, force: true });
  };
  try {
    await until('the start of the server', () => fetch(`http://${listen}/health/ready`).then((answer) => answer.ok, () => false));
    const { url, setup_url: setUp } = JSON.parse(said);
    const create = (name) => execFileSync(program, ['project', 'create', name, '--json', '--data-dir', data, '--listen', listen]);
    const dsns = PROJECTS.map((name) => JSON.parse(create(name)).dsn);
    return { url, setUp, dsns, stop };
  } catch (error) {
    stop();
    throw error;
  }
}

async function send(dsn) {
  const { origin, username, pathname } = new URL(dsn);
  const answer = await fetch(`${origin}/api${pathname}/store/`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Sentry-Auth': `Sentry sentry_version=7, sentry_key=${username}` },
    body: JSON.stringify({ ...EVENT, timestamp: Date.now() / 1000 }),
  });
  assert.equal(answer.status, 200, await answer.text());
}

async function setUp(page, link) {
  await page.goto(link);
  await page.getByLabel('E-mail').fill('ana@example.com');
  await page.getByLabel('Password').fill('a long enough passphrase');
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByRole('heading', { name: 'Send the first event' }).waitFor();
}

// As a person sets it, on the page.
async function choose(page, home, kind) {
  await page.goto(`${home}/projects/${kind}/settings/scrubbing`);
  if (kind === 'nothing') await page.getByLabel('Scrub data', { exact: true }).uncheck();
  if (kind === 'compatible') await page.getByLabel('compatible with Sentry').check();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved what is scrubbed').waitFor();
}

async function openEvent(page, home, kind) {
  await page.goto(`${home}/projects/${kind}/issues`);
  await page.getByRole('link', { name: 'PaymentError' }).first().click();
  await page.getByRole('heading', { name: 'PaymentError' }).first().waitFor();
  for (const folded of await page.locator('details.tree:not([open]) > summary').all()) await folded.click();
}

// What everybody sees who may see the project: the page and the event as it is stored.
async function readable(page) {
  const shown = await page.locator('main').innerText();
  const href = await page.getByRole('link', { name: 'JSON' }).getAttribute('href');
  const stored = await page.request.get(new URL(href, page.url()).href);
  return `${shown}\n${await stored.text()}`;
}

const EXPECTED = {
  nothing: { secrets: SECRETS, harmless: HARMLESS },
  compatible: { secrets: SECRETS.filter((one) => one.compatible), harmless: HARMLESS.filter((one) => !one.compatible) },
  improved: { secrets: [], harmless: HARMLESS },
};

async function check(page, kind) {
  const text = await readable(page);
  const texts = (list) => list.filter((one) => text.includes(one.text)).map((one) => one.where);
  const where = (list) => list.map((one) => one.where);
  assert.deepEqual(texts(SECRETS), where(EXPECTED[kind].secrets), `secrets that can be read in ${kind}`);
  assert.deepEqual(texts(HARMLESS), where(EXPECTED[kind].harmless), `what helps and can be read in ${kind}`);
  return `${kind}: ${texts(SECRETS).length} of ${SECRETS.length} secrets can be read, ${texts(HARMLESS).length} of ${HARMLESS.length} harmless values`;
}

// The rule, the setting and the way to keep the value: on hover, on focus and by touch.
async function askWhy(browser, page) {
  const tip = page.locator('.tip:visible');
  const mark = page.locator('.mark').first();
  await mark.hover();
  await tip.getByText('Replaced').waitFor();
  await tip.getByRole('link', { name: 'Make this field safe…' }).waitFor();
  await picture(page, 'why', { clip: { x: 0, y: 84, width: 772, height: 560 } });
  await page.mouse.move(0, 0);
  await tip.waitFor({ state: 'hidden' });
  await mark.locator('.mark-why').focus();
  await tip.getByText('rule').waitFor();
  await page.keyboard.press('Escape');
  await tip.waitFor({ state: 'hidden' });
  const context = await browser.newContext({ storageState: await page.context().storageState(), hasTouch: true, viewport: { width: 390, height: 844 } });
  const phone = await context.newPage();
  await phone.goto(page.url());
  await phone.locator('.mark-why').first().tap();
  await phone.locator('.tip:visible').getByText('rule').waitFor();
  await context.close();
}

// A rule before it is saved: what it would do to stored events, and to a text that is typed.
async function tryRule(page, home) {
  await page.goto(`${home}/projects/improved/settings/scrubbing/edit/project`);
  await page.getByLabel('Where').fill('$frame.vars.order.number');
  await page.getByRole('button', { name: 'Add the rule' }).click();
  await page.getByText('1 of 1 event would change').waitFor();
  await page.getByRole('textbox', { name: 'Try it on a text' }).fill(`card ${SECRETS[2].text} of order 2026-4711-0007`);
  await page.getByText('1 value would change').waitFor();
  await page.evaluate(() => scrollTo(0, 0));
  await picture(page, 'editor', { fullPage: true, clip: { x: 0, y: 194, width: 1100, height: 720 } });
}

async function picture(page, name, part) {
  const file = path.join(FOLDER, `scrubbing-${name}.png`);
  await page.screenshot({ path: file, animations: 'disabled', ...part });
  assert.ok(fs.statSync(file).size < PICTURE_BYTES_MAX, `${file} is too large`);
}

async function walk(browser, server) {
  const page = await browser.newPage({ viewport: { width: 1100, height: 860 }, timezoneId: 'UTC' });
  page.setDefaultTimeout(WAIT_MS);
  await setUp(page, server.setUp);
  for (const [place, kind] of PROJECTS.entries()) {
    await choose(page, server.url, kind);
    await send(server.dsns[place]);
    await openEvent(page, server.url, kind);
    console.log(await check(page, kind));
    await picture(page, kind, { fullPage: true, clip: { x: 0, y: 84, width: 772, height: 900 } });
  }
  await askWhy(browser, page);
  await tryRule(page, server.url);
}

async function main() {
  fs.mkdirSync(FOLDER, { recursive: true });
  const server = await startServer();
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'] }).catch((error) => {
    server.stop();
    throw error;
  });
  try {
    await walk(browser, server);
  } finally {
    await browser.close();
    server.stop();
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
