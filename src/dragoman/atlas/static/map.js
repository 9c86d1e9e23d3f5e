// The map: land, towns, powers at their seats, and arcs between powers by layer.
// Everything that may be chosen is a link; Tab enters, arrow keys go from one to the next.

const { d3, topojson } = globalThis;

const LAND = "/static/third-party/land-110m.json";
// Where the map is centred, and how far from there (radians) it is made to reach at first.
const CENTRE = [50, 50];
const REACH = 1.25;
const DEEPEST = 12;
// Pixels between arcs of one pair; the most by which an arc bends.
const APART = 5;
const BEND = 70;
// Towns without news are named from this magnification on.
const NAMED = 3.5;
const LABEL = 32;

const kept = {
  read(name) {
    try { return JSON.parse(sessionStorage.getItem(`atlas:map:${name}`)); } catch { return null; }
  },
  write(name, value) {
    try { sessionStorage.setItem(`atlas:map:${name}`, JSON.stringify(value)); } catch { /* none */ }
  },
};

class Chart {
  constructor(figure) {
    this.figure = figure;
    this.hidden = new Set(kept.read("hidden") ?? []);
    this.widths = new Map();
    this.svg = d3.create("svg").attr("class", "chart").attr("tabindex", 0).attr("role", "group")
      .attr("aria-label", "Map of what stood between powers. Plus and minus zoom, arrow keys move it, Tab goes to what it shows.");
    this.ground = this.svg.append("g").attr("class", "ground").attr("aria-hidden", "true");
    this.ground.append("path").attr("class", "graticule");
    this.ground.append("path").attr("class", "land");
    this.arcs = this.svg.append("g").attr("class", "arcs");
    this.towns = this.svg.append("g").attr("class", "towns");
    this.powers = this.svg.append("g").attr("class", "powers");
    this.tip = d3.create("div").attr("class", "tip").attr("aria-hidden", "true").attr("hidden", "");
    this.controls = d3.create("div").attr("class", "controls");
    this.legend = d3.create("ul").attr("class", "legend").attr("aria-label", "Layers");
    this.rest = d3.create("p").attr("class", "rest quiet");
    const box = d3.create("div").attr("class", "plate");
    box.node().append(this.svg.node(), this.controls.node(), this.tip.node());
    figure.prepend(box.node(), this.legend.node(), this.rest.node());
    this.zoom = d3.zoom().scaleExtent([0.6, DEEPEST])
      .filter((event) => (event.type === "wheel" ? event.ctrlKey || event.metaKey
        : event.type === "touchstart" ? event.touches.length > 1 : !event.button))
      .on("zoom", ({ transform, sourceEvent }) => {
        this.transform = transform;
        this.place();
        if (sourceEvent) this.remember();
      });
    this.transform = d3.zoomIdentity;
    this.svg.call(this.zoom).on("dblclick.zoom", null);
    this.buttons();
    this.svg.on("keydown", (event) => this.pressed(event));
  }

  /** Fetch land and marks, and draw them. */
  async load() {
    const address = this.figure.dataset.map;
    const get = async (from) => (await fetch(from)).json();
    this.land ??= get(LAND).then((land) => topojson.feature(land, land.objects.land));
    const [land, { rows }] = await Promise.all([this.land, get(address)]);
    if (address !== this.figure.dataset.map) return;
    const of = (sort) => rows.filter((row) => row.sort === sort);
    this.outline = land;
    this.layers = of("layer");
    this.rows = { arcs: of("arc"), towns: of("place"), powers: of("power"), rest: of("rest") };
    this.spots = new Map([...this.rows.towns, ...this.rows.powers].map((row) => [row.id, [row.lon, row.lat]]));
    this.names = new Map([...this.rows.towns, ...this.rows.powers].map((row) => [row.id, row.name]));
    this.tell();
    this.fit();
    this.join();
    this.place();
  }

