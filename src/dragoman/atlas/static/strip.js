// The strip under the date: how many acts fell in each week, by channel. It is a slider over the
// days, and plays those on which something happened, one after the other.

import { turn } from "./turn.js";

const CHANNELS = ["state", "party", "trade", "war", "relief"];
const HEIGHT = 44;
const FOOT = 16;
const DAY = 86_400_000;
const PAUSE = 1_500;
const SVG = "http://www.w3.org/2000/svg";

/** A day as its number, from the text of an ISO date. */
function numbered(text) {
  const [, year, month, day] = /^Y?(-?\d+)-(\d\d)-(\d\d)$/.exec(text);
  return Math.round(new Date(0).setUTCFullYear(+year, month - 1, +day) / DAY);
}

/** The text of the ISO date of a numbered day. */
function dated(number) {
  const date = new Date(number * DAY);
  const year = date.getUTCFullYear();
  const figures = String(Math.abs(year)).padStart(4, "0");
  const told = Math.abs(year) > 9999 ? `Y${year}` : `${year < 0 ? "-" : ""}${figures}`;
  return `${told}-${date.toISOString().slice(-19, -14)}`;
}

const words = new Intl.DateTimeFormat("en-GB", {
  day: "numeric", month: "long", year: "numeric", timeZone: "UTC",
});

function inWords(number) {
  return words.format(new Date(number * DAY));
}

/** The day so many months later, or the last of that month. */
function months(number, count) {
  const date = new Date(number * DAY);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + count);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  return Math.round(date / DAY);
}

