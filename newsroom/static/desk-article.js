// The page of one article: rows that move at once, a search that answers while one types, and a warning before
// anything that was typed is lost. Without it, the same buttons send the form and the page comes back.

document.documentElement.classList.add("has-script");

// Lists in their order

const say = (list, text) => {
  list.closest("form").querySelector("[data-say]").textContent = text;
};

function number(list) {
  [...list.children].forEach((row, index) => {
    row.querySelector("input.order").value = index + 1;
    const lead = row.querySelector("[data-lead]");
    if (lead) lead.hidden = index > 0;
  });
  touched(list.closest("form"));
}

function moved(list, row) {
  number(list);
  const place = [...list.children].indexOf(row) + 1;
  say(list, `${nameOf(row)} is now ${place} of ${list.children.length}.`);
}

const nameOf = (row) => row.querySelector("[data-name]").textContent;

function step(list, row, by) {
  const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return say(list, `${nameOf(row)} is ${by < 0 ? "first" : "last"} already.`);
  if (by < 0) other.before(row);
  else other.after(row);
  moved(list, row);
}

// To a number that was typed: up to it before the row that has it, down to it behind.
function jump(list, row, place) {
  const rows = [...list.children].filter((other) => other !== row);
  const index = Math.min(Math.max((place || rows.length + 1) - 1, 0), rows.length);
  if (index === rows.length) list.append(row);
  else rows[index].before(row);
  moved(list, row);
}

function drag(list, row, event) {
  event.preventDefault();
  const grip = event.target;
  grip.setPointerCapture(event.pointerId);
  row.classList.add("is-moving");
  const over = ({ clientY }) => {
    const other = [...list.children].find((one) => {
      const box = one.getBoundingClientRect();
      return one !== row && clientY > box.top && clientY < box.bottom;
    });
    if (!other) return;
    const box = other.getBoundingClientRect();
    const below = clientY > box.top + box.height / 2;
    const rows = [...list.children];
    const before = rows.indexOf(other) < rows.indexOf(row);
    if (before && !below) other.before(row);
    else if (!before && below) other.after(row);
    // Moving the element in the page takes the pointer from it.
    if (!grip.hasPointerCapture(event.pointerId)) grip.setPointerCapture(event.pointerId);
  };
  const stop = () => {
    row.classList.remove("is-moving");
    document.removeEventListener("pointermove", over);
    document.removeEventListener("pointerup", stop);
    document.removeEventListener("pointercancel", stop);
    moved(list, row);
  };
  document.addEventListener("pointermove", over);
  document.addEventListener("pointerup", stop);
  document.addEventListener("pointercancel", stop);
}

