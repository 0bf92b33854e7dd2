// What colleagues do shows in the list of the queue within some seconds: their claims and decisions, and the counts.

const EVERY = 10_000; // milliseconds

// `isBusy`: a step is on its way, whose answer shows more. `show` takes a page whose parts replace those of this one.
export function keepFresh({ isBusy, show }) {
  let asking = false;

  async function look() {
    if (document.hidden || asking || isBusy()) return;
    const url = new URL(location), item = document.querySelector("#item")?.dataset.pk;
    const pks = [...document.querySelectorAll(".row")].map((row) => row.dataset.pk);
    url.searchParams.set("part", "fresh");
    url.searchParams.set("rows", [...new Set(item ? [...pks, item] : pks)].join());
    if (item) url.searchParams.set("item", item);
    asking = true;
    try {
      const answer = await fetch(url, { headers: { "X-Desk-Step": "1" } });
      const page = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
      // What was done or opened meanwhile is newer than this answer.
      const isLate = isBusy() || document.querySelector("#item")?.dataset.pk !== item;
      if (page && !isLate) show(page);
    } catch {
      // The server cannot be reached: the next step says so.
    } finally {
      asking = false;
    }
  }

  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
  return look;
}