  /** The projection, fitted to the towns within reach; then, at first, the marks of the day. */
  fit() {
    const { clientWidth: width, clientHeight: height } = this.svg.node();
    if (!width || !this.outline) return;
    const changed = width !== this.width || height !== this.height;
    this.width = width;
    this.height = height;
    if (this.projection && !changed) return;
    const spots = [...this.spots.values()];
    const near = spots.filter((spot) => d3.geoDistance(spot, CENTRE) < REACH);
    const shown = near.length * 2 >= spots.length && near.length ? near : spots;
    const centre = shown === near ? CENTRE : d3.geoCentroid({ type: "MultiPoint", coordinates: shown });
    const extent = [[30, 34], [width - 30, height - 24]];
    this.projection = d3.geoAzimuthalEqualArea().rotate([-centre[0], -centre[1]]).clipAngle(140).precision(0.3);
    if (shown.length > 1) this.projection.fitExtent(extent, { type: "MultiPoint", coordinates: shown });
    else this.projection.fitExtent(extent, { type: "Sphere" });
    const path = d3.geoPath(this.projection);
    this.ground.select(".land").attr("d", path(this.outline));
    this.ground.select(".graticule").attr("d", path(d3.geoGraticule10()));
    this.zoom.extent([[0, 0], [width, height]]).translateExtent([[-width, -height], [2 * width, 2 * height]]);
    const view = kept.read("view");
    this.svg.call(this.zoom.transform, view ? this.view(view) : this.whole());
  }

  /** The transform that shows whatever stood or happened on the day. */
  whole() {
    const ids = new Set(this.rows.arcs.flatMap((row) => [row.from, row.to]));
    for (const row of this.rows.powers) if (row.today) ids.add(row.id);
    for (const row of this.rows.towns) if (row.happened.length) ids.add(row.id);
    const near = [...ids].map((id) => this.spots.get(id)).filter((spot) => spot && d3.geoDistance(spot, CENTRE) < REACH);
    const points = near.map((spot) => this.projection(spot));
    if (points.length < 2) return d3.zoomIdentity;
    const [[left, right], [top, bottom]] = [0, 1].map((axis) => d3.extent(points, (point) => point[axis]));
    const deep = Math.min((this.width - 90) / (right - left || 1), (this.height - 90) / (bottom - top || 1));
    const k = Math.max(1, Math.min(5, deep));
    return this.about([(left + right) / 2, (top + bottom) / 2], k);
  }

  about([x, y], k) {
    return d3.zoomIdentity.translate(this.width / 2 - k * x, this.height / 2 - k * y).scale(k);
  }

  view({ at, k }) {
    return this.about(this.projection(at), k);
  }

  /** Keep the view for the next day that is opened in this window. */
  remember() {
    const at = this.projection.invert(this.transform.invert([this.width / 2, this.height / 2]));
    if (at.every(Number.isFinite)) kept.write("view", { at, k: this.transform.k });
  }

