// Reports one event and ends: `node shop.js error|message|rejection`.
// SENTRY_SDK names the package, so that one program serves the newest and the previous major.
const Sentry = require(process.env.SENTRY_SDK || '@sentry/node');

Sentry.init({
  dsn: process.env.SENTRY_DSN,
  release: 'storefront@5.1.0',
  environment: 'production',
  sendDefaultPii: true,
  includeLocalVariables: true,
});
Sentry.setUser({ id: '77', email: 'customer-77@example.com' });
Sentry.setTag('region', 'eu-west');

class StockError extends Error {
  constructor(message, options) {
    super(message, options);
    this.name = 'StockError';
  }
}

function readStock(article) {
  const warehouse = 'cgn-2';
  const reply = { article, warehouse, body: '{"count": 4' };
  return JSON.parse(reply.body).count;
}

function reserve(article, quantity) {
  const password = 'correct horse battery staple';
  try {
    return readStock(article) - quantity;
  } catch (cause) {
    throw new StockError(`cannot reserve ${quantity} of ${article}`, { cause });
  }
}

async function main(scenario) {
  // The SDK reads local variables through a debugger in a worker thread, which needs a moment to attach.
  await new Promise((resolve) => setTimeout(resolve, 500));
  Sentry.addBreadcrumb({ category: 'basket', message: 'basket opened', data: { articles: 3 } });
  if (scenario === 'message') {
    Sentry.captureMessage('stock list is older than a day', 'warning');
  } else if (scenario === 'rejection') {
    // The SDK's handler reports it; nobody catches this promise.
    Promise.reject(new StockError('no warehouse has POT-0007'));
    await new Promise((resolve) => setTimeout(resolve, 100));
  } else {
    try {
      reserve('POT-0007', 2);
    } catch (error) {
      Sentry.captureException(error, { extra: { articles: ['POT-0007', 'TEA-0100'] } });
    }
  }
  await Sentry.flush(5000);
}

main(process.argv[2]);
