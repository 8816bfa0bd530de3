// Partial updates: puts the parts of a page that was fetched into the one that is open.

import { showTimes } from "./time.js";
import { startToasts } from "./toast.js";

/** Replaces the content of the elements that both pages have under these selectors. */
export function swap(html, selectors) {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const selector of selectors) {
    const from = page.querySelector(selector);
    const into = document.querySelector(selector);
    if (!from || !into) continue;
    into.replaceChildren(...from.childNodes);
    showTimes(into);
  }
  startToasts();
}

/** Sends a form as the browser would, follows the redirect and returns the page, or `null` when
 * the answer is not that of the page that is open, which the browser then has to load. */
export async function send(form, submitter) {
  // Not `form.action`: the buttons are named `action` and stand before the property.
  const body = new URLSearchParams(new FormData(form, submitter));
  const answer = await fetch(form.getAttribute("action"), { method: "POST", body, credentials: "same-origin" });
  if (!answer.ok || new URL(answer.url).pathname !== location.pathname) return null;
  return answer.text();
}
