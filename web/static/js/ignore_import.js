// The page that imports ignore rules: a file that is chosen stands in the text at once, to be looked
// at like one that was pasted.

const chosen = document.querySelector("#rule-file");
const text = document.querySelector("#rule-text");

chosen?.addEventListener("change", async () => {
  const [file] = chosen.files;
  if (!file) return;
  text.value = await file.text();
  text.focus();
  text.setSelectionRange(0, 0);
});

// Without script a file could not be read before it is checked.
if (chosen && !chosen.closest("fieldset").disabled) chosen.closest(".field").hidden = false;
