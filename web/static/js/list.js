// The issue list: keys, selection, changes without loading the page again, and live updates.

import { onKey } from "./keys.js";
import { send, swap } from "./swap.js";
import { showTimes } from "./time.js";

const ASK_EVERY_MS = 2_000;
const region = document.getElementById("region");
let current = null; // the address of the row that the keys work on

const rows = () => [...region.querySelectorAll(".row")];
const boxes = () => [...region.querySelectorAll("tbody input[type=checkbox]")];
const selected = () => boxes().filter((box) => box.checked);
const currentRow = () => rows().find((row) => row.dataset.href === current);

function showSelection() {
  const count = selected().length;
  const label = region.querySelector("[data-count]");
  if (label) label.textContent = `${count} selected`;
  for (const button of region.querySelectorAll("[data-asks]")) {
    button.hidden = count > 0 && count < Number(button.dataset.asks);
  }
  for (const box of region.querySelectorAll("[data-all] input")) {
    box.checked = count > 0 && count === boxes().length;
    box.indeterminate = count > 0 && !box.checked;
  }
}

function showCurrent() {
  for (const row of rows()) row.classList.toggle("current", row.dataset.href === current);
}

// What the server rendered has its script-only parts hidden.
function prepare() {
  for (const label of region.querySelectorAll("[data-all]")) label.hidden = false;
  showSelection();
  showCurrent();
}

function move(step) {
  const all = rows();
  if (all.length === 0) return;
  const place = all.indexOf(currentRow());
  const next = all[Math.min(Math.max(place < 0 && step > 0 ? 0 : place + step, 0), all.length - 1)];
  current = next.dataset.href;
  showCurrent();
  next.querySelector(".issue-line").focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

let isPlain = false; // whether the next form goes the browser's own way

async function change(form, submitter) {
  const row = currentRow();
  const place = rows().indexOf(row);
  const html = await send(form, submitter).catch(() => null);
  if (html === null) {
    // Offline or logged out: the browser's own way shows what is wrong.
    isPlain = true;
    form.requestSubmit(submitter);
    return;
  }
  swap(html, ["#region", ".toasts"]);
  if (row && !currentRow()) current = rows()[Math.min(place, rows().length - 1)]?.dataset.href ?? null;
  prepare();
}

function act(action) {
  const form = region.querySelector("#list");
  const button = form?.querySelector(`button[name=action][value=${action}]`);
  if (!button) return false;
  if (selected().length === 0) {
    const box = currentRow()?.querySelector("input[type=checkbox]");
    if (!box) return false;
    box.checked = true;
  }
  change(form, button);
  return true;
}

// Leads to the page that asks; it needs two issues, so that a lone row is only ticked.
function askToMerge() {
  const form = region.querySelector("#list");
  const button = form?.querySelector("button[data-key=m]");
  if (!button) return false;
  if (selected().length === 0) {
    const box = currentRow()?.querySelector("input[type=checkbox]");
    if (!box) return false;
    box.checked = true;
    showSelection();
  }
  if (selected().length >= 2) form.requestSubmit(button);
  return true;
}

region.addEventListener("change", (event) => {
  if (event.target.closest("[data-all]")) {
    for (const box of boxes()) box.checked = event.target.checked;
  }
  showSelection();
});
region.addEventListener("reset", () => setTimeout(showSelection));
region.addEventListener("focusin", (event) => {
  const row = event.target.closest(".row");
  if (row) {
    current = row.dataset.href;
    showCurrent();
  }
});

document.addEventListener("submit", (event) => {
  if (isPlain) return;
  const form = event.target;
  // What asks first is a page of its own.
  if (event.submitter?.hasAttribute("formaction")) return;
  const isUndo = event.submitter?.matches("[data-undo]");
  if (form.id !== "list" && !isUndo) return;
  event.preventDefault();
  change(form, event.submitter);
});

let lastTicked = null;
// A click anywhere on a row opens it, unless it meant something else.
region.addEventListener("click", (event) => {
  const row = event.target.closest(".row");
  if (!row || event.target.closest("a, input, label, button, .sampled")) return;
  if (!getSelection().isCollapsed) return;
  const link = row.querySelector(".issue-line");
  if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener");
  else link.click();
});

region.addEventListener("click", (event) => {
  const box = event.target.closest("tbody input[type=checkbox]");
  if (!box) return;
  const all = boxes();
  if (event.shiftKey && lastTicked && all.includes(lastTicked)) {
    const [from, to] = [all.indexOf(lastTicked), all.indexOf(box)].sort((a, b) => a - b);
    for (const between of all.slice(from, to + 1)) between.checked = box.checked;
    showSelection();
  }
  lastTicked = box;
});

onKey("j", () => move(1));
onKey("k", () => move(-1));
onKey("o", () => currentRow()?.querySelector(".issue-line").click());
onKey("Enter", (event) => {
  // A focused control does what it always does.
  if (event.target.closest("a, button, input, summary") || !currentRow()) return false;
  currentRow().querySelector(".issue-line").click();
  return true;
});
onKey("x", () => {
  const box = currentRow()?.querySelector("input[type=checkbox]");
  if (!box) return false;
  box.checked = !box.checked;
  showSelection();
  return true;
});
onKey("e", () => act("resolve"));
onKey("a", () => act("archive"));
onKey("m", askToMerge);
onKey("Escape", () => {
  if (selected().length === 0) return false;
  for (const box of boxes()) box.checked = false;
  showSelection();
  return true;
});

async function refresh() {
  const answer = await fetch(region.dataset.markerHref, { credentials: "same-origin" });
  if (!answer.ok) return;
  const { marker } = await answer.json();
  if (String(marker) === region.querySelector("[data-marker]")?.dataset.marker) return;
  const address = new URL(location.href);
  address.searchParams.set("part", "1");
  const part = await fetch(address, { credentials: "same-origin" });
  if (!part.ok || part.redirected || selected().length > 0) return;
  const focused = document.activeElement?.closest?.("#region") ? current : null;
  const page = new DOMParser().parseFromString(await part.text(), "text/html");
  region.replaceChildren(...page.body.childNodes);
  showTimes(region);
  prepare();
  if (focused) currentRow()?.querySelector(".issue-line").focus({ preventScroll: true });
}

async function keepFresh() {
  // Never under somebody's hands: not while rows are ticked, not while nobody looks.
  if (!document.hidden && selected().length === 0) await refresh().catch(() => {});
  setTimeout(keepFresh, ASK_EVERY_MS);
}

prepare();
setTimeout(keepFresh, ASK_EVERY_MS);
