// A person's way through the pages, from the set-up link to a regressed issue. Fails with a sentence.
//
// WATCHFIRE_URL, WATCHFIRE_SETUP_URL, WATCHFIRE_DSN and SHOP_URL say where the server and the failing shop are;
// CHROMIUM names the browser. With SCREENSHOTS=folder the main pages are photographed at the end.
const assert = require('node:assert/strict');
const { chromium } = require('playwright-core');
const { photograph, photographAll } = require('./photograph');

const HOME = process.env.WATCHFIRE_URL;
const ISSUES = `${HOME}/projects/default/issues`;
const SHOP = process.env.SHOP_URL;
const FOLDER = process.env.SCREENSHOTS;
const EMAIL = 'ana@example.com';
const PASSWORD = 'a long enough passphrase';
// What a person calls "by itself, at once"; the issue asks for a second.
const NOTICE_MS = 3000;

const failShop = () => fetch(`${SHOP}/checkout/`, { method: 'POST', body: new URLSearchParams({ password: 'hunter22' }) });

async function setUp(page) {
  await page.goto(process.env.WATCHFIRE_SETUP_URL);
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByRole('heading', { name: 'Send the first event' }).waitFor();
}

async function noticeFirstEvent(page) {
  await page.getByText('Waiting for the first event').waitFor();
  await page.getByText(process.env.WATCHFIRE_DSN, { exact: true }).waitFor();
  await page.getByText('sentry_sdk.init(').waitFor();
  await page.getByRole('button', { name: 'Copy' }).first().waitFor();
  if (FOLDER) await photograph(page, FOLDER, 'onboarding', page.url());
  await failShop();
  await page.getByText('The first event is here').waitFor({ timeout: NOTICE_MS });
  await page.getByRole('link', { name: 'Look at it' }).click();
  await page.getByRole('heading', { name: 'PaymentError' }).first().waitFor();
}

async function openIssue(page, kind) {
  await page.goto(ISSUES);
  await page.getByRole('link', { name: kind }).first().click();
  await page.getByRole('heading', { name: kind }).first().waitFor();
}

async function readIssue(page) {
  await openIssue(page, 'PaymentError');
  const line = page.locator('.source-current', { hasText: 'raise PaymentError(' }).first();
  assert.ok(await line.isVisible(), 'the failing line is open');
  assert.ok(await page.getByText("Decimal('148.40')").first().isVisible(), 'local variables are open');
  assert.ok(await page.getByText('[Filtered]').first().isVisible(), 'the removed password is marked');
  assert.ok(await page.getByRole('heading', { name: 'GatewayTimeout' }).count(), 'the cause is shown');
  assert.ok(!(await page.content()).includes('hunter22'), 'the password is nowhere on the page');
}

async function resolveAndRegress(page) {
  const state = page.locator('.issue-head .badge').first();
  await page.getByRole('button', { name: 'Resolve', exact: true }).click();
  await page.locator('.issue-head .badge', { hasText: /^resolved$/ }).waitFor();
  await page.goto(ISSUES);
  await page.getByRole('link', { name: /^Resolved/ }).click();
  await page.getByRole('link', { name: 'PaymentError' }).first().click();
  await failShop();
  await until('the issue regressed', async () => {
    await page.reload();
    return (await state.innerText()) === 'regressed';
  });
}

async function showMarkupAsText(page) {
  await fetch(`${SHOP}/review/`);
  await until('the refused review arrived', async () => {
    await page.goto(ISSUES);
    return page.getByText('review refused').count();
  });
  assert.ok(await page.getByText("<script>document.title='injected'</script>").count(), 'the list shows markup as text');
  await openIssue(page, 'ValueError');
  assert.ok(await page.getByText("<script>document.title='injected'</script>").count(), 'the issue shows markup as text');
  assert.ok(await page.getByText('<b>bold</b>').count(), 'a tag shows markup as text');
  assert.doesNotMatch(await page.title(), /^injected/);
  assert.equal(await page.locator('img[src=x]').count(), 0, 'no element was injected');
}

async function logOutAndIn(page) {
  await page.locator('summary[aria-label^="Account"]').click();
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.goto(ISSUES);
  await logIn(page, 'a wrong passphrase');
  await page.getByRole('alert').waitFor();
  await logIn(page, PASSWORD);
  await page.getByRole('link', { name: 'PaymentError' }).first().waitFor();
}

async function logIn(page, password) {
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

// Looks at a condition until it holds.
async function until(what, condition) {
  const end = Date.now() + 10000;
  while (!(await condition())) assert.ok(Date.now() < end, what);
}

async function main() {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'] });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(10000);
  // A script error or a broken Content-Security-Policy fails the walk.
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (line) => line.type() === 'error' && !/status of 4/.test(line.text()) && complaints.push(line.text()));
  try {
    for (const step of [setUp, noticeFirstEvent, readIssue, resolveAndRegress, showMarkupAsText, logOutAndIn]) {
      await step(page).catch(async (error) => {
        if (FOLDER) await page.screenshot({ path: `${FOLDER}/failed.png` });
        throw new Error(`${step.name} at ${page.url()}: ${error.message}`);
      });
    }
    assert.deepEqual(complaints, [], 'the browser complained');
    if (FOLDER) await photographAll(browser, page, FOLDER);
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
