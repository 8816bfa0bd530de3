// One error of a small Django shop whose developer was careless: a secret nearly everywhere.
//
// Tokens are put together from parts, so that scanners of repositories do not take them for real ones.
const part = (...pieces) => pieces.join('');

// What nobody may read later. `compatible` says whether Sentry's own rules leave it in place.
const SECRETS = [
  { text: 'hunter2-of-ana', where: 'a variable named password' },
  { text: 'correct-horse-battery', where: 'the form of the request' },
  { text: '4111 1111 1111 1111', where: 'a variable and the error message', compatible: true },
  { text: part('ghp', '_16C7e42F292c6912E7710c838347Ae178B4a'), where: 'the error message', compatible: true },
  { text: part('AKIA', 'IOSFODNN7EXAMPLQ'), where: 'a text in extra', compatible: true },
  { text: part('xoxb-', '263594206564-2343594206564-FGqddMF8t08v8N7Oq4i57vs1'), where: 'a breadcrumb', compatible: true },
  { text: 'p!w-of-redis', where: 'a connection string', compatible: true },
  { text: 'abcd1234-session', where: 'the session cookie' },
  { text: 'reset-3f9ab1', where: 'the address of the request' },
];
const [password, form, card, github, aws, slack, redis, session, reset] = SECRETS.map(({ text }) => text);

// What is no secret and helps to find the mistake. `compatible` says whether Sentry's rules remove it.
const HARMLESS = [
  { text: 'Ana Customer', where: 'a variable named author, which holds the letters auth', compatible: true },
  { text: 'https://auth.example.com/start', where: 'an address of a server named auth', compatible: true },
  { text: '2026-4711-0007', where: 'a number of an order' },
];
const [author, host, order] = HARMLESS.map(({ text }) => text);

const frame = {
  filename: 'shop/payments.py',
  abs_path: '/srv/shop/payments.py',
  module: 'shop.payments',
  function: 'charge',
  lineno: 31,
  in_app: true,
  pre_context: ['def charge(order, card, password, author):', `    cache = connect("redis://:${redis}@cache.internal:6379/0")`],
  context_line: '    raise PaymentError(f"could not charge {order.total} to card {card}: {answer}")',
  post_context: ['', 'def refund(order):'],
  vars: {
    author: `'${author}'`,
    cache: `'redis://:${redis}@cache.internal:6379/0'`,
    card: `'${card}'`,
    order: { number: order, total: '148.40' },
    password: `'${password}'`,
    sign_in: `'${host}'`,
  },
};

const EVENT = {
  platform: 'python',
  level: 'error',
  environment: 'production',
  release: 'shop@2.4.0',
  transaction: '/checkout/',
  sdk: { name: 'sentry.python.django', version: '2.75.0' },
  user: { id: '42', ip_address: '203.0.113.7' },
  exception: { values: [{
    type: 'PaymentError',
    module: 'shop.payments',
    value: `could not charge 148.40 to card ${card}: refused token ${github}`,
    mechanism: { type: 'django', handled: false },
    stacktrace: { frames: [frame] },
  }] },
  breadcrumbs: { values: [
    { timestamp: 1795291000, category: 'basket', message: '3 articles of order 2026-4711-0007' },
    { timestamp: 1795291001, category: 'notify', message: `told the channel with ${slack}` },
  ] },
  request: {
    url: `https://shop.example.com/checkout/?step=pay&reset_token=${reset}`,
    method: 'POST',
    headers: [['Cookie', `sessionid=${session}; theme=dark`], ['User-Agent', 'Mozilla/5.0 (X11; Linux x86_64)']],
    cookies: [['sessionid', session], ['theme', 'dark']],
    data: { email: 'ana@example.com', password: form, articles: 3 },
  },
  extra: { note: `uploaded with ${aws} to eu-central-1` },
};

module.exports = { EVENT, SECRETS, HARMLESS };
