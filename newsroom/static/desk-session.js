// The steps of a script on a page that stays open for hours. Where the session has ended, a dialog asks for the password in
// place; where the token is old, the refusal brings a fresh one. Either way the step is then done, and the page stays.

const read = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");
const personOf = (page) => page.body.dataset.person;

let fresh;
function take(page) {
  fresh = page.querySelector("[name=csrfmiddlewaretoken]")?.value ?? fresh;
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = fresh;
}

function send(url, options) {
  if (fresh && options.body?.has("csrfmiddlewaretoken")) options.body.set("csrfmiddlewaretoken", fresh);
  return fetch(url, { ...options, headers: { ...options.headers, "X-Desk-Step": "1" } });
}

// Returns the answer as `fetch` does; null where the person does not log in again. A `quiet` step, which nobody asked for,
// opens no dialog.
export async function ask(url, { quiet, ...options } = {}) {
  for (let tries = 0; ; tries += 1) {
    const answer = await send(url, options);
    const isOld = answer.headers.has("X-Old-Token");
    if (tries === 3 || (answer.status !== 401 && !isOld)) return answer;
    if (isOld) take(await read(answer));
    else if (quiet || !(await logIn(await read(answer)))) return null;
  }
}

// One dialog, whatever the number of steps that wait for it.
let asking;
const logIn = (page) => (asking ??= inDialog(page).finally(() => { asking = undefined; }));

function inDialog(page) {
  take(page);
  const dialog = document.adoptNode(page.querySelector("#log-in-again"));
  const form = dialog.querySelector("form");
  const { username, password } = form.elements;
  const problem = Object.assign(document.createElement("p"), { className: "error" });
  problem.setAttribute("role", "alert");
  username.value = personOf(document);
  username.readOnly = Boolean(username.value);
  form.querySelector(".actions").before(problem);
  document.body.append(dialog);
  const focused = document.activeElement;
  dialog.showModal();
  (username.readOnly ? password : username).focus();
  return new Promise((resolve) => {
    let isIn = false;
    dialog.addEventListener("close", () => {
      dialog.remove();
      focused?.focus({ preventScroll: true });
      resolve(isIn);
    });
    form.querySelector("[data-cancel]").addEventListener("click", () => dialog.close());
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      problem.textContent = await tryToLogIn(form).catch(() => "The server cannot be reached. Try again.");
      isIn = !problem.textContent;
      if (isIn) dialog.close();
      else (form.elements.code ?? password).select();
    });
  });
}

// The password was right, and the person has a second factor: the dialog asks for its code, in the same place.
function askForCode(form, second) {
  const isFirst = form.action !== second.action;
  form.action = second.action;
  if (!isFirst) return;
  for (const field of form.querySelectorAll(".field")) field.remove();
  form.querySelector(".actions").before(...second.querySelectorAll(".field"));
  form.elements.code.focus();
}

// Returns what is wrong; "" if the person is in.
async function tryToLogIn(form) {
  const answer = await send(form.action, { method: "POST", body: new FormData(form) });
  const page = await read(answer);
  take(page);
  if (personOf(page) && personOf(page) !== personOf(document)) {
    return `You are logged in as ${personOf(page)} now, and this page is ${personOf(document)}’s: load it anew.`;
  }
  if (answer.ok && personOf(page)) return "";
  const second = page.querySelector("form[data-second-step]");
  if (second) askForCode(form, second);
  if (second) return page.querySelector(".error")?.textContent.trim() || "Now the code of your app.";
  return page.querySelector(".error, main p")?.textContent.trim() || "That did not work. Try again.";
}