  /** Make the marks: arcs, towns and powers, each a link with its sentence. */
  join() {
    const look = new URLSearchParams(this.figure.dataset.look);
    const why = (fact) => `/why?${new URLSearchParams([["fact", fact], ...look])}`;
    const show = (id) => `/show/${encodeURIComponent(id)}?${look}`;
    const secrets = "secrets" in this.figure.dataset;
    const links = (parent, rows, key, fill) => parent.selectAll("a").data(rows, key).join((enter) => {
      const made = enter.append("a").attr("tabindex", -1);
      fill(made);
      return made;
    });

    this.links = {};
    this.links.arcs = links(this.arcs, this.rows.arcs, (row) => `${row.fact} ${row.from} ${row.to}`, (made) => {
      made.append("path").attr("class", "hit");
      made.append("path").attr("class", "line");
      made.append("path").attr("class", "head");
    }).attr("class", (row) => `arc ${row.layer}${row.sure ? "" : " doubt"}`)
      .attr("href", (row) => why(row.fact));
    this.links.towns = links(this.towns, this.rows.towns, (row) => row.id, (made) => {
      made.append("circle");
      made.append("text");
    }).attr("class", (row) => `town${row.fact ? " held" : ""}${row.happened.length ? " news" : ""}`)
      .attr("href", (row) => (row.fact ? why(row.fact) : show(row.id)));
    this.links.powers = links(this.powers, this.rows.powers, (row) => row.id, (made) => {
      made.append("circle").attr("class", "hit").attr("r", 9);
      made.append("circle").attr("class", "seat");
      made.append("text");
    }).attr("class", (row) => `power${row.today ? " news" : ""}`).attr("href", (row) => show(row.id));

    const weight = d3.rollup(this.rows.arcs.flatMap((row) => [row.from, row.to]), (found) => found.length, (id) => id);
    this.links.towns.select("circle").attr("r", (row) => (row.happened.length ? 3.4 : row.fact ? 2.6 : 0.9));
    this.links.powers.select(".seat").attr("r", (row) => Math.min(4.2, 2.2 + Math.sqrt(weight.get(row.id) ?? 0) / 4));
    for (const name of ["towns", "powers"]) {
      this.links[name].select("text").text((row) => (row.name.length > LABEL ? `${row.name.slice(0, LABEL - 1)}…` : row.name));
    }
    this.weight = weight;

    const title = new Map(this.layers.map((layer) => [layer.id, layer.name]));
    this.says = (row) => {
      if (row.sort === "arc") {
        return [title.get(row.layer), `${row.says}.`, [
          row.sure ? "" : "Possibly: dates leave it open", row.of ? `drawn to each member of ${row.of}` : "",
          secrets && row.secret ? "secret then" : "",
        ].filter(Boolean).join("; ")];
      }
      if (row.sort === "power") {
        const count = weight.get(row.id) ?? 0;
        return ["Power", row.name, count ? `${count} ${count === 1 ? "arc" : "arcs"} on the map` : "took part in what happened"];
      }
      const held = row.says ? `${row.says}${row.sure ? "" : " (possibly)"}${secrets && row.secret ? " (secret then)" : ""}.` : "";
      return ["Town", row.name, [held, ...row.happened].filter(Boolean).join(" ")];
    };
    for (const chosen of Object.values(this.links)) {
      chosen.attr("aria-label", (row) => this.says(row).filter(Boolean).join(". "))
        .on("click", (event, row) => this.choose(event, row))
        .on("pointerenter pointermove", (event, row) => this.point(event.currentTarget, row, d3.pointer(event, this.svg.node())))
        .on("focus", (event, row) => this.reach(event.currentTarget, row))
        .on("pointerleave blur", () => this.unpoint());
    }
    this.links.arcs.sort((a, b) => this.rank(a) - this.rank(b));
    this.links.powers.sort((a, b) => (weight.get(a.id) ?? 0) - (weight.get(b.id) ?? 0));
    this.unpoint();
    this.veil();
  }

  rank(row) {
    return this.layers.findIndex((layer) => layer.id === row.layer);
  }

