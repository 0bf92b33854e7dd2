// A bar for staff on a public page. The page itself is the same for everyone: a cookie that holds no secret says that
// somebody is logged in at the desk, and only then the desk is asked what they may do with this page.

const { here } = document.currentScript.dataset;

async function showBar() {
  const answer = await fetch(`${here}?path=${encodeURIComponent(location.pathname)}`);
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const sheet = page.querySelector("link");
  const bar = page.querySelector("aside");
  // It comes styled, in a place of its own: nothing on the page moves.
  sheet.addEventListener("load", () => {
    document.querySelector(".staff-bar")?.remove();
    document.body.append(bar);
  });
  document.head.append(sheet);
}

// Where the desk cannot be reached, the page is as readers see it.
const show = () => /(^|; )(__Host-)?staff=1/.test(document.cookie) && showBar().catch(() => {});

show();
// Back from the desk: the browser shows the page as it was left, and the bar may have changed.
addEventListener("pageshow", (event) => event.persisted && show());
