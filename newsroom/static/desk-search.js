// The search in the bar of the desk: a key that leads there, and results while one types. Without it, Enter sends the form.

const box = document.querySelector("#everything");
const WAIT = 120; // ms without a key

if (box) {
  const below = box.form.querySelector(".results-below");
  const links = () => [...below.querySelectorAll("li > a")];
  let shownFor = "", asked, timer;

  const close = () => (below.hidden = true);

  async function find() {
    clearTimeout(timer);
    asked?.abort();
    const text = box.value.trim();
    if (!text) {
      shownFor = "";
      return close();
    }
    const own = (asked = new AbortController());
    const url = new URL(box.form.action);
    url.search = new URLSearchParams({ q: text, part: "1" });
    try {
      const answer = await fetch(url, { signal: own.signal, headers: { Accept: "text/html" } });
      // A login page, or an error: Enter shows it.
      const results = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#results");
      if (own.signal.aborted || !results) return;
      results.removeAttribute("id");
      below.replaceChildren(document.adoptNode(results));
      below.hidden = false;
      shownFor = text;
    } catch {
      // Aborted, or the server cannot be reached: the form still works.
    }
  }

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, WAIT);
  });
  box.addEventListener("focus", () => {
    if (shownFor && shownFor === box.value.trim()) below.hidden = false;
  });

  // Enter opens the first; a page of all where nothing is found.
  box.form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (shownFor !== box.value.trim()) await find();
    const first = shownFor === box.value.trim() && links()[0];
    if (first) location.assign(first.href);
    else box.form.submit();
  });

  box.form.addEventListener("keydown", (event) => {
    if (event.isComposing || below.hidden) return;
    const all = links(), at = all.indexOf(document.activeElement);
    if (event.key === "Escape") {
      event.preventDefault();
      box.focus();
      close();
    } else if (event.key === "ArrowDown" && all.length) {
      event.preventDefault();
      all[Math.min(at + 1, all.length - 1)].focus();
    } else if (event.key === "ArrowUp" && at >= 0) {
      event.preventDefault();
      (all[at - 1] ?? box).focus();
    }
    // The keys of the page below are not meant.
    event.stopPropagation();
  });
  document.addEventListener("click", (event) => box.form.contains(event.target) || close());
  box.form.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !box.form.contains(event.relatedTarget)) close();
  });

  const isTyping = (target) => Boolean(target.closest?.("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])"));
  const isOff = () => Boolean(document.querySelector("[data-keys=off]"));

  addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.shiftKey && event.key !== "/") return;
    const command = (event.ctrlKey || event.metaKey) && (event.key.toLowerCase() === "k" || event.code === "KeyK");
    const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && !isTyping(event.target) && !isOff();
    if (!command && !slash) return;
    event.preventDefault();
    box.focus();
    box.select();
  });
}
