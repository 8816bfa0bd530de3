// A page's script that fails after a click, reporting through the browser SDK.
import * as Sentry from '@sentry/browser';

Sentry.init({ dsn: window.SENTRY_DSN, release: 'storefront-web@7.0.1', environment: 'production', sendDefaultPii: true });
Sentry.setUser({ id: '99', email: 'customer-99@example.com' });
Sentry.setTag('theme', 'winter');

function price(article) {
  return article.price.toFixed(2);
}

function addToBasket() {
  const article = { title: 'Teapot' };
  document.querySelector('#basket').textContent = price(article);
}

document.querySelector('#add').addEventListener('click', addToBasket);
