// The search field: selectors send the form at once; Backspace in an empty field, or a click on a
// word, takes the word back into the field to be edited.

function takeBack(form, field, word) {
  const kept = form.querySelector("input[name=query]");
  const text = word.querySelector(".word-text").textContent;
  const words = [...form.querySelectorAll(".word")].filter((other) => other !== word);
  word.remove();
  if (kept) kept.value = words.map((other) => other.querySelector(".word-text").textContent).join(" ");
  field.value = field.value ? `${text} ${field.value}` : text;
  field.focus();
}

/** Makes the search form of the bar convenient. */
export function startSearch() {
  const form = document.querySelector("[data-filters]");
  if (!form) return;
  const field = form.querySelector("#search");
  for (const select of form.querySelectorAll("select")) {
    select.addEventListener("change", () => form.requestSubmit());
  }
  form.addEventListener("formdata", (event) => {
    // Keeps the address short: fields that say nothing are left out.
    for (const [name, value] of [...event.formData]) {
      if (value === "") event.formData.delete(name);
    }
  });
  form.querySelector(".search").addEventListener("click", (event) => {
    if (event.target.closest("a")) return;
    const word = event.target.closest(".word");
    if (word) takeBack(form, field, word);
    else field.focus();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Backspace" || field.value !== "") return;
    const word = [...form.querySelectorAll(".word")].pop();
    if (!word) return;
    event.preventDefault();
    takeBack(form, field, word);
  });
}
