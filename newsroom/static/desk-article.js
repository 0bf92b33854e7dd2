// The page of one article: a warning before anything that was typed is lost, and suggestions while one types. `desk-rows.js`
// moves the rows of lists; what a script changed in the form, it says by the event `touched`.
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
  field.setAttribute("placeholder", "Add a topic");
  topics.before(tokens, field);
  topics.hidden = true;
  field.id = label.htmlFor = "id_topics_add";
  // The list of what is wrong leads to the field that one types in.
  for (const link of document.querySelectorAll("a[href='#id_topics']")) link.hash = field.id;
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

// What is not saved: counted while one types, named by the decisions, and asked about before it is lost

const form = document.querySelector("#article-form");
const sections = [...form.querySelectorAll("[data-section]")];
const save = form.querySelector("[data-save]");
// What a field of the page does by itself, such as searching or ticking links, is nothing to save; nor is a form of a link
// that was only opened.
const ASIDE = /^(q|related-(tick|words|kind|sort|place))$/;
const chosen = ({ options }) => ([...options].find((one) => one.defaultSelected) ?? options[0]).value;
const asSent = (field) => (field.options ? chosen(field) : field.defaultValue);
const isOnlyOpen = (field) => field.closest("[data-form]") && field.value === asSent(field);
const written = (section) =>
  JSON.stringify(
    [...section.querySelectorAll("input[name], select[name], textarea[name]")]
      .filter((field) => !ASIDE.test(field.name) && !isOnlyOpen(field) && (!/checkbox|radio/.test(field.type) || field.checked))
      .map((field) => [field.name, field.value]),
  );
const asLoaded = new Map(sections.map((section) => [section, written(section)]));
const isDirty = (section) => section.dataset.dirty !== undefined || written(section) !== asLoaded.get(section);
let dirty = [];

function count() {
  dirty = sections.filter(isDirty);
  const state = form.querySelector("[data-state]");
  const names = dirty.map((section) => section.querySelector("h2").firstChild.textContent.trim());
  const text = dirty.length ? `${dirty.length} section${dirty.length === 1 ? "" : "s"} changed` : "";
  if (state.textContent !== text) state.textContent = text;
  state.title = names.join(", ");
  for (const button of form.querySelectorAll("[data-decide]")) {
    const { decide } = button.dataset;
    button.textContent = dirty.length ? `Save and ${decide.toLowerCase()}` : decide;
  }
}

let counting;
for (const what of ["input", "change", "touched"]) {
  form.addEventListener(what, () => {
    clearTimeout(counting);
    counting = setTimeout(count, 50);
  });
}
count();
// Browsers fill in again what was typed before a reload, after this script.
addEventListener("pageshow", count);

let leaving = false;
document.addEventListener("submit", (event) => {
  count();
  if (event.target !== form && dirty.length && !event.defaultPrevented) {
    const names = dirty.map((section) => section.querySelector("h2").firstChild.textContent.trim()).join(", ");
    if (!confirm(`${names}: what you changed there is not saved, and would be lost. Continue?`)) {
      event.preventDefault();
      return;
    }
  }
  leaving = !event.defaultPrevented;
});
addEventListener("beforeunload", (event) => {
  if (dirty.length && !leaving) event.preventDefault();
});
addEventListener("pageshow", () => { leaving = false; });

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.code !== "KeyS") return;
  event.preventDefault();
  if (!event.repeat && !leaving) form.requestSubmit(save);
});

// After Save the page stands where it stood, and its messages have the focus.

const PLACE = "desk-article";
const [page, top] = (sessionStorage.getItem(PLACE) ?? "").split(" ");
sessionStorage.removeItem(PLACE);
form.addEventListener("submit", () => sessionStorage.setItem(PLACE, `${form.action} ${Math.round(scrollY)}`));
const messages = document.querySelector(".messages");
if (messages && page === form.action && !document.querySelector(".conflict, .problems")) {
  form.querySelector(".save-bar").prepend(messages);
  messages.tabIndex = -1;
  scrollTo(0, Number(top));
  messages.focus({ preventScroll: true });
}

// One window for a reason at a time; Escape closes it

document.addEventListener("keydown", (event) => {
  const open = document.querySelector(".ask[open]");
  if (event.key !== "Escape" || !open) return;
  open.open = false;
  open.querySelector("summary").focus();
});
