// Takes pictures of pages: 1280 and 390 pixels wide, light and dark.
const path = require('node:path');

const WIDTHS = [1280, 390];
const THEMES = ['light', 'dark'];

// One page under this address, into `folder/name-WIDTH-THEME.png`; leaves the browser wide and light.
async function photograph(page, folder, name, url) {
  for (const colorScheme of [...THEMES].reverse()) {
    await page.emulateMedia({ colorScheme });
    for (const width of [...WIDTHS].reverse()) {
      await page.setViewportSize({ width, height: 844 });
      await page.goto(url);
      await page.screenshot({ path: path.join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    }
  }
}

// List, issue and login; `page` is logged in and shows a list with the shop's error.
async function photographAll(browser, page, folder) {
  const list = page.url();
  const issue = await page.getByRole('link', { name: 'PaymentError' }).first().getAttribute('href');
  await photograph(page, folder, 'list', list);
  await photograph(page, folder, 'issue', new URL(issue, list).href);
  const stranger = await (await browser.newContext()).newPage();
  await photograph(stranger, folder, 'login', list);
}

module.exports = { photograph, photographAll };
