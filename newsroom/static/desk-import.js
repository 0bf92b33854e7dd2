// The page of an import: it follows the work, and keeps every tick at once. Without it, the page reloads and has buttons.

const progress = document.querySelector("[data-progress]");
const decide = document.querySelector("#decide");

async function follow() {
  try {
    const answer = await fetch(progress.dataset.progress, { headers: { Accept: "application/json" } });
    const { status, at_work: atWork, html } = await answer.json();
    if (!atWork || status !== progress.dataset.status) return location.reload();
    progress.innerHTML = html;
  } catch {
    // The server may be restarting: the next question will tell.
  }
  setTimeout(follow, 1000);
}

async function keep(box) {
  const chosen = new FormData();
  chosen.append("csrfmiddlewaretoken", decide.elements.csrfmiddlewaretoken.value);
  chosen.append("shown", box.value);
  if (box.checked) chosen.append("take", box.value);
  box.closest(".file").classList.toggle("left-out", !box.checked);
  await fetch(new URL("choose/", location.href), { method: "POST", body: chosen, redirect: "manual" });
}

if (progress) setTimeout(follow, 1000);
document.addEventListener("change", (event) => event.target.name === "take" && keep(event.target));
