// Single keys as short cuts. They never fire while somebody types, nor together with Ctrl, Alt
// or Meta, which belong to the browser.

const actions = new Map();

/** Whether the event goes into a field. */
export function isTyping(event) {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches("textarea, select")) return true;
  return target.matches("input:not([type=checkbox], [type=radio], [type=button], [type=submit])");
}

/** Calls `action` when the key is pressed. An action that returns `false` leaves the key alone. */
export function onKey(key, action) {
  actions.set(key, action);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
  if (isTyping(event)) return;
  const action = actions.get(event.key);
  if (action && action(event) !== false) event.preventDefault();
});
