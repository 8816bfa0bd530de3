// Relative times that grow while the page is open, and exact ones in the viewer's own zone.

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

const exact = new Intl.DateTimeFormat(undefined, {
  dateStyle: "medium", timeStyle: "medium",
});
const zone = new Intl.DateTimeFormat(undefined, { timeZoneName: "short" });

// The same steps as `moment::age` in the server.
function age(seconds) {
  if (seconds < MINUTE) return "now";
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)}m`;
  if (seconds < DAY) return `${Math.floor(seconds / HOUR)}h`;
  if (seconds < 60 * DAY) return `${Math.floor(seconds / DAY)}d`;
  if (seconds < YEAR) return `${Math.floor(seconds / (30 * DAY))}mo`;
  return `${Math.floor(seconds / YEAR)}y`;
}

function relative(seconds) {
  const text = age(Math.abs(seconds));
  if (text === "now") return "just now";
  return seconds < 0 ? `in ${text}` : `${text} ago`;
}

function old(seconds) {
  const text = age(Math.abs(seconds));
  return text === "now" ? "brand new" : `${text} old`;
}

const forms = { age: (seconds) => age(Math.abs(seconds)), old, relative };

function show(element) {
  const then = new Date(element.dateTime);
  if (Number.isNaN(then.getTime())) return;
  const seconds = (Date.now() - then.getTime()) / 1000;
  const text = forms[element.dataset.form]?.(seconds);
  if (text && element.textContent !== text) element.textContent = text;
  if (!element.dataset.zoned) {
    element.dataset.zoned = "1";
    const name = zone.formatToParts(then).find((part) => part.type === "timeZoneName");
    element.title = `${exact.format(then)} ${name ? name.value : ""}`.trim();
  }
}

/** Brings the times below an element up to date. */
export function showTimes(root = document) {
  for (const element of root.querySelectorAll("time[datetime]")) show(element);
}

/** Brings all times up to date now and every half minute. */
export function keepTimes() {
  showTimes();
  setInterval(() => { if (!document.hidden) showTimes(); }, 30_000);
}
