// The issue page: keys, folding that is remembered, clocks in the viewer's zone, and a word when a
// newer event comes. The page works without any of it.

import { onKey } from "./keys.js";
import { swap } from "./swap.js";

const WATCH_MS = 10_000;
const JOBS_MS = 3_000;

const clock = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hourCycle: "h23",
});

function showClocks() {
  for (const element of document.querySelectorAll("time[data-clock]")) {
    const then = new Date(element.dateTime);
    if (!Number.isNaN(then.getTime())) element.textContent = clock.format(then);
  }
}

function pressOnKeys() {
  for (const key of ["[", "]", "e", "a"]) {
    onKey(key, () => {
      const thing = document.querySelector(`.issue [data-key="${key}"]`);
      if (!thing) return false;
      thing.click();
      return true;
    });
  }
}

// Storage may be switched off; then folding is only not remembered.
function kept(key) {
  try { return localStorage.getItem(key); } catch { return null; }
}

function keep(key, value) {
  try { localStorage.setItem(key, value); } catch { /* not remembered */ }
}

function rememberFolds() {
  for (const part of document.querySelectorAll("details[data-fold]")) {
    const key = `watchfire.fold.${part.dataset.fold}`;
    const state = kept(key);
    if (state !== null) part.open = state === "open";
    part.addEventListener("toggle", () => keep(key, part.open ? "open" : "closed"));
  }
}

// Escape closes the reason of a mark, which opens again when it is left and entered anew.
function shutMarks() {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const mark of document.querySelectorAll(".mark:is(:hover, :focus-within)")) {
      mark.dataset.shut = "";
      if (mark.contains(document.activeElement)) mark.querySelector(".mark-why").focus();
    }
  });
  const open = (event) => {
    const mark = event.target.closest?.(".mark[data-shut]");
    if (mark && !mark.contains(event.relatedTarget)) delete mark.dataset.shut;
  };
  document.addEventListener("pointerout", open);
  document.addEventListener("focusout", open);
  document.addEventListener("click", (event) => {
    const mark = event.target.closest?.(".mark-why")?.closest(".mark");
    if (mark) delete mark.dataset.shut;
  });
}

// A link to a frame opens whatever folds it away.
function unfoldTarget() {
  if (location.hash.length < 2) return;
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let part = target; part; part = part.parentElement) {
    if (part.tagName === "DETAILS") part.open = true;
  }
  target?.scrollIntoView({ block: "start" });
}

function watch() {
  const issue = document.querySelector("[data-issue]");
  const note = document.querySelector("[data-newer]");
  if (!issue || !note) return;
  let known = null;
  const ask = async () => {
    if (document.hidden) return;
    const answer = await fetch(`${issue.dataset.issue}/watch`, { credentials: "same-origin" });
    if (!answer.ok) return;
    const { latest } = await answer.json();
    if (known !== null && latest !== known) {
      note.hidden = false;
      clearInterval(timer);
    }
    known = latest;
  };
  // A server that is away for a moment is asked again at the next turn.
  const quietly = () => ask().catch(() => {});
  const timer = setInterval(quietly, WATCH_MS);
  quietly();
}

// While work goes on in the background, its progress is asked for again.
function followJobs() {
  if (!document.querySelector("#jobs > *")) return;
  setTimeout(async () => {
    const answer = document.hidden ? null : await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
    if (answer?.ok) swap(await answer.text(), ["#jobs"]);
    followJobs();
  }, JOBS_MS);
}

showClocks();
pressOnKeys();
rememberFolds();
unfoldTarget();
shutMarks();
addEventListener("hashchange", unfoldTarget);
watch();
followJobs();
