// The form of an ignore rule: what it would match follows what is chosen and typed, rows come and
// go in place, and a field offers the comparisons that it has.

import { swap } from "./swap.js";

const WAIT_MS = 700;
const AGAIN_MS = 4000;
const form = document.querySelector("form[data-ignore]");
let timer = 0;
let asking = null;

async function ask(step) {
  asking?.abort();
  const mine = new AbortController();
  asking = mine;
  const trial = document.querySelector("#trial");
  trial.dataset.busy = "";
  const body = new URLSearchParams(new FormData(form));
  body.set("do", step);
  try {
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body, credentials: "same-origin", signal: mine.signal });
    if (answer.ok && !answer.redirected) return await answer.text();
  } catch {
    // Offline, or overtaken by a newer question: what stands there stays, and Save looks again.
  } finally {
    if (asking === mine) delete trial.dataset.busy;
  }
  return null;
}

function later(wait) {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    const html = await ask("try");
    if (!html) return;
    swap(html, ["#trial", "#save-problem"]);
    // Others try rules just now: it is asked again by itself.
    if (document.querySelector("#trial [data-again]")) later(AGAIN_MS);
  }, wait);
}

// Another row or group: the form is put in anew, and the focus goes where one goes on.
async function take(step) {
  clearTimeout(timer);
  const html = await ask(step);
  if (!html) return;
  swap(html, ["#rule-form"]);
  followFields();
  const group = step.startsWith("add:") ? step.slice(4) : null;
  const rows = document.querySelectorAll(group === null ? ".cond-field" : `.cond-field[name^="g${group}."]`);
  rows[rows.length - 1]?.focus();
  later(0);
}

function offer(field) {
  const row = field.closest(".cond");
  const chosen = field.selectedOptions[0];
  const op = row.querySelector(".cond-op");
  const fits = (option) => option.dataset.kinds.split(" ").includes(chosen.dataset.kind);
  if (!fits(op.selectedOptions[0])) op.value = [...op.options].find(fits)?.value ?? op.value;
  row.querySelector(".cond-value").placeholder = chosen.dataset.example ?? "";
}

function followFields() {
  for (const field of form.querySelectorAll(".cond-field")) {
    field.addEventListener("change", () => offer(field));
  }
}

function follow() {
  followFields();
  form.addEventListener("input", (event) => {
    if (event.target.matches("[data-try]")) later(WAIT_MS);
  });
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button?.matches("[data-step]")) {
      event.preventDefault();
      take(button.value);
    } else if (button?.value === "try") {
      event.preventDefault();
      later(0);
    }
  });
}

if (form && !form.querySelector("fieldset").disabled) follow();
