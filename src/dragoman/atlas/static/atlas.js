// What every page does: proofs at the side, the search key, copying a citation.

const side = document.querySelector("[data-side]");

/** Show the main part of another page of the atlas at the side. */
async function beside(address) {
  const answer = await fetch(address);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const shut = document.createElement("button");
  shut.className = "shut";
  shut.textContent = "Close";
  shut.addEventListener("click", () => side.close());
  const whole = document.createElement("p");
  const link = document.createElement("a");
  link.href = address;
  link.textContent = "Open as a page";
  whole.className = "quiet";
  whole.append(link);
  side.replaceChildren(shut, ...page.querySelector("main").childNodes, whole);
  if (!side.open) side.showModal();
  side.scrollTop = 0;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-proof]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
    event.preventDefault();
    const address = link.getAttribute("href"); // that of a link in a drawing is no text
    beside(address).catch(() => { location.href = address; });
  } else if (event.target === side) {
    side.close();
  }
});

document.addEventListener("atlas:proof", (event) => {
  beside(event.detail).catch(() => { location.href = event.detail; });
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, dialog[open]");
  if (event.ctrlKey || event.metaKey || event.altKey || typing) return;
  if (event.key === "/") {
    event.preventDefault();
    document.querySelector("[data-search]").focus();
  }
});

const cite = document.querySelector("[data-cite]");
const copy = document.querySelector("[data-copy]");
if (cite && copy) {
  cite.value += ` ${new URL(cite.dataset.cite, location.href).href}`;
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(cite.value);
    } catch {
      cite.select();
      document.execCommand("copy");
    }
    copy.textContent = "Copied";
  });
}
