// Dossiers: the names of the years are set over the bars.

for (const axis of document.querySelectorAll(".axis")) {
  let clear = 0;
  for (const year of axis.querySelectorAll(".years li")) {
    const at = Number(year.dataset.at);
    year.style.insetInlineStart = `${at / 10}%`;
    year.hidden = at < clear;
    clear = year.hidden ? clear : at + 70;
  }
  axis.classList.add("placed");
}
