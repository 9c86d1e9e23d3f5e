// Turn to another day without leaving the page: what belongs to the day is changed for that of
// another page of the atlas; the strip and the map stay where they are and are told (atlas:day).

const PARTS = [
  ".top nav", ".find .carried", ".when > h1", ".step", ".chooser", ".map > figcaption", ".happened", ".stood", ".take",
];
const KEPT = { ".strip": ["strip", "day", "look"], ".map": ["map", "look", "secrets"] };
// Parts that a page may or may not have, and what they stand before.
const SOMETIMES = { ".banner": "main", "main > .notice": ".spread" };

let asking = null;
let turned = false;

/** Turn to the day page at an address; the history gets a new entry, or (replace) keeps its last. */
export async function turn(address, replace = false) {
  asking?.abort();
  asking = new AbortController();
  let page;
  try {
    const answer = await fetch(address, { signal: asking.signal });
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!answer.ok || !page.querySelector(".strip")) throw new Error(answer.statusText);
  } catch (error) {
    if (error.name !== "AbortError") location.href = address;
    return;
  }
  const open = new Map([...document.querySelectorAll(".stood details")].map((d) => [d.id, d.open]));
  for (const part of PARTS) {
    const ours = document.querySelector(part);
    const theirs = page.querySelector(part);
    if (ours && theirs) ours.replaceWith(theirs);
  }
  for (const [part, before] of Object.entries(SOMETIMES)) {
    document.querySelector(part)?.remove();
    const theirs = page.querySelector(part);
    if (theirs) document.querySelector(before).before(theirs);
  }
  for (const details of document.querySelectorAll(".stood details")) {
    if (open.has(details.id)) details.open = open.get(details.id);
  }
  for (const [part, names] of Object.entries(KEPT)) {
    const ours = document.querySelector(part).dataset;
    const theirs = page.querySelector(part).dataset;
    for (const name of names) {
      if (name in theirs) ours[name] = theirs[name];
      else delete ours[name];
    }
  }
  document.querySelectorAll("link[rel=prev], link[rel=next]").forEach((link) => link.remove());
  document.head.append(...page.querySelectorAll("link[rel=prev], link[rel=next]"));
  document.title = page.title;
  history[replace ? "replaceState" : "pushState"]({}, "", address);
  turned = true;
  const cite = document.querySelector("[data-cite]");
  const told = page.querySelector("[data-cite]");
  if (cite && told) {
    cite.dataset.cite = told.dataset.cite;
    cite.value = `${told.value} ${new URL(told.dataset.cite, location.href).href}`;
  }
  document.dispatchEvent(new CustomEvent("atlas:day"));
}

addEventListener("popstate", () => {
  if (turned) location.reload();
});
