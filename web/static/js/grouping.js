// Forms that change the grouping: the preview follows what is chosen and typed, a line with a
// problem is found in the field, text is marked where it stands; and jobs whose progress grows.

import { swap } from "./swap.js";
import { showTimes } from "./time.js";

const WAIT_MS = 500;
const ASK_JOBS_MS = 1_500;
const form = document.querySelector("form[data-live]");

// What a choice may change besides the preview; what is typed stays as it is.
const PARTS = ["#preview-sentence", "#preview-body"];
const CHOICE_PARTS = ["#choices", "#rule-box", ...PARTS];

let timer = 0;
let asking = null;

function later(parts, wait) {
  clearTimeout(timer);
  timer = setTimeout(() => preview(parts), wait);
}

// Puts the parts in and the focus back where it was.
function show(html, parts) {
  const focused = document.activeElement;
  const place = focused?.id && form.contains(focused) ? focused.id : null;
  const range = place && "selectionStart" in focused ? [focused.selectionStart, focused.selectionEnd] : null;
  swap(html, parts);
  const again = place ? document.getElementById(place) : null;
  if (!again || again === document.activeElement) return;
  again.focus({ preventScroll: true });
  if (range && range[0] !== null) again.setSelectionRange(...range);
}

async function preview(parts) {
  asking?.abort();
  const mine = new AbortController();
  asking = mine;
  const section = form.querySelector(".preview");
  section.dataset.busy = "";
  const body = new URLSearchParams(new FormData(form));
  body.set("action", "preview");
  try {
    // Not `form.action`: the buttons are named `action` and stand before the property.
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body, credentials: "same-origin", signal: mine.signal });
    if (answer.ok && !answer.redirected) show(await answer.text(), parts);
  } catch {
    // Offline, or overtaken by a newer question: what stands there stays, and Save looks again.
  }
  if (asking === mine) delete section.dataset.busy;
}

function followChoices() {
  form.addEventListener("change", (event) => {
    const choice = event.target.closest("[data-choice]");
    if (choice?.dataset.chooses) document.getElementById(choice.dataset.chooses).checked = true;
    if (choice) later(CHOICE_PARTS, 0);
    else if (event.target.id === "scope") later(PARTS, 0);
  });
  form.addEventListener("input", (event) => {
    if (event.target.id === "rule-text") later(PARTS, WAIT_MS);
    else if (event.target.id === "part") later(CHOICE_PARTS, WAIT_MS);
  });
  // The button that shows it again is for those without script, and for whoever wants to be sure.
  form.addEventListener("submit", (event) => {
    if (!event.submitter?.matches("[data-preview]")) return;
    event.preventDefault();
    later(CHOICE_PARTS, 0);
  });
}

// A field that was marked in a text above becomes the text that differs.
function followMarks() {
  for (const note of form.querySelectorAll("[data-script]")) note.hidden = false;
  document.addEventListener("pointerup", (event) => {
    if (!event.target.closest?.("[data-sample]")) return;
    const marked = getSelection().toString().trim();
    const part = form.querySelector("#part");
    if (!marked || !part || part.value === marked) return;
    part.value = marked;
    later(CHOICE_PARTS, 0);
  });
}

// Marks the line of a problem in the field.
function findLines() {
  form.addEventListener("click", (event) => {
    const link = event.target.closest("[data-line]");
    const field = form.querySelector("#rule-text");
    if (!link || !field) return;
    event.preventDefault();
    const lines = field.value.split("\n");
    const line = Number(link.dataset.line) - 1;
    const start = lines.slice(0, line).reduce((sum, text) => sum + text.length + 1, 0);
    field.focus();
    field.setSelectionRange(start, start + (lines[line] ?? "").length);
    field.scrollTop = (field.scrollHeight / lines.length) * Math.max(line - 2, 0);
  });
}

async function refreshJobs(list) {
  const answer = await fetch(list.dataset.jobs, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  const label = focused?.getAttribute("aria-label");
  list.replaceChildren(...page.body.childNodes);
  showTimes(list);
  if (!label) return;
  [...list.querySelectorAll("button")].find((button) => button.getAttribute("aria-label") === label)?.focus();
}

async function followJobs(list) {
  if (!list.querySelector("[data-running]")) return;
  // A server that is away for a moment is asked again at the next turn.
  if (!document.hidden) await refreshJobs(list).catch(() => {});
  setTimeout(() => followJobs(list), ASK_JOBS_MS);
}

const jobs = document.querySelector("[data-jobs]");
if (jobs) setTimeout(() => followJobs(jobs), ASK_JOBS_MS);
const fields = form?.querySelector("fieldset");
if (form && fields && !fields.disabled) {
  followChoices();
  followMarks();
  findLines();
  // A page that is opened with a change in its form shows at once what that would do.
  const rule = form.querySelector("#rule-text");
  const isShown = form.querySelector("[name=previewed]");
  if ("auto" in form.dataset && !isShown && (!rule || rule.value.trim())) later(PARTS, 0);
}