function make(name, attributes = {}, ...children) {
  const element = name.startsWith("svg:")
    ? document.createElementNS(SVG, name.slice(4))
    : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

class Strip {
  constructor(place) {
    this.place = place;
    this.svg = make("svg:svg", { class: "weeks", height: HEIGHT + FOOT, "aria-hidden": "true" });
    this.track = make("div", { class: "track", role: "slider", tabindex: "0", "aria-label": "Day" }, this.svg);
    this.numbers = new Map(CHANNELS.map((name) => [name, make("span", { class: "count" })]));
    this.week = make("span", { class: "week" });
    this.key = make("ul", { class: "key" }, ...CHANNELS.map((name) => make(
      "li", {}, make("span", { class: `channel ${name}` }), name, " ", this.numbers.get(name),
    )));
    this.button = make("button", { type: "button", class: "play" }, "Play");
    this.place.append(this.track, make("div", { class: "below" }, this.button, this.key, this.week));
    this.listen();
  }

  /** Fetch what is to be shown, if that is not what is shown already. */
  async load() {
    const address = this.place.dataset.strip;
    if (address !== this.address) {
      this.address = address;
      const { rows } = await (await fetch(address)).json();
      this.rows = rows;
      this.first = numbered(rows[0].first);
      this.last = numbered(rows.at(-1).last);
      this.step = rows.length > 1 ? numbered(rows[1].first) - this.first : 7;
      this.drawn = 0;
    }
    this.day = numbered(this.place.dataset.day);
    this.draw();
  }

  x(number) {
    return ((number - this.first) / (this.last - this.first + 1)) * this.width;
  }

  within(number) {
    return Math.max(this.first, Math.min(this.last, number));
  }

  draw() {
    this.width = this.track.clientWidth;
    if (this.rows && this.width && this.width !== this.drawn) {
      this.drawn = this.width;
      const most = Math.max(1, ...this.rows.map((row) => CHANNELS.reduce((n, c) => n + row[c], 0)));
      const paths = Object.fromEntries(CHANNELS.map((name) => [name, ""]));
      this.rows.forEach((row, n) => {
        const [left, right] = [this.x(this.first + n * this.step), this.x(this.first + (n + 1) * this.step)];
        const gap = right - left > 2.5 ? 0.6 : 0;
        let y = HEIGHT;
        for (const name of CHANNELS) {
          const height = (row[name] / most) * (HEIGHT - 4);
          if (height) paths[name] += `M${left.toFixed(2)} ${y.toFixed(2)}h${(right - left - gap).toFixed(2)}v${-height.toFixed(2)}H${left.toFixed(2)}z`;
          y -= height;
        }
      });
      this.mark = make("svg:g", { class: "mark" },
        make("svg:path", { d: `M0 0V${HEIGHT + 3}` }), make("svg:path", { class: "head", d: "M-4 0h8l-4 5z" }));
      this.svg.setAttribute("width", this.width);
      this.svg.replaceChildren(
        ...this.years(),
        ...CHANNELS.map((name) => make("svg:path", { class: name, d: paths[name] })),
        make("svg:path", { class: "ground", d: `M0 ${HEIGHT + 0.5}H${this.width}` }),
        this.mark,
      );
    }
    this.show(this.day);
  }

  /** Hairlines and figures at the beginnings of years, as many as there is room for. */
  years() {
    const year = (number) => new Date(number * DAY).getUTCFullYear();
    const [from, to] = [year(this.first), year(this.last)];
    const room = Math.max(1, Math.floor(this.width / 44));
    const by = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((n) => (to - from) / n <= room) ?? 5000;
    const made = [];
    for (let told = Math.ceil(from / by) * by; told <= to; told += by) {
      const x = this.x(this.within(Math.round(new Date(0).setUTCFullYear(told, 0, 1) / DAY)));
      made.push(make("svg:path", { class: "year", d: `M${x.toFixed(1)} 0V${HEIGHT + 5}` }));
      const text = make("svg:text", { x: x + 4, y: HEIGHT + 13 }, String(told));
      if (x + 34 < this.width) made.push(text);
    }
    return made;
  }

  /** Set the mark on a day, and say what fell in its week. */
  show(number) {
    if (!this.rows || !this.mark) return;
    const inside = number >= this.first && number <= this.last;
    this.mark.setAttribute("transform", `translate(${this.x(this.within(number) + 0.5).toFixed(1)})`);
    this.mark.classList.toggle("beyond", !inside);
    const set = (name, value) => this.track.setAttribute(`aria-${name}`, value);
    set("valuemin", this.first);
    set("valuemax", this.last);
    set("valuenow", this.within(number));
    set("valuetext", inWords(number));
    this.read(number);
  }

  /** Tell the numbers of the week of a day beside the channels. */
  read(number) {
    const row = this.rows?.[Math.floor((number - this.first) / this.step)];
    for (const [name, place] of this.numbers) {
      place.textContent = row ? String(Math.round(row[name] * 10) / 10) : "";
    }
    if (!row) this.week.textContent = "";
    else if (this.step === 7) this.week.textContent = `acts in the week of ${inWords(numbered(row.first))}`;
    else this.week.textContent = `acts from ${inWords(numbered(row.first))} on`;
  }

  /** Go to a day with the same look. */
  go(number) {
    const address = `/day/${dated(number)}${this.place.dataset.look}`;
    if (document.querySelector(".happened")) turn(address);
    else location.href = address;
  }

  listen() {
    const under = (event) => {
      const left = this.track.getBoundingClientRect().left;
      const share = (event.clientX - left) / this.width;
      return this.within(this.first + Math.floor(share * (this.last - this.first + 1)));
    };
    let dragging = false;
    this.track.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !this.rows) return;
      this.stop();
      dragging = true;
      this.track.setPointerCapture(event.pointerId);
      this.aside(under(event));
    });
    this.track.addEventListener("pointermove", (event) => {
      if (!this.rows) return;
      if (dragging) this.aside(under(event));
      else this.read(under(event));
    });
    this.track.addEventListener("pointerleave", () => {
      if (!dragging) this.read(this.day);
    });
    this.track.addEventListener("pointerup", (event) => {
      if (!dragging) return;
      dragging = false;
      this.aside(null);
      this.day = under(event);
      this.show(this.day);
      this.go(this.day);
    });
    this.track.addEventListener("pointercancel", () => {
      dragging = false;
      this.aside(null);
      this.show(this.day);
    });
    this.track.addEventListener("keydown", (event) => this.pressed(event));
    this.button.addEventListener("click", () => (this.playing ? this.stop() : this.play()));
    addEventListener("visibilitychange", () => {
      if (document.hidden) this.stop();
    });
  }

  /** While the mark is dragged: show the day beside it. */
  aside(number) {
    this.told?.remove();
    if (number === null) return;
    this.show(number);
    const right = this.x(number) > this.width - 120;
    this.told = make("svg:text", {
      class: "told", x: this.x(number) + (right ? -7 : 7), y: 10, "text-anchor": right ? "end" : "start",
    }, inWords(number));
    this.svg.append(this.told);
  }

  pressed(event) {
    if (!this.rows || event.ctrlKey || event.metaKey || event.altKey) return;
    const to = {
      ArrowLeft: (day) => day - 1, ArrowDown: (day) => day - 1,
      ArrowRight: (day) => day + 1, ArrowUp: (day) => day + 1,
      PageDown: (day) => months(day, -1), PageUp: (day) => months(day, 1),
      Home: () => this.first, End: () => this.last,
    }[event.key];
    if (!to) return;
    event.preventDefault();
    event.stopPropagation();
    this.stop();
    this.day = this.within(to(this.day));
    this.show(this.day);
    clearTimeout(this.going);
    this.going = setTimeout(() => this.go(this.day), 400);
  }

  /** Turn from day to day on which something happened, until there is no next. */
  async play() {
    const next = () => document.querySelector(".step a[rel=next]");
    if (!next()) return;
    this.playing = true;
    this.button.textContent = "Stop";
    while (this.playing && next()) {
      await turn(next().getAttribute("href"), true);
      await new Promise((done) => { setTimeout(done, PAUSE); });
    }
    this.stop();
  }

  stop() {
    this.playing = false;
    this.button.textContent = "Play";
  }
}

const place = document.querySelector("[data-strip]");
if (place) {
  const strip = new Strip(place);
  strip.button.hidden = !document.querySelector(".happened");
  strip.load();
  document.addEventListener("atlas:day", () => strip.load());
  new ResizeObserver(() => strip.draw()).observe(strip.track);
}