  /** Choose a mark: its proof at the side, or the page about it. */
  choose(event, row) {
    if (!row.fact || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const detail = event.currentTarget.getAttribute("href");
    document.dispatchEvent(new CustomEvent("atlas:proof", { detail }));
  }

  /** Show and hide layers, and spread the arcs of each pair that are left. */
  veil() {
    this.links.arcs.attr("display", (row) => (this.hidden.has(row.layer) ? "none" : null));
    const left = this.rows.arcs.filter((row) => !this.hidden.has(row.layer));
    const ends = new Set(left.flatMap((row) => [row.from, row.to]));
    this.links.powers.attr("display", (row) => (row.today || ends.has(row.id) ? null : "none"));
    const pairs = d3.group(left, (row) => [row.from, row.to].sort().join(" "));
    for (const rows of pairs.values()) {
      rows.sort((a, b) => this.rank(a) - this.rank(b));
      rows.forEach((row, n) => { row.step = n - (rows.length - 1) / 2; });
    }
    this.roving();
  }

  /** Put every mark where the projection and the zoom have it; name what there is room to name. */
  place() {
    if (!this.links) return;
    this.ground.attr("transform", this.transform);
    const at = new Map();
    for (const [id, spot] of this.spots) at.set(id, this.transform.apply(this.projection(spot)));
    this.at = at;
    this.links.arcs.each((row, n, nodes) => {
      if (this.hidden.has(row.layer)) return;
      const bow = curve(at.get(row.from), at.get(row.to), row.step);
      row.top = bow.top;
      const link = nodes[n];
      link.children[0].setAttribute("d", bow.line);
      link.children[1].setAttribute("d", bow.line);
      link.children[2].setAttribute("d", row.mutual ? "" : bow.head);
    });
    for (const name of ["towns", "powers"]) {
      this.links[name].attr("transform", (row) => `translate(${at.get(row.id).map((n) => n.toFixed(1))})`);
    }
    this.label();
  }

  /** Name marks so that no two names meet: powers first, then towns with news, then the rest. */
  label() {
    const marks = [
      ...this.shown().map((node) => ({ node, row: d3.select(node).datum(), own: 3 })),
      ...this.links.towns.nodes().map((node) => ({ node, row: d3.select(node).datum(), own: 0 })),
    ];
    const worth = ({ row, own }) => own * 100 + (row.today ? 150 : 0)
      + (row.happened?.length ? 350 : 0) + (row.fact ? 200 : 0) + (this.weight.get(row.id) ?? 0);
    marks.sort((a, b) => worth(b) - worth(a));
    const taken = marks.filter(({ own }) => own).map(({ row }) => {
      const [x, y] = this.at.get(row.id);
      return [x - 4, y - 4, x + 4, y + 4];
    });
    for (const { node, row, own } of marks) {
      const text = node.lastChild;
      const [x, y] = this.at.get(row.id);
      const silent = !own && !row.happened.length && !row.fact && this.transform.k < NAMED;
      if (silent || x < 0 || y < 0 || x > this.width || y > this.height) {
        text.setAttribute("class", "away");
        continue;
      }
      const wide = this.measured(text);
      const anchors = [
        [7, 4, "start"], [-7, 4, "end"], [0, -8, "middle"], [0, 16, "middle"],
        [6, -6, "start"], [6, 14, "start"], [-6, -6, "end"], [-6, 14, "end"],
      ];
      const free = anchors.find(([dx, dy, anchor]) => {
        const left = x + dx - { start: 0, end: wide, middle: wide / 2 }[anchor];
        const box = [left - 2, y + dy - 10, left + wide + 2, y + dy + 3];
        const inside = box[0] >= 0 && box[2] <= this.width && box[1] >= 0 && box[3] <= this.height;
        const mine = own ? [x - 4, y - 4, x + 4, y + 4] : null;
        const meets = taken.some((other) => !(mine && other.every((n, i) => n === mine[i]))
          && box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]);
        if (!inside || meets) return false;
        taken.push(box);
        return true;
      });
      const [dx, dy, anchor] = free ?? anchors[0];
      text.setAttribute("x", dx);
      text.setAttribute("y", dy);
      text.setAttribute("text-anchor", anchor);
      text.setAttribute("class", free ? "" : "away");
    }
  }

  /** The width of a name as it is drawn. */
  measured(text) {
    const key = `${text.parentNode.getAttribute("class")} ${text.textContent}`;
    if (!this.widths.has(key)) {
      text.setAttribute("class", "");
      this.widths.set(key, text.getComputedTextLength());
    }
    return this.widths.get(key);
  }

