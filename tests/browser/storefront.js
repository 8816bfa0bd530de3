// A page's script that reports through the browser SDK; the address's `#scenario` says what happens on a click.
import * as Sentry from '@sentry/browser';

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';
const scenario = location.hash.slice(1) || 'unhandled-error';

function price(article) {
  return article.price.toFixed(2);
}

function addToBasket() {
  const article = { title: 'Teapot' };
  document.querySelector('#basket').textContent = price(article);
}

// As a page does that is being closed: the request outlives it and nobody reads the answer.
const beaconTransport = (options) =>
  Sentry.createTransport(options, async ({ body }) => ({ statusCode: navigator.sendBeacon(options.url, body) ? 200 : 0 }));

const options = {
  beacon: { transport: beaconTransport },
  replay: { integrations: [Sentry.replayIntegration({ minReplayDuration: 0 })], replaysSessionSampleRate: 1 },
  tracing: { integrations: [Sentry.browserTracingIntegration()], tracesSampleRate: 1 },
  tunnel: { tunnel: '/tunnel' },
};

const actions = {
  'unhandled-rejection': () => Promise.reject(new RangeError('the basket holds 101 articles')),
  'fetch-breadcrumb': async () => {
    await fetch('/stock?article=teapot');
    addToBasket();
  },
  feedback: () => {
    const associatedEventId = Sentry.captureMessage('checkout page went blank');
    const data = Uint8Array.from(atob(PIXEL), (letter) => letter.charCodeAt(0));
    const screenshot = { filename: 'screenshot.png', data, contentType: 'image/png' };
    const words = { name: 'Mia', email: 'mia@example.com', message: 'The page went blank.', associatedEventId };
    Sentry.captureFeedback(words, { attachments: [screenshot] });
  },
  'report-dialog': () => {
    const eventId = Sentry.captureMessage('checkout page went blank');
    Sentry.showReportDialog({ eventId, user: { name: 'Mia', email: 'mia@example.com' } });
  },
  // The address is one that the page's policy forbids; Chromium itself reports it.
  csp: () => Object.assign(new Image(), { src: 'http://tracker.example/pixel.gif' }),
  replay: async () => {
    document.querySelector('#basket').textContent = 'one teapot';
    await Sentry.getReplay().flush();
  },
};

// The page that is forbidden an image has no SDK: its reports are the browser's alone.
if (scenario !== 'csp') {
  Sentry.init({ dsn: window.SENTRY_DSN, release: 'storefront-web@7.0.1', environment: 'production', sendDefaultPii: true, ...options[scenario] });
  Sentry.setUser({ id: '99', email: 'customer-99@example.com' });
  Sentry.setTag('theme', 'winter');
}
document.querySelector('#add').addEventListener('click', actions[scenario] ?? addToBasket);
document.body.dataset.ready = 'yes';
