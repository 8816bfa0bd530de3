// Uses one feature of the Node SDK and ends: `node report.js SCENARIO`.
// SENTRY_SDK names the package, so that one program serves the newest and the previous major.
const Sentry = require(process.env.SENTRY_SDK || '@sentry/node');

const OPTIONS = { dsn: process.env.SENTRY_DSN, release: 'storefront@5.1.0', environment: 'production' };
// A picture of one red pixel.
const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC', 'base64');

const start = (options) => Sentry.init({ ...OPTIONS, ...options });

const scenarios = {
  attachments() {
    start();
    Sentry.withScope((scope) => {
      scope.addAttachment({ filename: 'basket.json', data: '{"articles":3}', contentType: 'application/json' });
      scope.addAttachment({ filename: 'receipt.png', data: new Uint8Array(PIXEL), contentType: 'image/png' });
      Sentry.captureMessage('receipt printed badly');
    });
  },

  'before-send'() {
    start({ beforeSend: (event) => (event.message.includes('secret') ? null : event) });
    Sentry.captureMessage('a secret message');
    Sentry.captureMessage('a public message');
  },

  cron() {
    start();
    const config = { schedule: { type: 'interval', value: 1, unit: 'hour' }, checkinMargin: 5, maxRuntime: 30, timezone: 'Europe/Berlin' };
    Sentry.withMonitor('hourly-stock', () => 4, config);
  },

  feedback() {
    start();
    const associatedEventId = Sentry.captureMessage('checkout page went blank');
    Sentry.captureFeedback({ name: 'Mia', email: 'mia@example.com', message: 'The page went blank.', url: 'https://shop.example.com/pay', associatedEventId });
  },

  logs() {
    start({ enableLogs: true });
    Sentry.logger.info('opened basket', { articles: 3 });
    Sentry.logger.error(Sentry.logger.fmt`basket ${'b-7'} is lost`);
  },

  metrics() {
    start();
    Sentry.metrics.count('baskets.opened', 3);
    Sentry.metrics.gauge('stock.queue', 12);
    Sentry.metrics.distribution('stock.reply', 187.5, { unit: 'millisecond' });
  },

  // The SDK starts a session with the process and ends it with the process.
  sessions() {
    Sentry.setUser({ id: '77' });
    start();
    Sentry.captureException(new Error('one article could not be read'));
  },

  tracing() {
    start({ tracesSampleRate: 1 });
    Sentry.startSpan({ name: 'reserve', op: 'function' }, () => {
      Sentry.startSpan({ name: 'select stock', op: 'db.query' }, () => Sentry.captureException(new Error('stock row is locked')));
    });
  },
};

// What the SDK holds back until the process ends (lost events, the session's end) is sent after the flush.
async function main(scenario) {
  scenarios[scenario]();
  await Sentry.flush(5000);
}

main(process.argv[2]);
