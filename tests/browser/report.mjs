// Opens a page that reports through @sentry/browser, clicks, and waits until the server answered.
//
// `node report.mjs [SCENARIO]`, see storefront.js; SENTRY_DSN says where to; CHROMIUM names the browser.
// The page comes from another origin than the server, as in life, so that cross-origin rules are tried too.
// Prints one line of JSON: the page's origin, how each of its requests was answered, in order, and status and id of
// the one that matters.
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';

const scenario = process.argv[2] ?? 'unhandled-error';
const dsn = new URL(process.env.SENTRY_DSN);
const project = dsn.pathname.slice(1);
const WAIT_MS = 15000;
// A part of the request after which the page may be closed.
const AWAITED = { feedback: '"type":"feedback"', 'report-dialog': 'comments=', replay: 'replay_event', tracing: '"type":"span"' };

// One file instead of the hundreds that the SDK's packages have.
const bundled = await build({ entryPoints: [fileURLToPath(new URL('storefront.js', import.meta.url))], bundle: true, format: 'esm', write: false });
const script = bundled.outputFiles[0].text;
const html = `<!doctype html><title>Shop</title><button id="add">Add</button><p id="basket"></p>
<script>window.SENTRY_DSN = ${JSON.stringify(dsn.href)}</script>
<script type="module" src="/storefront.js"></script>`;

const reports = `${dsn.origin}/api/${project}/security/?sentry_key=${dsn.username}&sentry_release=storefront-web%407.0.1&sentry_environment=production`;
const policies = {
  csp: { 'Content-Security-Policy': `img-src 'self'; report-uri ${reports}` },
  'csp-reporting-api': { 'Content-Security-Policy': "img-src 'self'; report-to shop", 'Reporting-Endpoints': 'shop="/reports"' },
};

// Forwards an envelope as a site's own endpoint does: where it goes is read from its first line alone.
async function tunnel(request, reply) {
  const body = Buffer.concat(await request.toArray());
  const { dsn: text } = JSON.parse(body.subarray(0, body.indexOf('\n')));
  const target = new URL(text);
  const answer = await fetch(`${target.origin}/api${target.pathname}/envelope/`, { method: 'POST', body });
  reply.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(await answer.text());
}

// Hands a report on as a proxy does that ends TLS: the Reporting API sends to https only.
async function forwardReport(request, reply) {
  const body = Buffer.concat(await request.toArray());
  const names = ['content-type', 'user-agent', 'origin'];
  const headers = Object.fromEntries(names.filter((name) => request.headers[name]).map((name) => [name, request.headers[name]]));
  const answer = await fetch(reports, { method: 'POST', body, headers });
  reply.writeHead(answer.status).end();
  settled({ status: answer.status });
}

async function certificate() {
  const folder = await mkdtemp(join(tmpdir(), 'certificate-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=localhost', '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const files = { key: await readFile(key), cert: await readFile(cert) };
  await rm(folder, { recursive: true });
  return files;
}

const isSecure = scenario === 'csp-reporting-api';
let settled;
const forwarded = new Promise((resolve) => { settled = resolve; });
const serve = async (request, reply) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  if (pathname === '/') return reply.writeHead(200, { 'Content-Type': 'text/html', ...policies[scenario] }).end(html);
  if (pathname === '/tunnel') return tunnel(request, reply);
  if (pathname === '/reports') return forwardReport(request, reply);
  if (pathname === '/storefront.js') return reply.writeHead(200, { 'Content-Type': 'text/javascript' }).end(script);
  return reply.writeHead(404).end();
};
const site = isSecure ? createSecureServer(await certificate(), serve) : createServer(serve);
await new Promise((resolve) => site.listen(0, 'localhost', resolve));
const origin = `${isSecure ? 'https' : 'http'}://localhost:${site.address().port}`;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  // Without the second Chromium holds reports of the Reporting API back for a minute.
  args: ['--no-sandbox', '--short-reporting-delay', '--ignore-certificate-errors'],
});
try {
  const page = await browser.newPage();
  const sent = [];
  let open = 0;
  page.on('request', () => { open += 1; });
  page.on('requestfinished', () => { open -= 1; });
  page.on('requestfailed', () => { open -= 1; });
  page.on('response', (answer) => answer.request().method() === 'POST' && sent.push(answer.status()));
  await page.goto(`${origin}/#${scenario.replace('-reporting-api', '')}`);
  await page.locator('body[data-ready]').waitFor();
  await page.waitForLoadState('networkidle');
  const done = isSecure ? forwarded : answered(page);
  await page.getByRole('button', { name: 'Add' }).click();
  if (scenario === 'report-dialog') await fillDialog(page);
  const seen = await done;
  // The SDK tells of the session in a request of its own.
  for (let turn = 0, quiet = 0; turn < 50 && quiet < 5; turn += 1) {
    await page.waitForTimeout(100);
    quiet = open === 0 ? quiet + 1 : 0;
  }
  console.log(JSON.stringify({ origin, sent, ...seen }));
} finally {
  await browser.close();
  site.close();
}

// As the person in front of the broken page does; the dialog is the server's script.
async function fillDialog(page) {
  await page.getByLabel('What happened?').fill('I paid and saw a white page.');
  await page.getByRole('button', { name: 'Send report' }).click();
}

// The request that the scenario is about: the status of its answer, and the id of what it carried.
async function answered(page) {
  const isAwaited = (request) =>
    request.method() === 'POST' && (scenario === 'csp' || (request.postData() ?? '').includes(AWAITED[scenario] ?? '"type":"event"'));
  const request = await page.waitForEvent('request', { predicate: isAwaited, timeout: WAIT_MS });
  // Nobody in the page is told how the server answered a beacon or a report; Chromium may not tell us either.
  const wait = ['beacon', 'csp'].includes(scenario) ? 1000 : WAIT_MS;
  const answer = await Promise.race([request.response(), new Promise((resolve) => setTimeout(resolve, wait).unref())]);
  const head = request.postDataBuffer().toString('latin1').split('\n', 1)[0];
  return { status: answer?.status() ?? null, id: head.startsWith('{') ? JSON.parse(head).event_id : null };
}