for (const list of document.querySelectorAll("[data-rows]")) {
  list.addEventListener("click", (event) => {
    const button = event.target.closest("button.move");
    if (!button) return;
    event.preventDefault();
    step(list, button.closest("[data-row]"), Number(button.dataset.by));
    button.focus();
  });
  list.addEventListener("change", (event) => {
    const row = event.target.closest("[data-row]");
    if (event.target.matches("input.order")) {
      jump(list, row, Number(event.target.value));
      event.target.focus();
    }
    if (event.target.name.endsWith("-hidden")) row.classList.toggle("is-hidden", event.target.checked);
  });
  list.addEventListener("keydown", (event) => {
    // Enter in the number moves the row; it does not save.
    if (event.key === "Enter" && event.target.matches("input.order")) {
      event.preventDefault();
      event.target.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
  list.addEventListener("pointerdown", (event) => {
    if (event.target.matches("[data-grip]") && event.button === 0) drag(list, event.target.closest("[data-row]"), event);
  });
}

// Related links: new rows

const related = document.querySelector("#form-related");

function nextNumber(form) {
  const numbers = [...form.elements].map((field) => Number(/^related-(\d+)-/.exec(field.name)?.[1] ?? 0));
  return Math.max(0, ...numbers) + 1;
}

function addLink({ url, title, excerpt, type }) {
  const list = related.querySelector("[data-rows]");
  const n = nextNumber(related);
  const row = document.querySelector("#link-row").content.firstElementChild.cloneNode(true);
  for (const part of row.querySelectorAll("[name], [id], [for], [aria-describedby]")) {
    for (const key of ["name", "id", "for", "aria-describedby"]) {
      if (part.hasAttribute(key)) part.setAttribute(key, part.getAttribute(key).replace("related-n-", `related-${n}-`));
    }
    if (part.matches("button.move")) part.value = part.value.replace(/^n-/, `${n}-`);
  }
  const name = title || url;
  row.querySelector("[data-title]").textContent = name;
  row.querySelectorAll("[data-name]").forEach((part) => { part.textContent = name; });
  for (const [key, value] of Object.entries({ url, title, excerpt, type })) {
    if (value) row.querySelector(`[name="related-${n}-${key}"]`).value = value;
  }
  list.append(row);
  row.querySelector("details").open = !title;
  number(list);
  say(list, `${name} was added as the last of ${list.children.length}; it is not saved yet.`);
  row.scrollIntoView({ block: "nearest" });
  return row;
}

if (related) {
  const field = related.querySelector("[data-search]");
  const results = related.querySelector("[data-found]");
  let waiting, asked = 0;

  const search = async () => {
    const turn = ++asked;
    const answer = await fetch(`${field.dataset.search}&q=${encodeURIComponent(field.value)}`);
    if (turn !== asked) return;
    // The login page: it would not stand well in here.
    if (answer.redirected) results.textContent = "You are logged out. Log in in another window, and search again.";
    else if (answer.ok) results.innerHTML = await answer.text();
  };

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, 250);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    search();
  });
  related.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.name === "search") {
      event.preventDefault();
      search();
    }
    if (button?.name === "add") {
      event.preventDefault();
      addLink(button.dataset);
      button.disabled = true;
    }
    if (button?.name === "more") {
      const blank = related.querySelector("[data-blank]");
      const [url, title, excerpt] = ["url", "title", "excerpt"].map((key) => blank.querySelector(`[name$="-${key}"]`));
      // Without a title the server looks whether it is one of our articles.
      if (!url.value || !title.value) return;
      event.preventDefault();
      addLink({ url: url.value.trim(), title: title.value.trim(), excerpt: excerpt.value.trim() });
      for (const part of [url, title, excerpt]) part.value = "";
      url.focus();
    }
  });
}

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
    touched(topics.form);
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
    if (event.key === "Enter" && add()) event.preventDefault();
  });
  field.addEventListener("change", () => {
    // A choice from the list is whole; what is half typed is not added by leaving the field.
    if ([...document.querySelectorAll("#topic_names option")].some((one) => one.value === field.value)) add();
  });
  topics.form.addEventListener("submit", add);
  draw();
}

// What was typed and not saved

const guarded = [...document.querySelectorAll("form[data-guard]")];
const dirty = new Set(guarded.filter((form) => form.hasAttribute("data-dirty")));

function touched(form) {
  if (!form.matches("[data-guard]")) return;
  dirty.add(form);
  const state = form.querySelector("[data-state]");
  if (state) state.textContent = "Not saved yet";
}

for (const form of guarded) {
  form.addEventListener("input", (event) => event.target.name !== "q" && event.target.name && touched(form));
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

// Back to the section that was saved: what the server says comes there too, and takes the focus

const PLACE = "desk-article";
const thisPage = location.pathname.match(/\d+/)?.[0];
const [page, place] = (sessionStorage.getItem(PLACE) ?? "").split(" ");
sessionStorage.removeItem(PLACE);
for (const form of guarded) {
  form.addEventListener("submit", () => sessionStorage.setItem(PLACE, `${thisPage} ${form.id}`));
}
const told = document.querySelector(".messages");
const saved = place && document.getElementById(place);
if (told && saved && page === thisPage && !document.querySelector(".conflict")) {
  saved.before(told);
  told.tabIndex = -1;
  saved.closest(".sheet").scrollIntoView();
  told.focus({ preventScroll: true });
}

// One window for a reason at a time; Escape closes it

document.addEventListener("keydown", (event) => {
  const open = document.querySelector(".ask[open]");
  if (event.key !== "Escape" || !open) return;
  open.open = false;
  open.querySelector("summary").focus();
});