  /** Show the sentence of a mark, and set off what belongs to it. */
  point(node, row, [x, y]) {
    const [kind, says, more] = this.says(row);
    this.tip.attr("hidden", null);
    this.tip.node().replaceChildren(
      d3.create("span").attr("class", `kind ${row.layer ?? ""}`).text(kind).node(),
      d3.create("span").attr("class", "says").text(says).node(),
      d3.create("span").attr("class", "more").text(more).node(),
    );
    const { offsetWidth: wide, offsetHeight: high } = this.tip.node();
    this.tip.style("left", `${Math.max(4, Math.min(this.width - wide - 4, x + 14))}px`);
    this.tip.style("top", `${y + 18 + high > this.height && y - high - 12 > 0 ? y - high - 12 : y + 18}px`);
    this.svg.classed("lit", true);
    const belongs = (other) => (row.sort === "arc" ? other === row : other.from === row.id || other.to === row.id);
    const mine = this.rows.arcs.filter(belongs);
    const ends = new Set([row.id, ...mine.flatMap((arc) => [arc.from, arc.to])]);
    this.links.arcs.classed("on", belongs);
    this.links.powers.classed("on", (other) => ends.has(other.id));
    this.links.towns.classed("on", (other) => ends.has(other.id));
    if (row.sort === "place" && !mine.length) this.svg.classed("lit", false);
  }

  /** A mark that the keyboard reached: it is brought into sight, and its sentence shown. */
  reach(node, row) {
    if (!node.matches(":focus-visible")) return;
    const spot = () => row.top ?? this.at.get(row.id);
    const [x, y] = spot();
    if (x < 0 || y < 0 || x > this.width || y > this.height) {
      this.svg.call(this.zoom.translateTo, ...this.transform.invert([x, y]));
    }
    this.point(node, row, spot());
  }

  unpoint() {
    this.tip.attr("hidden", "");
    this.svg.classed("lit", false);
    for (const chosen of Object.values(this.links)) chosen.classed("on", false);
  }

  /** The powers that are not hidden with their layers. */
  shown() {
    return this.links.powers.nodes().filter((node) => !node.hasAttribute("display"));
  }

  /** The marks that keys go through: powers, towns with news, arcs that are shown. */
  marks() {
    return [
      ...this.shown(),
      ...this.links.towns.filter((row) => row.fact || row.happened.length).nodes(),
      ...this.links.arcs.filter((row) => !this.hidden.has(row.layer)).nodes(),
    ];
  }

