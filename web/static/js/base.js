// What every page does with script: times that stay true, copy buttons, selectors that send
// themselves, words in the search field, one open menu, the key `?`, toasts that go.

import { keepTimes } from "./time.js";
import { onKey, isTyping } from "./keys.js";
import { startToasts } from "./toast.js";
import { startSearch } from "./search.js";

function startCopying() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = !navigator.clipboard;
    const label = button.innerHTML;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = "Copied";
      setTimeout(() => { button.innerHTML = label; }, 1500);
    });
  }
}

function startMenus() {
  const menus = [...document.querySelectorAll("details.menu")];
  document.addEventListener("click", (event) => {
    for (const menu of menus) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus.filter((menu) => menu.open)) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}

// Forms of selectors alone send themselves; their button is for those without script.
function startSelectors() {
  for (const form of document.querySelectorAll("form[data-submit]")) {
    form.querySelector("button").hidden = true;
    for (const select of form.querySelectorAll("select")) {
      select.addEventListener("change", () => form.requestSubmit());
    }
  }
}

onKey("?", () => document.getElementById("help")?.togglePopover());
onKey("/", () => document.getElementById("search")?.focus());
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isTyping(event) && event.target.id === "search") event.target.blur();
});

keepTimes();
startCopying();
startMenus();
startToasts();
startSearch();
startSelectors();
