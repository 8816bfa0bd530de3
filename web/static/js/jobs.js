// Jobs whose progress grows while the page is open.

import { swap } from "./swap.js";
import { showTimes } from "./time.js";

const ASK_MS = 1_500;

// The record of one job is asked for with it.
async function refresh(list) {
  const answer = await fetch(list.dataset.jobs, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return;
  const html = await answer.text();
  if ("record" in list.dataset) return swap(html, ["#job-record"]);
  const page = new DOMParser().parseFromString(html, "text/html");
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  const label = focused?.getAttribute("aria-label");
  list.replaceChildren(...page.body.childNodes);
  showTimes(list);
  if (!label) return;
  [...list.querySelectorAll("button")].find((button) => button.getAttribute("aria-label") === label)?.focus();
}

async function follow() {
  const list = document.querySelector("[data-jobs]");
  if (!list?.querySelector("[data-running]")) return;
  // A server that is away for a moment is asked again at the next turn.
  if (!document.hidden) await refresh(list).catch(() => {});
  setTimeout(follow, ASK_MS);
}

/** Follows the jobs that the page lists, for as long as one runs. */
export function followJobs() {
  setTimeout(follow, ASK_MS);
}
