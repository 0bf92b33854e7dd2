// The page of an import: it follows the work, and keeps every tick at once. Without it, the page reloads and has buttons.

const progress = document.querySelector("[data-progress]");
const voice = document.querySelector("[data-say]");
const decide = document.querySelector("#decide");

async function follow() {
  try {
    const answer = await fetch(progress.dataset.progress, { headers: { Accept: "application/json" } });
    const { status, at_work: atWork, html } = await answer.json();
    if (!atWork || status !== progress.dataset.status) return location.reload();
    progress.innerHTML = html;
    say(progress.textContent.replace(/\s+/g, " ").trim());
  } catch {
    // The server may be restarting: the next request shows it.
  }
  setTimeout(follow, 1000);
}

// Announced every ten seconds, not at each step: a screen reader would never finish.
let said = 0;
function say(text) {
  if (Date.now() - said < 10_000) return;
  said = Date.now();
  voice.textContent = text;
}

async function keep(box) {
  const chosen = new FormData();
  chosen.append("csrfmiddlewaretoken", decide.elements.csrfmiddlewaretoken.value);
  chosen.append("shown", box.value);
  if (box.checked) chosen.append("take", box.value);
  box.closest(".file").classList.toggle("left-out", !box.checked);
  const answer = await fetch(decide.dataset.choose, { method: "POST", body: chosen, headers: { Accept: "application/json" } });
  if (!answer.ok) return location.reload();
  decide.querySelector("[data-count]").innerHTML = (await answer.json()).html;
}

if (progress) setTimeout(follow, 1000);
document.addEventListener("change", (event) => event.target.name === "take" && keep(event.target));
