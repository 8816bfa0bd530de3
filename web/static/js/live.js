// Forms whose preview follows what is typed: the parts of the page that may change are asked for
// again and put in, and the focus stays where it is.

import { swap } from "./swap.js";

let timer = 0;
let asking = null;

// Puts the parts in and the focus back where it was.
function show(form, html, parts) {
  const focused = document.activeElement;
  const place = focused?.id && form.contains(focused) ? focused.id : null;
  const range = place && "selectionStart" in focused ? [focused.selectionStart, focused.selectionEnd] : null;
  swap(html, parts);
  const again = place ? document.getElementById(place) : null;
  if (!again || again === document.activeElement) return;
  again.focus({ preventScroll: true });
  if (range && range[0] !== null) again.setSelectionRange(...range);
}

async function preview(form, parts) {
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
    if (answer.ok && !answer.redirected) show(form, await answer.text(), parts);
  } catch {
    // Offline, or overtaken by a newer question: what stands there stays, and Save looks again.
  }
  if (asking === mine) delete section.dataset.busy;
}

/** Asks for these parts of the form's page after a while, unless something newer is asked for. */
export function later(form, parts, wait) {
  clearTimeout(timer);
  timer = setTimeout(() => preview(form, parts), wait);
}

/** Leads the numbers of lines with problems to the lines in their fields. */
export function findLines(form) {
  form.addEventListener("click", (event) => {
    const link = event.target.closest("[data-line]");
    const field = link && form.querySelector(link.getAttribute("href"));
    if (!field) return;
    event.preventDefault();
    const lines = field.value.split("\n");
    const line = Number(link.dataset.line) - 1;
    const start = lines.slice(0, line).reduce((sum, text) => sum + text.length + 1, 0);
    field.focus();
    field.setSelectionRange(start, start + (lines[line] ?? "").length);
    field.scrollTop = (field.scrollHeight / lines.length) * Math.max(line - 2, 0);
  });
}
