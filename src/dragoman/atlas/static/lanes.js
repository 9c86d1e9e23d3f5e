// Lanes: they open on the day of the look where the screen is too narrow for all; one stop of the
// tab key a lane; arrow keys go along it and to the lanes above and below.

const box = document.querySelector("[data-lanes]");
const now = box?.querySelector(".now");
if (now) box.scrollLeft += now.getBoundingClientRect().left - box.getBoundingClientRect().left - box.clientWidth / 2;

const lanes = [...document.querySelectorAll("[data-lanes] svg")].filter((lane) => lane.querySelector("a"));
const stops = (lane) => [...lane.querySelectorAll("a")];
const middle = (link) => {
  const { left, width } = link.getBoundingClientRect();
  return left + Math.min(width, 12) / 2;
};

/** Move the focus to a link, which becomes its lane's stop of the tab key. */
function go(link) {
  for (const other of stops(link.closest("svg"))) other.setAttribute("tabindex", "-1");
  link.setAttribute("tabindex", "0");
  link.focus();
  link.scrollIntoView({ block: "nearest", inline: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const here = event.target.closest("[data-lanes] a");
  if (!here) return;
  const lane = here.closest("svg");
  const along = stops(lane).sort((one, other) => middle(one) - middle(other));
  const at = along.indexOf(here);
  let next;
  if (event.key === "ArrowRight") next = along[at + 1];
  else if (event.key === "ArrowLeft") next = along[at - 1];
  else if (event.key === "Home") next = along[0];
  else if (event.key === "End") next = along.at(-1);
  else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    const other = lanes[lanes.indexOf(lane) + (event.key === "ArrowUp" ? -1 : 1)];
    const far = (link) => Math.abs(middle(link) - middle(here));
    next = other && stops(other).reduce((best, link) => (far(link) < far(best) ? link : best));
  } else return;
  event.preventDefault();
  if (next) go(next);
});
