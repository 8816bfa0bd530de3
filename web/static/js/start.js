// Waits for the first event of a project and says so within a second.

const ASK_EVERY_MS = 500;
const waiting = document.getElementById("waiting");

async function ask() {
  const answer = await fetch(waiting.dataset.ask, { credentials: "same-origin" });
  if (!answer.ok) return false;
  const { href } = await answer.json();
  if (!href) return false;
  const arrived = document.getElementById("arrived").content.cloneNode(true);
  arrived.querySelector("[data-first]").href = href;
  waiting.replaceChildren(arrived);
  waiting.classList.add("waiting-over");
  document.title = `The first event is here · Watchfire`;
  return true;
}

async function keepAsking() {
  const isOver = await ask().catch(() => false);
  if (!isOver) setTimeout(keepAsking, ASK_EVERY_MS);
}

if (waiting && !("over" in waiting.dataset)) keepAsking();