  roving(to = null) {
    const marks = this.marks();
    const current = to ?? marks.find((node) => node.getAttribute("tabindex") === "0") ?? marks[0];
    for (const chosen of Object.values(this.links)) chosen.attr("tabindex", -1);
    current?.setAttribute("tabindex", 0);
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.links) return;
    const zoomed = { "+": 1.5, "=": 1.5, "-": 1 / 1.5 }[event.key];
    const along = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (zoomed) this.zoomBy(zoomed);
    else if (event.key === "0") this.reset();
    else if (along && event.target === this.svg.node()) {
      this.svg.call(this.zoom.translateBy, (along[0] * 60) / this.transform.k, (along[1] * 60) / this.transform.k);
      this.remember();
    } else if (along) {
      const marks = this.marks();
      const n = marks.indexOf(event.target) + (along[0] + along[1] > 0 ? -1 : 1);
      const next = marks[(n + marks.length) % marks.length];
      this.roving(next);
      next.focus();
    } else if (event.key === "Escape") this.unpoint();
    else return;
    event.preventDefault();
  }

  zoomBy(factor) {
    this.move((target) => target.call(this.zoom.scaleBy, factor));
  }

  reset() {
    this.move((target) => target.call(this.zoom.transform, this.whole()), false);
    kept.write("view", null);
  }

  /** Move the map, softly unless the reader wants no motion. */
  move(moving, lasting = true) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const target = still ? this.svg : this.svg.transition().duration(250);
    moving(target);
    if (!lasting) return;
    if (still) this.remember();
    else target.on("end", () => this.remember());
  }

  buttons() {
    const made = [["+", "Nearer", () => this.zoomBy(1.5)], ["−", "Farther", () => this.zoomBy(1 / 1.5)],
      ["Whole", "The whole of what is shown", () => this.reset()]];
    this.controls.selectAll("button").data(made).join("button").attr("type", "button")
      .attr("aria-label", (one) => one[1]).attr("title", (one) => one[1]).text((one) => one[0])
      .on("click", (event, one) => one[2]());
  }

  /** The legend: a button a layer, with how many facts it shows; and what has no place. */
  tell() {
    const facts = d3.rollup(this.rows.arcs, (rows) => new Set(rows.map((row) => row.fact)).size, (row) => row.layer);
    const items = this.legend.selectAll("li").data(this.layers.filter((layer) => facts.has(layer.id)), (layer) => layer.id)
      .join((enter) => {
        const item = enter.append("li");
        const button = item.append("button").attr("type", "button");
        button.append("span").attr("class", (layer) => `swatch ${layer.id}`);
        button.append("span").text((layer) => layer.name);
        button.append("span").attr("class", "number");
        return item;
      }).order();
    items.select(".number").text((layer) => facts.get(layer.id));
    items.select("button").attr("aria-pressed", (layer) => !this.hidden.has(layer.id))
      .on("click", (event, layer) => {
        if (!this.hidden.delete(layer.id)) this.hidden.add(layer.id);
        kept.write("hidden", [...this.hidden]);
        event.currentTarget.setAttribute("aria-pressed", !this.hidden.has(layer.id));
        this.veil();
        this.place();
      })
      .on("pointerenter focus", (event, layer) => {
        this.svg.classed("lit", true);
        this.links.arcs.classed("on", (row) => row.layer === layer.id);
      })
      .on("pointerleave blur", () => this.unpoint());
    const count = this.rows.rest.length;
    const some = this.rows.arcs.some((row) => !row.sure) ? "Dashed: only possible. " : "";
    this.rest.text(`${some}${count ? `${count} more of these ${count === 1 ? "fact has an end" : "facts have an end"} without a place on the map.` : ""}`);
  }
}

/** The curve between two points on the screen, its arrowhead and its top. */
function curve(from, to, step) {
  const turned = from[0] > to[0] || (from[0] === to[0] && from[1] > to[1]);
  const [a, b] = turned ? [to, from] : [from, to];
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = Math.hypot(dx, dy) || 1;
  const bend = Math.min(BEND, length * 0.16) + step * Math.min(APART, length / 8);
  // The control point lies off the middle, on the side of the top of the map.
  const control = [(a[0] + b[0]) / 2 + (dy / length) * bend * 2, (a[1] + b[1]) / 2 - (dx / length) * bend * 2];
  const told = (point) => point.map((n) => n.toFixed(1)).join(" ");
  const along = (t) => [0, 1].map((i) => (1 - t) ** 2 * from[i] + 2 * t * (1 - t) * control[i] + t * t * to[i]);
  const tip = along(1 - Math.min(0.4, 7 / length));
  const back = along(1 - Math.min(0.5, 13 / length));
  const [ux, uy] = [tip[0] - back[0], tip[1] - back[1]];
  const head = `M${told(tip)}L${told([back[0] - uy * 0.38, back[1] + ux * 0.38])}L${told([back[0] + uy * 0.38, back[1] - ux * 0.38])}z`;
  return { line: `M${told(from)}Q${told(control)} ${told(to)}`, head, top: along(0.5) };
}

const figure = document.querySelector("[data-map]");
if (figure) {
  const chart = new Chart(figure);
  const failed = (error) => {
    console.error(error);
    chart.rest.text("The map could not be drawn; all that it shows stands below.");
  };
  chart.load().catch(failed);
  document.addEventListener("atlas:day", () => chart.load().catch(failed));
  new ResizeObserver(() => {
    chart.fit();
    chart.place();
  }).observe(chart.svg.node());
}
