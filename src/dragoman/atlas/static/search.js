// Search while one types: a list under the search field (the ARIA combobox pattern).

const WAIT = 120; // milliseconds after the last key
const MOST = 12;
const SHORTEST = 2;
const LONGEST = 140;
const HEADINGS = { provision: "Provisions", act: "Acts" };

const field = document.querySelector("[data-search]");
const form = field?.form;
const list = document.createElement("div");
const said = document.createElement("span");
let options = [];
let chosen = -1;
let waiting = 0;
let asking = null;

if (form) begin();

/** Make the list, and answer to keys. */
function begin() {
  if (!document.querySelector('link[href="/static/search.css"]')) {
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = "/static/search.css";
    document.head.append(style);
  }
  list.id = "offers";
  list.className = "offers";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "What is found");
  said.className = "said";
  said.setAttribute("role", "status");
  const traits = { role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id,
    "aria-expanded": "false", autocomplete: "off" };
  for (const [name, value] of Object.entries(traits)) field.setAttribute(name, value);
  form.append(list, said);
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, WAIT);
  });
  field.addEventListener("focus", () => { if (options.length) open(); });
  field.addEventListener("keydown", press);
  form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) shut(); });
  list.addEventListener("mousedown", (event) => event.preventDefault());
}

/** Ask for what holds the words so far, and show it; an older question is given up. */
async function ask() {
  asking?.abort();
  const words = field.value.trim();
  if (words.length < SHORTEST) {
    show([]);
    shut();
    return;
  }
  asking = new AbortController();
  const asked = new URLSearchParams(new FormData(form));
  asked.set("q", words);
  asked.set("as", "json");
  asked.set("most", MOST);
  try {
    const answer = await fetch(`/search?${asked}`, { signal: asking.signal });
    const { rows } = await answer.json();
    show(rows);
    if (document.activeElement === field) open();
  } catch (error) {
    if (error.name !== "AbortError") shut();
  }
}

/** Fill the list: names, provisions and acts, each under its heading. */
function show(rows) {
  options = [];
  list.replaceChildren();
  for (const name of ["Names", "Provisions", "Acts"]) {
    const found = rows.filter((row) => heading(row) === name);
    if (!found.length) continue;
    const group = made("div", "", "");
    const title = made("div", "sort", name);
    title.id = `offers-${name.toLowerCase()}`;
    group.setAttribute("role", "group");
    group.setAttribute("aria-labelledby", title.id);
    group.append(title, ...found.map(offer));
    list.append(group);
  }
  if (!rows.length) list.append(made("p", "none", "Nothing told here holds that; Enter tells more."));
  said.textContent = `${rows.length} ${rows.length === 1 ? "match" : "matches"}`;
  choose(-1);
}

/** The heading under which a result stands. */
function heading(row) {
  return HEADINGS[row.sort] ?? "Names";
}

/** One result as an option that leads to it. */
function offer(row) {
  const text = row.text.length > LONGEST ? `${row.text.slice(0, LONGEST)}…` : row.text;
  const option = made("a", "", text);
  option.href = row.address;
  option.id = `offer-${options.length}`;
  option.tabIndex = -1;
  option.setAttribute("role", "option");
  const beside = [row.when, row.cites[0]].filter(Boolean).join(" · ");
  if (beside) option.append(made("span", "date", beside));
  options.push(option);
  return option;
}

/** An element with a class and a text. */
function made(name, kind, text) {
  const element = document.createElement(name);
  if (kind) element.className = kind;
  element.textContent = text;
  return element;
}

/** Choose an option by its number; -1 for none. */
function choose(number) {
  options[chosen]?.setAttribute("aria-selected", "false");
  chosen = number;
  const option = options[chosen];
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) field.setAttribute("aria-activedescendant", option.id);
  else field.removeAttribute("aria-activedescendant");
}

function open() {
  list.hidden = false;
  field.setAttribute("aria-expanded", "true");
}

function shut() {
  list.hidden = true;
  field.setAttribute("aria-expanded", "false");
  choose(-1);
}

/** Up and down choose, Enter goes there, Escape shuts the list. */
function press(event) {
  if (event.isComposing) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && options.length) {
    event.preventDefault();
    open();
    const count = options.length + 1; // one place for no choice: the field itself
    choose(((chosen + 1 + step + count) % count) - 1);
  } else if (event.key === "Enter" && chosen >= 0) {
    event.preventDefault();
    location.assign(options[chosen].href);
  } else if (event.key === "Escape" && !list.hidden) {
    event.preventDefault();
    clearTimeout(waiting);
    asking?.abort();
    shut();
  }
}
