// The pages of scrubbing: the preview follows what is typed, lines with problems are found in their
// fields, and jobs grow. All of it works without script too, by the buttons.

import { followJobs } from "./jobs.js";
import { findLines, later } from "./live.js";

const WAIT_MS = 600;
const PARTS = ["#preview-sentence", "#preview-body", "#rule-text-problems", "#sensitive-problems", "#safe-problems", "#own-rules", "#sample-body"];
// What makes the next rule changes nothing until it is added.
const BUILDER = ["kind", "pattern", "method", "text", "place"];

function followForm(form) {
  const changed = (event, wait) => {
    if (!BUILDER.includes(event.target.name)) later(form, PARTS, wait);
  };
  form.addEventListener("input", (event) => changed(event, WAIT_MS));
  form.addEventListener("change", (event) => changed(event, 0));
  // The button that shows it again is for those without script, and for whoever wants to be sure.
  form.addEventListener("submit", (event) => {
    if (!event.submitter?.matches("[data-preview]")) return;
    event.preventDefault();
    later(form, PARTS, 0);
  });
  // The Enter key in the builder adds the rule.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT" || !BUILDER.includes(event.target.name)) return;
    event.preventDefault();
    form.querySelector("[value=add]").click();
  });
}

// A rule that an address names may be folded away.
function unfoldTarget() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let part = target; part; part = part.parentElement) {
    if (part.tagName === "DETAILS") part.open = true;
  }
  if (target) target.scrollIntoView({ block: "center" });
}

const live = document.querySelector("form[data-live]");
if (live && !live.querySelector("fieldset").disabled) followForm(live);
for (const form of document.querySelectorAll(".scrubbing form")) findLines(form);
unfoldTarget();
addEventListener("hashchange", unfoldTarget);
followJobs();
