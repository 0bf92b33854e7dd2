// The page of one article: a warning before anything that was typed is lost, and suggestions while one types. `desk-rows.js`
// moves the rows of lists; a form in which a script changed something gets the event `touched`.
// Without script, the same buttons send the form and the page comes back.

import { composes } from "./desk-keys.js";

document.documentElement.classList.add("has-script");

// Names offered while one types

async function offers(field, list) {
  const answer = await fetch(`${list.dataset.search}?q=${encodeURIComponent(field.value)}`);
  if (!answer.ok || answer.redirected) return;
  const { offered } = await answer.json();
  list.replaceChildren(...offered.map(({ value, label }) => Object.assign(document.createElement("option"), { value, label })));
}

function offer(field, list) {
  let waiting;
  field.setAttribute("list", list.id);
  field.autocomplete = "off";
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => offers(field, list), 200);
  });
  field.addEventListener("focus", () => list.children.length || offers(field, list), { once: true });
}

const provider = document.querySelector("#id_provider");
if (provider) offer(provider, document.querySelector("#provider_names"));

// Topics: the lines of the text become a list

const topics = document.querySelector("#id_topics");
if (topics) {
  const label = document.querySelector("label[for=id_topics]");
  const tokens = document.createElement("ul");
  tokens.className = "tokens";
  const field = document.createElement("input");
  field.id = "id_topics_add";
  field.setAttribute("placeholder", "Add a topic");
  label.htmlFor = field.id;
  topics.before(tokens, field);
  topics.hidden = true;
  const help = document.querySelector("#id_topics_helptext");
  if (help) {
    help.textContent = "Enter adds what is typed; the first topic leads.";
    field.setAttribute("aria-describedby", help.id);
  }
  offer(field, document.querySelector("#topic_names"));

  const lines = () => topics.value.split("\n").map((line) => line.trim()).filter(Boolean);
  const write = (names) => {
    topics.value = names.join("\n");
    draw();
    topics.form.dispatchEvent(new Event("touched", { bubbles: true }));
  };
  const button = (text, title, disabled, act) => {
    const made = Object.assign(document.createElement("button"), { type: "button", textContent: text, disabled });
    made.setAttribute("aria-label", title);
    made.addEventListener("click", act);
    return made;
  };
  function draw() {
    const names = lines();
    tokens.replaceChildren(
      ...names.map((name, index) => {
        const token = document.createElement("li");
        token.className = "token";
        const swap = (by) => () => {
          const order = lines();
          [order[index], order[index + by]] = [order[index + by], order[index]];
          write(order);
          tokens.children[index + by].querySelectorAll("button")[by < 0 ? 0 : 1].focus();
        };
        token.append(
          Object.assign(document.createElement("span"), { textContent: name }),
          button("←", `Move ${name} forward`, index === 0, swap(-1)),
          button("→", `Move ${name} back`, index === names.length - 1, swap(1)),
          button("×", `Remove ${name}`, false, () => {
            write(lines().filter((_, other) => other !== index));
            field.focus();
          }),
        );
        return token;
      }),
    );
  }
  const add = () => {
    const name = field.value.trim();
    if (!name) return false;
    if (!lines().some((line) => line.toLowerCase() === name.toLowerCase())) write([...lines(), name]);
    field.value = "";
    return true;
  };
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !composes(event) && add()) event.preventDefault();
  });
  field.addEventListener("change", () => {
    // A choice from the list is complete; half a name is not added when the field is left.
    if ([...document.querySelectorAll("#topic_names option")].some((one) => one.value === field.value)) add();
  });
  topics.form.addEventListener("submit", add);
  draw();
}

// A warning before typed text is lost

const guarded = [...document.querySelectorAll("form[data-guard]")];
const dirty = new Set(guarded.filter((form) => form.hasAttribute("data-dirty")));

function touched(form) {
  dirty.add(form);
  const state = form.querySelector("[data-state]");
  if (state) state.textContent = "Not saved yet";
}

for (const form of guarded) {
  form.addEventListener("input", (event) => event.target.name !== "q" && event.target.name && touched(form));
  form.addEventListener("touched", () => touched(form));
}
let leaving = false;
document.addEventListener("submit", (event) => {
  const others = [...dirty].filter((form) => form !== event.target);
  if (others.length && !event.defaultPrevented) {
    const names = others.map((form) => form.dataset.guard).join(", ");
    if (!confirm(`${names}: what you changed there is not saved, and would be lost. Go on?`)) {
      event.preventDefault();
      return;
    }
  }
  leaving = !event.defaultPrevented;
});
addEventListener("beforeunload", (event) => {
  if (dirty.size && !leaving) event.preventDefault();
});
addEventListener("pageshow", () => { leaving = false; });

// Back to the section that was saved: the messages of the server move there, and take the focus

const PLACE = "desk-article";
const thisPage = location.pathname.match(/\d+/)?.[0];
const [page, place] = (sessionStorage.getItem(PLACE) ?? "").split(" ");
sessionStorage.removeItem(PLACE);
for (const form of guarded) {
  form.addEventListener("submit", () => sessionStorage.setItem(PLACE, `${thisPage} ${form.id}`));
}
const messages = document.querySelector(".messages");
const saved = place && document.getElementById(place);
if (messages && saved && page === thisPage && !document.querySelector(".conflict")) {
  saved.before(messages);
  messages.tabIndex = -1;
  saved.closest(".sheet").scrollIntoView();
  messages.focus({ preventScroll: true });
}

// One window for a reason at a time; Escape closes it

document.addEventListener("keydown", (event) => {
  const open = document.querySelector(".ask[open]");
  if (event.key !== "Escape" || !open) return;
  open.open = false;
  open.querySelector("summary").focus();
});
