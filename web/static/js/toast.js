// The sentence about the last action: it goes when its time is over, and `u` takes the offer.

import { onKey } from "./keys.js";

let timer = 0;

/** Lets the toast on the page end at its time; called again when the page has a new one. */
export function startToasts() {
  clearTimeout(timer);
  const toast = document.querySelector("[data-toast]");
  if (!toast) return;
  // The page's own clock may be wrong: never longer than the ten seconds that are offered.
  const left = Math.min(Number(toast.dataset.until) - Date.now(), 10_000);
  if (left <= 0) {
    toast.remove();
    return;
  }
  timer = setTimeout(() => toast.remove(), left);
}

onKey("u", () => {
  const button = document.querySelector("[data-undo]");
  if (!button) return false;
  button.click();
  return true;
});
