// Forms that change the grouping: the preview follows what is chosen and typed, a line with a
// problem is found in the field, text is marked where it stands; and jobs whose progress grows.

import { followJobs } from "./jobs.js";
import { findLines, later } from "./live.js";

const WAIT_MS = 500;
const form = document.querySelector("form[data-live]");

// What a choice may change besides the preview; what is typed stays as it is.
const PARTS = ["#preview-sentence", "#preview-body"];
const CHOICE_PARTS = ["#choices", "#rule-box", ...PARTS];

function followChoices() {
  form.addEventListener("change", (event) => {
    const choice = event.target.closest("[data-choice]");
    if (choice?.dataset.chooses) document.getElementById(choice.dataset.chooses).checked = true;
    if (choice) later(form, CHOICE_PARTS, 0);
    else if (event.target.id === "scope") later(form, PARTS, 0);
  });
  form.addEventListener("input", (event) => {
    if (event.target.id === "rule-text") later(form, PARTS, WAIT_MS);
    else if (event.target.id === "part") later(form, CHOICE_PARTS, WAIT_MS);
  });
  // The button that shows it again is for those without script, and for whoever wants to be sure.
  form.addEventListener("submit", (event) => {
    if (!event.submitter?.matches("[data-preview]")) return;
    event.preventDefault();
    later(form, CHOICE_PARTS, 0);
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
    later(form, CHOICE_PARTS, 0);
  });
}

followJobs();
const fields = form?.querySelector("fieldset");
if (form && fields && !fields.disabled) {
  followChoices();
  followMarks();
  findLines(form);
  // A page that is opened with a change in its form shows at once what that would do.
  const rule = form.querySelector("#rule-text");
  const isShown = form.querySelector("[name=previewed]");
  if ("auto" in form.dataset && !isShown && (!rule || rule.value.trim())) later(form, PARTS, 0);
}
