// The stage draws a picture in the page from its plain data: title, picture, what you see, numbers. Python or a saved
// file gives a performance {title, form, parts, twin} (demos/stage.py); `mount(element, performance)` needs no kernel.
// A picture is whole at every width; what stays the same keeps its element, so it glides and does not jump.
const NS = "http://www.w3.org/2000/svg";
const ELSEWHERE = "<span></span>"; // the twin of a picture that stands elsewhere in the view (stage.py)
const NARROW = 600, HIGHEST = 560, LOWEST = 150;
const ROLES = ["money", "river", "person", "tool", "card", "invoice", "law", "you"];
const SERIES = ["river", "money", "tool", "person", "card", "you"];
export const SHAPE_OF = { money: "square", river: "circle", person: "triangle", tool: "diamond", card: "plus", invoice: "wedge", law: "cross", you: "ring" };
// nine stops of cividis (amounts) and of PuOr (signed numbers), as plots/heat.py has them
const STOPS = {
  amount: "00224e 1a386f 434e6c 61656f 7d7c78 9b9476 bcae6c dec958 fee838",
  signed: "7f3b08 be630a ef9e3c fed7a2 f6f6f7 cecde4 988dbe 5d3790 2d004b",
};

// ---- small tools ----------------------------------------------------------------------------------------------------

export const colour = (role) => `var(--stage-${role})`;

/** What a table has under a word, else undefined: a word may be *constructor*, which every object answers to. */
const valueAt = (table, word) => (Object.hasOwn(table, word) ? table[word] : undefined);

/** The role that a name plays: a name that is or ends in one ("money", "bank.money", "to river"), else null. */
export function roleOf(name) {
  const last = String(name).toLowerCase().split(/[\s.]+/).pop();
  return ROLES.find((role) => [role, `${role}s`].includes(last)) ?? valueAt({ yours: "you", names: "person", banknote: "money" }, last) ?? null;
}

/** A role for each of some names: their own, or else one that no other name plays. */
export function rolesOf(names) {
  const own = names.map(roleOf), free = SERIES.filter((role) => !own.includes(role));
  let next = 0;
  return Object.fromEntries(names.map((name, i) => [name, own[i] ?? (free.length ? free : SERIES)[next++ % (free.length || SERIES.length)]]));
}

export function shapePath(shape, r) {
  const s = r * 0.9, t = r * 0.38;
  return {
    circle: `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`,
    ring: `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0zM${-r / 2} 0a${r / 2} ${r / 2} 0 1 1 ${r} 0a${r / 2} ${r / 2} 0 1 1 ${-r} 0z`,
    square: `M${-s} ${-s}h${2 * s}v${2 * s}h${-2 * s}z`,
    triangle: `M0 ${-1.1 * r}l${1.1 * r} ${2 * r}h${-2.2 * r}z`,
    wedge: `M0 ${1.1 * r}l${1.1 * r} ${-2 * r}h${-2.2 * r}z`,
    cross: `M0 ${-t}L${s - t} ${-s}L${s} ${t - s}L${t} 0L${s} ${s - t}L${s - t} ${s}L0 ${t}L${t - s} ${s}L${-s} ${s - t}L${-t} 0L${-s} ${t - s}L${t - s} ${-s}z`,
    diamond: `M0 ${-1.2 * r}l${1.2 * r} ${1.2 * r}l${-1.2 * r} ${1.2 * r}l${-1.2 * r} ${-1.2 * r}z`,
    plus: `M${-t} ${-r}h${2 * t}v${r - t}h${r - t}v${2 * t}h${t - r}v${r - t}h${-2 * t}v${t - r}h${t - r}v${-2 * t}h${r - t}z`,
  }[shape];
}

export function element(parent, name, attributes = {}, text = "") {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  parent.append(made);
  return made;
}

/** Set an attribute that has another value: one that is set again is drawn again, too. */
function change(one, name, value) {
  if (one.getAttribute(name) !== String(value)) one.setAttribute(name, value);
}

// One clock moves all that glides. A CSS transition would give each moving mark a layer of its own: a hundred layers
// cost several times the picture. A crowd moves in every second frame: that is smooth, and the page answers in between.
const GLIDE = 300, CROWD = 24, gliding = new Map(), calm = window.matchMedia?.("(prefers-reduced-motion: reduce)");
let clock = 0, rests = false;

/** Let a mark stand there: to the right, down, and (for some) turned by degrees and drawn out. */
function stand(one, spot) {
  const [x, y, turn, long] = one.spot = spot;
  one.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)${turn === undefined ? "" : ` rotate(${turn.toFixed(2)}deg)`}${long === undefined ? "" : ` scale(${long.toFixed(1)}, 1)`}`;
}

/** Bring a mark to a place: at once where it is new, else, where it glides, in some frames. */
export function move(one, spot, glides) {
  const last = gliding.get(one)?.spot ?? one.spot;
  if (last && spot.every((x, i) => Math.abs(x - last[i]) < 0.05)) return;
  gliding.delete(one);
  if (!last || !glides || calm?.matches || document.hidden) return stand(one, spot);
  gliding.set(one, { from: one.spot, spot, since: performance.now() });
  clock ||= requestAnimationFrame(tick);
}

function tick(time) {
  rests = gliding.size > CROWD && !rests;
  if (!rests) for (const [one, { from, spot, since }] of gliding) {
    const left = one.isConnected ? 1 - Math.min(Math.max((time - since) / GLIDE, 0), 1) : 0;
    stand(one, spot.map((x, i) => x + left * left * (from[i] - x)));
    if (!left) gliding.delete(one);
  }
  clock = gliding.size ? requestAnimationFrame(tick) : 0;
}

/** An SVG whose elements have keys: what has been there before is moved, what is not drawn again goes. */
export class Sketch {
  constructor(host) {
    this.svg = document.createElementNS(NS, "svg");
    this.svg.setAttribute("role", "img");
    host.append(this.svg);
    this.known = new Map();
    this.pen = document.createElement("canvas").getContext("2d");
  }

  begin(width, height, em, words) {
    const size = { viewBox: `0 0 ${width} ${height}`, width, height, "font-size": em, "aria-label": words };
    for (const [k, v] of Object.entries(size)) change(this.svg, k, v);
    this.seen = new Set();
    this.em = em;
    this.font ??= getComputedStyle(this.svg).fontFamily || "sans-serif"; // asked once: to answer, the page lays itself out
  }

  /** Draw one element (in the group `into`); `at` moves it there, `style` may glide, `title` is read by a mouse that waits. */
  put(key, name, { at, turn, style = {}, title, into, ...attributes } = {}, text = null) {
    let one = this.known.get(key);
    if (!one || one.tagName !== name) {
      one?.remove();
      one = document.createElementNS(NS, name);
      this.known.set(key, one);
      (this.known.get(into) ?? this.svg).append(one);
    }
    this.seen.add(key);
    for (const [k, v] of Object.entries(attributes)) change(one, k, v);
    if (at) move(one, turn === undefined ? at : [...at, turn], attributes.class?.includes("stage-glides"));
    Object.assign(one.style, style);
    if (text !== null && one.textContent !== text) one.textContent = text;
    if (title && one.querySelector(":scope > title")?.textContent !== title) {
      const tip = document.createElementNS(NS, "title");
      tip.textContent = title;
      one.replaceChildren(...(text === null ? [] : [text]), tip);
    }
    return one;
  }

  end() {
    for (const [key, one] of this.known) {
      if (!this.seen.has(key)) {
        one.remove();
        this.known.delete(key);
      }
    }
  }

  wide(text, size = 1, weight = "") {
    this.pen.font = `${weight} ${size * this.em}px ${this.font}`;
    return this.pen.measureText(text).width;
  }

  /** The text, cut with an ellipsis where it is wider than `room`. */
  cut(text, room, size = 1, weight = "") {
    let line = String(text);
    if (this.wide(line, size, weight) <= room) return line;
    while (line.length > 1 && this.wide(`${line}…`, size, weight) > room) line = line.slice(0, -1);
    return `${line}…`;
  }

  title(text, note, width) {
    if (!text && !note) return 0;
    const { em } = this, lines = text ? twoLines(this, text, width, 1, "bold") : [], rows = Math.max(lines.length, 1);
    const beside = note && rows === 1 && this.wide(text, 1, "bold") <= width - this.wide(note, 0.9) - em;
    lines.forEach((line, i) => this.put(`title ${i}`, "text", { x: 0, y: em * (1.15 + 1.3 * i), "font-weight": "bold" }, line));
    const place = beside ? { x: width, y: em * 1.15, "text-anchor": "end" } : { x: 0, y: em * (1.2 + 1.3 * rows), "text-anchor": "start" };
    if (note) this.put("note", "text", { ...place, "font-size": em * 0.9, class: "stage-soft" }, this.cut(note, width, 0.9));
    return em * (0.5 + 1.3 * (note && !beside ? rows + 1 : rows));
  }
}

/** How a line from 0 to 1 becomes one from p to q; so it can glide. */
function reach(p, q) {
  return [...p, Math.atan2(q[1] - p[1], q[0] - p[0]) * 57.2958, Math.hypot(q[0] - p[0], q[1] - p[1])];
}

/** Draw one part again as it was drawn last, after a hand has changed it. */
function redraw(sketch, kind, { again: [width, height, em], form }) {
  sketch.begin(width, height, em, sketch.svg.getAttribute("aria-label"));
  kind.draw(sketch, form, width, height, em);
  sketch.end();
}

const places = (value, digits) => (value === null ? "" : Number(value).toFixed(digits));
const short = (value) => String(Number(Number(value).toPrecision(3)));

// the round numbers of a scale, three to six of them: 0, 0.5 and 1 for a scale from -0.1 to 1.03
function rounds(low, high) {
  const half = (high - low) / 2;
  if (!(half > 0)) return [low];
  const size = 10 ** Math.floor(Math.log10(half)), step = [5, 2, 1].map((k) => k * size).find((k) => k <= half * 1.000001);
  const first = Math.ceil(low / step - 1e-6), last = Math.floor(high / step + 1e-6);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}
const known = (values) => values.filter((x) => x !== null);

function mix(stops, share) {
  const all = STOPS[stops].split(" ").map((s) => [0, 2, 4].map((i) => parseInt(s.slice(i, i + 2), 16)));
  const place = Math.min(Math.max(share, 0), 1) * (all.length - 1), i = Math.min(Math.floor(place), all.length - 2);
  const rgb = all[i].map((c, k) => Math.round(c + (all[i + 1][k] - c) * (place - i)));
  return [`rgb(${rgb.join(" ")})`, 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2] > 115 ? "#000" : "#fff"];
}

// ---- the kinds ------------------------------------------------------------------------------------------------------
// each: natural(form, width, em) gives the least height and the wanted one; draw(sketch, form, width, height, em)

/** About as many ems as a title takes: one line, or two where it is long. */
const headed = (text, width, em) => (!text ? 0 : text.length * em * 0.56 > width ? 3.1 : 1.8);

const bars = {
  natural: (form, width, em) => {
    const head = Math.max(headed(form.title, width, em), form.note ? 1.8 : 0);
    return [em * (head + 1.5 * form.labels.length + 0.4), em * (head + 1.9 * form.labels.length + 0.4)];
  },
  draw(sketch, form, width, height, em) {
    const top = sketch.title(form.title, form.note, width), n = form.labels.length;
    const low = form.low ?? Math.min(0, ...known(form.values)), end = form.high ?? Math.max(0, ...known(form.values));
    const high = end > low ? end : low + 1;
    const pitch = Math.min(Math.max((height - top) / Math.max(n, 1), em * 1.4), em * 1.9);
    const names = form.labels.map((label) => (form.marked.includes(label) ? `▸ ${label}` : label));
    const left = Math.min(width * (width < em * 18 ? 0.5 : 0.42), Math.max(0, ...names.map((name) => sketch.wide(name, 1, "bold"))) + em * 0.7);
    const digits = Math.max(em * 3, ...form.values.map((value) => sketch.wide(places(value, form.decimals ?? 2)) + em * 0.4));
    const room = Math.max(width - left - digits - em * 0.4, em), count = {};
    const along = (value) => left + (room * (Math.min(Math.max(value, low), high) - low)) / (high - low);
    form.labels.forEach((label, i) => {
      const key = `${label} ${(count[label] = (valueAt(count, label) ?? 0) + 1)}`, value = form.values[i], y = top + i * pitch;
      const [a, b] = [along(0), along(value ?? 0)].sort((x, z) => x - z), strong = form.marked.includes(label);
      const fill = colour(roleOf(label) ?? (strong ? "you" : "plain"));
      sketch.put(`${key} bar`, "rect", { x: 0, y: 0, height: pitch * 0.68, rx: 2, at: [a, y + pitch * 0.14], class: "stage-glides", style: { width: `${Math.max(b - a, 0).toFixed(1)}px`, fill } });
      sketch.put(`${key} name`, "text", { "text-anchor": "end", at: [left - em * 0.5, y + pitch * 0.5 + em * 0.36], class: "stage-glides", "font-weight": strong ? "bold" : "normal" }, sketch.cut(names[i], left - em * 0.6, 1, strong ? "bold" : ""));
      const span = form.spans?.[i]?.map(along), mid = y + pitch * 0.48;
      if (span) sketch.put(`${key} span`, "path", { d: `M${span[0]} ${mid}H${span[1]}M${span[0]} ${mid - em * 0.3}v${em * 0.6}M${span[1]} ${mid - em * 0.3}v${em * 0.6}`, class: "stage-whisker" });
      sketch.put(`${key} number`, "text", { at: [Math.max(b, span?.[1] ?? b) + em * 0.4, y + pitch * 0.5 + em * 0.36], class: "stage-glides stage-number" }, places(value, form.decimals ?? 2));
    });
  },
  table: (form) => [["", form.title || "value"], ...form.labels.map((label, i) => [label, places(form.values[i], form.decimals === 0 ? 0 : 3)])],
};

function scaleOf(form) {
  const all = known(form.values.flat());
  const low = form.low ?? (all.length ? Math.min(...all) : 0), high = form.high ?? (all.length ? Math.max(...all) : 0);
  if (form.signed) {
    const reach = Math.max(high - form.middle, form.middle - low, 1e-9);
    return [form.middle - reach, form.middle + reach];
  }
  return high > low ? [low, high] : [low - 0.5, low + 0.5];
}

const heat = {
  natural: (form, width, em) => {
    const head = headed(form.title, width, em) + 4.2;
    return [em * (head + 1.3 * form.rows.length), em * (head + 2 * form.rows.length)];
  },
  draw(sketch, form, width, height, em) {
    const n = form.rows.length, m = form.columns.length, [low, high] = scaleOf(form);
    let top = sketch.title(form.title, "", width);
    const left = Math.min(width * 0.4, Math.max(0, ...form.rows.map((name) => sketch.wide(name))) + em * 0.8);
    const even = Math.min((width - left) / Math.max(m, 1), em * 7);
    const longest = Math.max(0, ...form.columns.map((name) => sketch.wide(name, 0.95)));
    const slanted = longest > even - em * 0.4, lean = Math.min(longest, em * 6.5);
    // the last slanted name leans out over its column
    const last = slanted && m ? Math.min(sketch.wide(form.columns[m - 1], 0.95), lean, em * 4) * 0.77 + em : 0;
    const cell = slanted ? Math.min(even, (width - left - last) / Math.max(m - 0.5, 1)) : even;
    const head = slanted ? lean * 0.64 + em * 0.9 : em * 1.6;
    const pitch = Math.min(Math.max((height - top - head) / Math.max(n, 1), em * 1.25), em * 2.2);
    const written = n <= 24 && m <= 12, numbers = form.values.map((row) => row.map((x) => places(x, form.decimals)));
    const widest = Math.max(1, ...numbers.flat().map((x) => sketch.wide(x)));
    const size = Math.min(1, (cell - 2) / widest, (pitch - 2) / em);
    form.columns.forEach((name, j) => {
      const x = left + (j + 0.5) * cell, y = top + head - em * 0.5;
      const turn = slanted ? `rotate(-40 ${x} ${y})` : "";
      sketch.put(`column ${j}`, "text", { x, y, transform: turn, "text-anchor": slanted ? "start" : "middle", "font-size": em * 0.95 }, sketch.cut(name, slanted ? Math.min(lean, (width - x - em * 0.95) / 0.76) : cell, 0.95));
    });
    top += head;
    form.rows.forEach((name, i) => {
      sketch.put(`row ${i}`, "text", { x: 0, y: top + (i + 0.5) * pitch + em * 0.36 }, sketch.cut(name, left - em * 0.5));
      form.values[i].forEach((value, j) => {
        const key = `${i} ${j}`, x = left + j * cell, y = top + i * pitch;
        const share = value === null ? 0 : (value - low) / (high - low);
        const [paper, ink] = mix(form.signed ? "signed" : "amount", form.small_is_light ? 1 - share : share);
        const look = value === null ? { fill: "none", stroke: colour("quiet") } : { fill: paper, stroke: "none" };
        sketch.put(`cell ${key}`, "rect", { x: x + 0.5, y: y + 0.5, width: Math.max(cell - 1, 1), height: pitch - 1, rx: 2, class: "stage-fades", style: look, title: `${name}, ${form.columns[j]}: ${numbers[i][j] || "no value"}` });
        if (written && size > 0.55) sketch.put(`number ${key}`, "text", { x: x + cell / 2, y: y + pitch / 2 + em * size * 0.36, "text-anchor": "middle", "font-size": em * size, "pointer-events": "none", style: { fill: ink } }, numbers[i][j]);
      });
    });
  },
  table: (form) => [["", ...form.columns], ...form.rows.map((name, i) => [name, ...form.values[i].map((x) => places(x, Math.max(form.decimals, 3)))])],
};

/** A table whose answers, 0 to 1, are discs: as much area as there is; nothing where nothing is. A hand may change them. */
const discs = {
  natural: (form, width, em) => [em * (4.5 + 1.05 * form.table.words.length), em * (5.5 + 1.5 * form.table.words.length)],
  draw(sketch, form, width, height, em) {
    const { words, vectors, columns } = form.table, { heroes, own } = form, n = words.length, m = columns.length, first = [...heroes, ...own];
    const state = sketch.hand ? (sketch.discs ??= makeMovable(sketch)) : null, foot = state ? em * 1.4 : 0;
    const rows = [...first, ...words.filter((word) => !first.includes(word))];
    const left = Math.min(width * 0.3, Math.max(...words.map((word) => sketch.wide(word, 1, "bold"))) + em);
    const longest = Math.max(...columns.map((name) => sketch.wide(name, 0.95, "bold"))), even = (width - left) / m;
    const slanted = longest > even - em * 0.4, last = slanted ? longest * 0.77 + em : 0;
    const cell = Math.min(slanted ? (width - left - last) / (m - 0.5) : even, em * 6), head = slanted ? longest * 0.64 + em : em * 1.7;
    const pitch = Math.min((height - foot - head - em * 0.3) / n, em * 1.7), most = Math.min(cell, pitch) * 0.48;
    columns.forEach((name, j) => {
      const x = left + (j + 0.5) * cell, y = head - em * 0.5, counts = j < form.asked;
      sketch.put(`column ${j}`, "text", { x, y, transform: slanted ? `rotate(-40 ${x} ${y})` : "", "text-anchor": slanted ? "start" : "middle", "font-size": em * 0.95, "font-weight": counts ? "bold" : "normal" }, name);
    });
    sketch.put("under heroes", "path", { d: `M0 ${head + first.length * pitch}H${left + m * cell}`, class: "stage-grid" });
    if (state) {
      const value = (word, j) => vectors[words.indexOf(word)][j];
      const answer = form !== state.form;
      Object.assign(state, { form, rows, value, left, head, cell, pitch, again: [width, height, em] });
      state.keep(answer);
      sketch.svg.setAttribute("viewBox", `0 0 ${width} ${height - foot}`);
      sketch.svg.setAttribute("height", height - foot);
    }
    rows.forEach((word, i) => {
      const y = head + (i + 0.5) * pitch, row = vectors[words.indexOf(word)], mine = own.includes(word);
      sketch.put(`row ${word}`, "text", { at: [em * 0.4, y + em * 0.36], class: "stage-glides", "font-weight": first.includes(word) ? "bold" : "normal", style: { fill: colour(mine ? "you" : "ink") } }, sketch.cut(word, left - em * 0.5, 1, "bold"));
      columns.forEach((name, j) => {
        const x = left + (j + 0.5) * cell, key = `disc ${word} ${name}`;
        if (mine && !row[j]) sketch.put(`${key} empty`, "circle", { r: most * 0.4, at: [x, y], class: "stage-empty" });
        if (!row[j]) return;
        const r = most * Math.sqrt(Math.min(row[j], 1)), role = roleOf(name) ?? "plain";
        sketch.put(key, "circle", { r, at: [x, y], class: "stage-glides", style: { fill: colour(j < form.asked ? role : "quiet"), opacity: j < form.asked ? 1 : 0.75 }, title: `${word}, ${name}: ${places(row[j], 1)}` });
      });
    });
    const at = state?.at && rows.includes(state.at.word) ? state.at : null;
    if (at) {
      const x = left + (at.j + 0.5) * cell, y = head + (rows.indexOf(at.word) + 0.5) * pitch;
      sketch.put("here", "rect", { x: x - cell / 2 + 1, y: y - pitch / 2, width: cell - 2, height: pitch, rx: 4, class: "stage-ring" });
    }
  },
  table: (form) => [["", ...form.table.columns], ...form.table.words.map((word, i) => [word, ...form.table.vectors[i].map((x) => places(x, 1))])],
};

/** Let discs be changed: a hand pulls one to the right (more) or left (less); arrow keys walk, + and - change it. */
function makeMovable(sketch) {
  const { svg } = sketch, heard = element(svg.parentElement, "p", { class: "stage-heard stage-line", role: "status", "aria-live": "polite" }, "Pull a disc to the right: more. To the left: less.");
  const state = { at: null, held: null };
  const again = () => redraw(sketch, discs, state);
  const say = () => {
    const { at, rows } = state, said = at && rows.includes(at.word) ? `${at.word}, ${state.form.table.columns[at.j]}: ${places(state.value(at.word, at.j), 1)}` : heard.textContent;
    if (said !== heard.textContent) heard.textContent = said;
  };
  const put = (word, j, value) => { state.form.table.vectors[state.form.table.words.indexOf(word)][j] = value; };
  // what the hand has set stays until the answer to it comes: an older answer on its way is no news
  state.keep = (answer) => {
    const { set } = state;
    if (answer && set && state.rows.includes(set.word) && state.value(set.word, set.j) === set.value) state.set = null;
    else if (set && performance.now() < set.until && state.rows.includes(set.word)) put(set.word, set.j, set.value);
    if (answer) say(); // all may have gone back
  };
  const change = (word, j, wanted) => {
    const value = Math.round(Math.min(Math.max(wanted, 0), 1) * 10) / 10;
    if (value === state.value(word, j)) return;
    put(word, j, value);
    state.set = { word, j, value, until: performance.now() + 1500 };
    sketch.hand({ word, column: j, value });
    say();
    again();
  };
  const spot = (event) => {
    const box = svg.getBoundingClientRect(), size = box.width / svg.viewBox.baseVal.width || 1;
    const [x, y] = [(event.clientX - box.left) / size, (event.clientY - box.top) / size], { left, head, cell, pitch, rows, form } = state;
    const [j, i] = [Math.floor((x - left) / cell), Math.floor((y - head) / pitch)];
    return { x, word: rows[i], j: j >= 0 && j < form.table.columns.length ? j : null };
  };
  svg.addEventListener("pointerdown", (event) => {
    const { x, word, j } = spot(event);
    if (event.button || word === undefined || j === null) return;
    event.preventDefault();
    svg.focus({ preventScroll: true });
    svg.setPointerCapture(event.pointerId);
    state.at = { word, j };
    state.held = { x, from: state.value(word, j) };
    say();
    again();
  });
  svg.addEventListener("pointermove", (event) => {
    if (state.held && state.rows.includes(state.at.word)) change(state.at.word, state.at.j, state.held.from + (spot(event).x - state.held.x) / (state.again[2] * 6));
  });
  for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, () => { state.held = null; });
  svg.setAttribute("tabindex", "0");
  svg.setAttribute("role", "application");
  svg.setAttribute("aria-roledescription", "table of discs: arrow keys walk, plus and minus change an answer");
  svg.classList.add("stage-pulled");
  svg.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const way = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key], more = { "+": 0.1, "=": 0.1, "-": -0.1 }[event.key];
    if (!way && !more) return;
    event.preventDefault();
    event.stopPropagation();
    const { rows, form } = state, keep = (k, n) => Math.max(0, Math.min(n - 1, k));
    if (!state.at || !rows.includes(state.at.word)) state.at = { word: rows[0], j: 0 };
    else if (way) state.at = { word: rows[keep(rows.indexOf(state.at.word) + way[0], rows.length)], j: keep(state.at.j + way[1], form.table.columns.length) };
    if (more) change(state.at.word, state.at.j, state.value(state.at.word, state.at.j) + more);
    say();
    again();
  });
  return state;
}

const DASHES = ["6 4", "2 3", "9 3 2 3"];

/** A name of a line with its mark, or with its dashes where it is a baseline. */
function keyOf(sketch, name, [x, y], shape, paint, dash, width, em) {
  if (dash !== "none") sketch.put(`key ${name}`, "path", { d: `M${x} ${y - em * 0.35}h${em * 1.4}`, "stroke-width": 2, "stroke-dasharray": dash, style: { stroke: paint } });
  else sketch.put(`key ${name}`, "path", { d: shape, at: [x + em * 0.6, y - em * 0.35], style: { fill: paint } });
  sketch.put(`keyname ${name}`, "text", { x: x + em * 1.7, y, "font-size": em * 0.9 }, sketch.cut(name, width - em * 2, 0.9));
}

/** Where names stand in rows that wrap: how far to the right, and in which row. */
function inRows(names, wideOf, width) {
  let x = 0, row = 0;
  return names.map((name) => {
    const wide = wideOf(name);
    if (x && x + wide > width) { x = 0; row += 1; }
    x += wide;
    return [x - wide, row];
  });
}

/** The names of lines that several pictures share, in rows. */
const nameKey = {
  spots: (form, width, em) => inRows([...form.names, ...form.dashed], (name) => em * (name.length * 0.52 + 2.8), width),
  natural: (form, width, em) => Array(2).fill(em * (headed(form.title, width, em) + 1.5 * ((nameKey.spots(form, width, em).at(-1)?.[1] ?? 0) + 1))),
  draw(sketch, form, width, height, em) {
    const head = sketch.title(form.title, "", width), roles = rolesOf(form.names);
    const spots = nameKey.spots(form, width, em);
    [...form.names, ...form.dashed].forEach((name, i) => {
      const flat = form.dashed.indexOf(name), paint = colour(flat < 0 ? roles[name] : "quiet"), [x, row] = spots[i];
      keyOf(sketch, name, [x, head + em * (1.5 * row + 1)], shapePath(SHAPE_OF[roles[name]] ?? "circle", em * 0.36), paint, flat < 0 ? "none" : DASHES[flat % 3], width, em);
    });
  },
  table: (form) => [["line"], ...[...form.names, ...form.dashed].map((name) => [name])],
};

const lines = {
  natural: (form, width, em) => {
    const more = em * Math.max(headed(form.title, width, em) - 1.8, 0);
    return [Math.max(LOWEST, em * 10) + more, Math.max(Math.min(width * 0.66, em * 24), LOWEST) + more];
  },
  draw(sketch, form, width, height, em) {
    const names = Object.keys(form.series), keyed = names.length > 1 && form.keyed !== false, steps = Math.max(...names.map((name) => form.series[name].length), 1);
    const grades = rounds(form.low, form.high), labels = grades.map(short);
    const head = sketch.title(form.title, "", width), left = Math.max(...labels.map((t) => sketch.wide(t, 0.9))) + em * 0.7;
    const plain = names.filter((name) => !form.dashed.includes(name));
    const roles = rolesOf(plain), role = (name) => roles[name];
    const spots = keyed ? inRows(names, (name) => sketch.wide(name, 0.9) + em * 2.6, width) : [];
    const key = keyed ? (spots.at(-1)[1] + 1) * em * 1.4 : 0, bottom = (form.ticks.length ? em * 1.5 : em * 0.4) + key;
    const high = Math.max(height - head - bottom - em * 0.5, em * 3), wide = width - left - em, top = head + em * 0.3;
    const at = (step, value) => {
      const inside = Math.min(Math.max(value, form.low), form.high);
      return [left + (wide * step) / Math.max(steps - 1, 1), top + (high * (form.high - inside)) / (form.high - form.low || 1)];
    };
    if (form.now !== null) sketch.put("now", "rect", { x: -em * 0.3, y: top, width: em * 0.6, height: high, at: [at(form.now, 0)[0], 0], class: "stage-glides stage-now" });
    if (form.band) {
      const [below, above] = form.band.map((edge) => edge.map((v, i) => at(i, v).map((c) => c.toFixed(1)).join(" ")));
      sketch.put("band", "path", { d: `M${[...below, ...above.reverse()].join("L")}z`, class: "stage-band" });
    }
    grades.forEach((value, i) => {
      const y = at(0, value)[1];
      sketch.put(`grid ${i}`, "path", { d: `M${left} ${y}h${wide}`, class: "stage-grid" });
      sketch.put(`scale ${i}`, "text", { x: left - em * 0.4, y: y + em * 0.32, "text-anchor": "end", "font-size": em * 0.9 }, labels[i]);
    });
    form.ticks.forEach(([step, text], i) => {
      const anchor = step === 0 ? "start" : step === steps - 1 ? "end" : "middle";
      sketch.put(`tick ${i}`, "text", { x: at(step, 0)[0], y: top + high + em * 1.2, "text-anchor": anchor, "font-size": em * 0.9 }, text);
    });
    names.forEach((name, i) => {
      const path = form.series[name].map((v, k) => (v === null ? null : at(k, v))).filter(Boolean);
      const flat = form.dashed.includes(name), dash = flat ? DASHES[form.dashed.indexOf(name) % 3] : "none";
      const paint = flat ? colour("quiet") : colour(role(name)), shape = shapePath(SHAPE_OF[flat ? "river" : role(name)], em * 0.36);
      const d = `M${path.map((p) => p.map((c) => c.toFixed(1)).join(" ")).join("L")}`;
      if (path.length) sketch.put(`line ${name}`, "path", { d, fill: "none", "stroke-width": 2.5, "stroke-dasharray": dash, style: { stroke: paint } });
      const every = Math.max(Math.floor(path.length / 5), 1);
      if (!flat) path.forEach((p, k) => { if (k % every === 0) sketch.put(`mark ${name} ${k}`, "path", { d: shape, at: p, class: "stage-glides", style: { fill: paint } }); });
      const span = form.spans?.[name]?.map(([a, b], k) => { const [x1, y1] = at(k, a); return `M${x1.toFixed(1)} ${y1.toFixed(1)}V${at(k, b)[1].toFixed(1)}`; });
      if (span) sketch.put(`span ${name}`, "path", { d: span.join(""), fill: "none", "stroke-width": 1.5, style: { stroke: paint } });
      if (keyed) {
        const [x0, row0] = spots[i], y = height - key + row0 * em * 1.4 + em;
        keyOf(sketch, name, [x0, y], shape, paint, dash, width, em);
      }
    });
  },
  table: (form) => {
    const head = form.ticks.map(([, text]) => text);
    return [["", ...head, ...(form.now === null ? [] : ["here"])], ...Object.entries(form.series).map(([name, v]) => [name, ...form.ticks.map(([s]) => places(v[s], 3)), ...(form.now === null ? [] : [places(v[form.now], 3)])])];
  },
};

/** Where each label goes: the first of many places round its point that covers nothing, or the one that covers least. */
export function placeLabels(spots, sizes, width, height, gap, lines = []) {
  const around = (r) => ([x, y]) => [x - r, y - r, x + r, y + r];
  // a line is in the way at some of its points
  const on = ([p, q]) => [0.2, 0.4, 0.6, 0.8].map((s) => [p[0] + s * (q[0] - p[0]), p[1] + s * (q[1] - p[1])]);
  const taken = [...spots.map(around(gap * 0.6)), ...lines.flatMap(on).map(around(gap * 0.3))], chosen = [];
  const shared = (a, b) => Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0])) * Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
  spots.forEach(([x, y], i) => {
    const [w, h] = sizes[i];
    let best = null, least = Infinity;
    for (const reach of [1, 1.8, 2.8, 4, 5.5].map((s) => s * gap)) {
      const near = reach * 0.7, up = reach * 0.42;
      for (const [dx, dy] of [[reach, -h / 2], [-reach - w, -h / 2], [-w / 2, -reach * 0.8 - h], [-w / 2, reach * 0.8], [near, -up - h], [near, up], [-near - w, -up - h], [-near - w, up]]) {
        const box = [x + dx, y + dy, x + dx + w, y + dy + h];
        let cover = 4 * (w * h - shared(box, [0, 0, width, height]));
        for (let k = 0; k < taken.length && cover < least; k++) if (k !== i) cover += shared(box, taken[k]);
        if (cover < least - 1e-9) [least, best] = [cover, box];
      }
      if (least <= 1e-9) break;
    }
    taken.push(best);
    chosen.push(best);
  });
  return chosen;
}

/** Spots of which none hides another: two that lie on one another stand side by side. */
export function apart(spots, least) {
  const moved = spots.map((spot) => [...spot]);
  for (let i = 0; i < moved.length; i++) {
    for (let k = 0; k < i; k++) {
      const [dx, dy] = [moved[i][0] - moved[k][0], moved[i][1] - moved[k][1]], far = Math.hypot(dx, dy);
      if (far >= least) continue;
      const [ux, uy] = far > 0.5 ? [dx / far, dy / far] : [1, 0], push = (least - far) / 2;
      [[i, 1], [k, -1]].forEach(([one, way]) => { moved[one][0] += way * ux * push; moved[one][1] += way * uy * push; });
    }
  }
  return moved;
}

const points = {
  natural: (form, width, em) => [Math.max(220, em * 14), Math.min(width * 0.72, em * 30)],
  draw(sketch, form, width, height, em) {
    const { words, vectors } = form.table, groups = [...new Set(words.map((w) => valueAt(form.groups, w)).filter(Boolean))].sort();
    const roles = rolesOf(groups);
    const head = sketch.title(form.title, "", width);
    let x = 0, row = 0;
    const spots = groups.map((name) => {
      const wide = sketch.wide(name, 0.9) + em * 2.4;
      if (x && x + wide > width) { x = 0; row += 1; }
      x += wide;
      return [x - wide, row];
    });
    const key = groups.length ? (row + 1) * em * 1.4 : 0, high = Math.max(height - head - key, em * 6);
    const lows = [0, 1].map((k) => Math.min(...vectors.map((v) => v[k]))), tops = [0, 1].map((k) => Math.max(...vectors.map((v) => v[k])));
    const room = [0, 1].map((k) => Math.max((tops[k] - lows[k]) * 0.14, 0.05 * Math.max(tops[0] - lows[0], tops[1] - lows[1], 1e-9)) + 1e-9);
    const [l, r, b, t] = form.limits ?? (words.length ? [lows[0] - room[0], tops[0] + room[0], lows[1] - room[1], tops[1] + room[1]] : [-1, 1, -1, 1]);
    const scale = Math.min((width - em * 1.6) / (r - l), (high - em * 1.6) / (t - b));
    const at = ([a, c]) => [width / 2 + (a - (l + r) / 2) * scale, head + high / 2 - (c - (b + t) / 2) * scale];
    sketch.put("frame", "rect", { x: 0.5, y: head + 0.5, width: width - 1, height: high - 1, rx: 4, class: "stage-frame" });
    const set = vectors.map(at), spread = words.length > 60 ? set : apart(set, em * 0.66);
    const where = Object.fromEntries(words.map((word, i) => [word, spread[i]]));
    const written = [];
    if (form.ends) {
      const [x0, y0] = at([0, 0]), [[west, east], [south, north]] = form.ends, far = width - em * 0.5, foot = head + high - em * 0.5;
      sketch.put("zero across", "path", { d: `M0 ${y0}h${width}`, class: "stage-grid" });
      sketch.put("zero upwards", "path", { d: `M${x0} ${head}v${high}`, class: "stage-grid" });
      const name = (key, x, y, anchor, text) => {
        const said = sketch.cut(text, width * 0.32, 0.9), wide = sketch.wide(said, 0.9), from = x - wide * { start: 0, middle: 0.5, end: 1 }[anchor];
        sketch.put(`end ${key}`, "text", { x, y, "text-anchor": anchor, "font-size": em * 0.9, class: "stage-halo" }, said);
        written.push([[from, y - em * 0.3], [from + wide, y - em * 0.3]]); // no label of a point goes there
      };
      if (west) name("west", em * 0.5, foot, "start", `◀ ${west}`);
      if (east) name("east", far, foot, "end", `${east} ▶`);
      if (north) name("north", x0, head + em * 1.1, "middle", `▲ ${north}`);
      if (south) name("south", x0, foot, "middle", `▼ ${south}`);
    }
    const role = (word) => {
      const group = valueAt(form.groups, word);
      if (group) return roles[group];
      return roleOf(word) ?? (form.marked.includes(word) ? "you" : "plain");
    };
    Object.entries(form.trails ?? {}).forEach(([word, past]) => {
      if (!where[word] || !past.length) return;
      const [p, q] = [at(past.at(-1)), where[word]], turn = Math.atan2(q[1] - p[1], q[0] - p[0]) * 57.2958, tip = em * 0.75;
      const ink = { stroke: colour(role(word)), fill: colour(role(word)) };
      sketch.put(`trail ${word}`, "path", { d: `M${[...past.map(at), q].map((s) => s.map((c) => c.toFixed(1)).join(" ")).join("L")}`, class: "stage-trail", style: { ...ink, fill: "none" } });
      if (Math.hypot(q[0] - p[0], q[1] - p[1]) > 1.6 * tip) sketch.put(`head ${word}`, "path", { d: `M${-tip} 0l${-tip} ${-tip / 2}v${tip}z`, at: q, turn, style: ink });
    });
    form.links.forEach(([one, two], i) => {
      const [p, q] = [where[one], where[two]];
      if (p && q) sketch.put(`link ${i}`, "path", { d: `M${p}L${q}`, class: "stage-link" });
    });
    const order = [...words].sort((p, q) => form.marked.includes(q) - form.marked.includes(p));
    const named = (word) => (Array.isArray(form.named) ? form.named.includes(word) : form.named !== false), size = (word) => (form.marked.includes(word) ? 1.08 : 0.95), weight = (word) => (form.marked.includes(word) ? "bold" : "");
    const told = order.filter(named), tied = ([p, q]) => p && q;
    const lines = [...written, ...form.links.map((pair) => pair.map((w) => where[w])), ...Object.entries(form.trails ?? {}).map(([w, past]) => [past.length ? at(past.at(-1)) : null, where[w]])].filter(tied);
    const boxes = placeLabels(told.map((w) => [where[w][0], where[w][1] - head]), told.map((w) => [sketch.wide(w.slice(0, 24), size(w), weight(w)) + 4, em * 1.15]), width, high, em * 0.75, lines.map((ends) => ends.map(([a, b]) => [a, b - head])));
    order.forEach((word) => {
      const strong = form.marked.includes(word), [px, py] = where[word];
      if (named(word)) {
        const [x0, y0, x1, y1] = boxes[told.indexOf(word)], near = [Math.min(Math.max(px, x0), x1), Math.min(Math.max(py, y0 + head), y1 + head)];
        if (Math.hypot(near[0] - px, near[1] - py) > em * 0.95) sketch.put(`thread ${word}`, "path", { d: `M${px} ${py}L${near}`, class: "stage-grid" });
        sketch.put(`name ${word}`, "text", { at: [x0 + 2, y0 + head + em * 0.95], class: "stage-glides stage-halo", "font-size": em * size(word), "font-weight": strong ? "bold" : "normal" }, word.length > 24 ? `${word.slice(0, 23)}…` : word);
      }
      sketch.put(`dot ${word}`, "path", { d: shapePath(SHAPE_OF[role(word)] ?? (strong ? "diamond" : "circle"), em * (strong ? 0.5 : 0.36)), at: [px, py], class: "stage-glides stage-dot", style: { fill: colour(role(word)) }, title: [word, valueAt(form.groups, word)].filter(Boolean).join(": ") });
    });
    groups.forEach((name, i) => {
      const y = height - key + spots[i][1] * em * 1.4 + em, paint = roles[name];
      sketch.put(`key ${name}`, "path", { d: shapePath(SHAPE_OF[paint], em * 0.36), at: [spots[i][0] + em * 0.6, y - em * 0.35], style: { fill: colour(paint) } });
      sketch.put(`keyname ${name}`, "text", { x: spots[i][0] + em * 1.5, y, "font-size": em * 0.9 }, sketch.cut(name, width - em * 2, 0.9));
    });
  },
  table: (form) => [["", "right", "up"], ...form.table.words.map((word, i) => [word, ...form.table.vectors[i].map((x) => places(x, 3))])],
};

/** Numbers without names as marks, in as many lines as it takes to see each. */
const marks = {
  lines: (form, width) => Math.max(1, Math.ceil((form.values.length * 4) / width)),
  natural: (form, width, em) => [0.8, 1.3].map((each) => em * (headed(form.title, width, em) + 0.1 + each * marks.lines(form, width))),
  draw(sketch, form, width, height, em) {
    const head = sketch.title(form.title, "", width), n = form.values.length, lines = marks.lines(form, width);
    const each = Math.ceil(n / lines), wide = width / each, high = (height - head) / lines;
    const mean = form.values.reduce((a, b) => a + b, 0) / n, reach = 2.5 * Math.sqrt(form.values.reduce((a, b) => a + (b - mean) ** 2, 0) / n) || 1;
    form.values.forEach((value, i) => {
      const x = (i % each) * wide, y = head + Math.floor(i / each) * high;
      sketch.put(`mark ${i}`, "rect", { x, y, width: wide, height: high - 2, class: "stage-fades", style: { fill: mix("signed", 0.5 + value / (2 * reach))[0] } });
    });
  },
  table: (form) => [["number", form.title], ...form.values.map((value, i) => [String(i + 1), places(value, 3)])],
};

/** Many dots that can be read: a hand points, arrow keys walk; threads lead to the nearest, the text stands beside. */
const dots = {
  natural: (form, width, em) => (width < em * 40 ? [em * 33, em * 36] : [em * 15, em * 26]),
  draw(sketch, form, width, height, em) {
    const host = sketch.svg.parentElement, state = (sketch.dots ??= makeReadable(sketch, host)), narrow = width < em * 40;
    const wide = narrow ? width : Math.floor(width * 0.6), pane = em * 15, high = Math.max(narrow ? height - pane : height, em * 10);
    if (state.texts !== `${form.texts.length} ${form.texts[0]}` || state.own !== form.own) state.chosen = form.own;
    Object.assign(state, { texts: `${form.texts.length} ${form.texts[0]}`, own: form.own, form, again: [width, height, em] });
    sketch.svg.setAttribute("viewBox", `0 0 ${wide} ${high}`);
    sketch.svg.setAttribute("width", wide);
    sketch.svg.setAttribute("height", high);
    host.classList.add("stage-readable");
    host.style.flexDirection = narrow ? "column" : "row";
    Object.assign(state.pane.style, { width: narrow ? "100%" : `${width - wide - em}px`, height: `${narrow ? pane - em : high}px` });
    const groups = [...new Set(form.groups.filter(Boolean))].sort(), roles = rolesOf(groups);
    const head = sketch.title(form.title, "", wide), key = em * 1.5, [l, r, b, t] = form.limits;
    const scale = Math.min((wide - em) / (r - l), (high - head - key - em) / (t - b)), middle = head + (high - head - key) / 2;
    const inside = (x, low, top) => Math.min(Math.max(x, low + em * 0.4), top - em * 0.4);
    state.spots = form.places.map(([x, y]) => [inside(wide / 2 + (x - (l + r) / 2) * scale, 0, wide), inside(middle - (y - (b + t) / 2) * scale, head, high - key)]);
    sketch.put("frame", "rect", { x: 0.5, y: head + 0.5, width: wide - 1, height: high - head - key - 1, rx: 4, class: "stage-frame" });
    const at = state.hover ?? state.chosen, near = at === null || at === undefined ? [] : form.near[at];
    for (let k = 0; k < form.near[0].length; k++) {
      const [p, q] = near.length ? [state.spots[at], state.spots[near[k]]] : [[0, 0], [0, 0]];
      sketch.put(`thread ${k}`, "path", { d: "M0 0H1", class: "stage-glides stage-thread", at: reach(p, q), style: { opacity: near.length ? 1 : 0 } });
    }
    form.texts.forEach((text, i) => {
      const role = i === form.own ? "you" : roles[form.groups[i]] ?? "plain";
      const lit = near.includes(i), size = em * (i === form.own ? 0.75 : lit ? 0.5 : 0.36);
      sketch.put(`dot ${i}`, "path", { d: shapePath(SHAPE_OF[role] ?? "circle", size), at: state.spots[i], class: "stage-glides stage-dot", style: { fill: colour(role) } });
    });
    const ringed = at !== null && at !== undefined && at !== form.own;
    sketch.put("ring", "circle", { r: em * 0.8, at: state.spots[at ?? 0], class: "stage-ring", style: { opacity: ringed ? 1 : 0 } });
    let x = 0;
    for (const name of groups) {
      const said = name.split(".").pop();
      sketch.put(`key ${name}`, "path", { d: shapePath(SHAPE_OF[roles[name]], em * 0.4), at: [x + em * 0.5, high - em * 0.55], style: { fill: colour(roles[name]) } });
      sketch.put(`keyname ${name}`, "text", { x: x + em * 1.2, y: high - em * 0.2, "font-size": em * 0.9 }, said);
      x += sketch.wide(said, 0.9) + em * 2.4;
    }
    state.read(at, roles);
  },
  table: (form) => [["", "right", "up"], ...form.texts.map((text, i) => [form.groups[i] ? `${form.groups[i]}: ${text}` : text, ...form.places[i].map((x) => places(x, 3))])],
};

/** Let dots be read: a pane beside them, a pointer that hovers and chooses, keys that walk; returns what it remembers. */
function makeReadable(sketch, host) {
  const { svg } = sketch, pane = element(host, "div", { class: "stage-reading", "aria-live": "polite" });
  const state = { chosen: null, hover: null, spots: [], pane, read: (at, roles) => readDot(state, at, roles) };
  const again = () => redraw(sketch, dots, state);
  const under = (event, reach) => {
    const box = svg.getBoundingClientRect(), size = box.width / svg.viewBox.baseVal.width || 1;
    const [x, y] = [(event.clientX - box.left) / size, (event.clientY - box.top) / size];
    const far = state.spots.map(([a, b]) => Math.hypot(a - x, b - y)), least = Math.min(...far);
    return least < reach ? far.indexOf(least) : null;
  };
  const hover = (i) => { if (i !== state.hover) { state.hover = i; again(); } };
  svg.setAttribute("tabindex", "0");
  svg.setAttribute("role", "application");
  svg.setAttribute("aria-roledescription", "map of dots: arrow keys walk from dot to dot, Escape lets go");
  svg.addEventListener("pointermove", (event) => hover(under(event, 18)));
  svg.addEventListener("pointerleave", () => hover(null));
  svg.addEventListener("pointerdown", (event) => { state.chosen = under(event, 26); state.hover = null; again(); });
  svg.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (way) state.chosen = step(state.spots, state.chosen ?? null, way);
    else if (event.key === "Home") state.chosen = state.own ?? 0;
    else if (event.key === "Escape" && state.chosen !== null) state.chosen = null;
    else return;
    event.preventDefault();
    state.hover = null;
    again();
  });
  return state;
}

/** The nearest dot that lies that way; the first time, the leftmost, topmost ... one. */
export function step(spots, from, [dx, dy]) {
  const [x, y] = from === null ? [-1e4 * dx, -1e4 * dy] : spots[from];
  let best = from, least = Infinity;
  spots.forEach(([a, b], i) => {
    const along = (a - x) * dx + (b - y) * dy, aside = Math.abs((a - x) * dy) + Math.abs((b - y) * dx);
    const far = along + 2 * aside;
    if (i !== from && along > 0.01 && far < least) [best, least] = [i, far];
  });
  return best;
}

function readDot(state, at, roles) {
  const { pane, form } = state, none = at === null || at === undefined;
  pane.replaceChildren();
  if (none) return element(pane, "p", { class: "stage-soft" }, "Point at a dot, or press an arrow key on the map: its sentence stands here, and threads lead to its five nearest.");
  const line = (parent, tag, i) => {
    const one = element(parent, tag), [from, to] = form.spans[i], text = form.texts[i], role = i === form.own ? "you" : roles[form.groups[i]];
    if (role) {
      const mark = document.createElementNS(NS, "svg"), path = document.createElementNS(NS, "path"), said = i === form.own ? "yours" : form.groups[i].split(".").pop();
      for (const [k, v] of Object.entries({ viewBox: "-8 -8 16 16", class: "stage-mark", role: "img", "aria-label": said })) mark.setAttribute(k, v);
      path.setAttribute("d", shapePath(SHAPE_OF[role], 6));
      path.style.fill = colour(role);
      mark.append(path);
      one.append(mark);
    }
    one.append(text.slice(0, from));
    element(one, "b", {}, text.slice(from, to));
    one.append(text.slice(to));
    one.title = text;
    return one;
  };
  line(pane, "p", at).className = "stage-said";
  const list = element(pane, "ol", { class: "stage-near" });
  for (const i of form.near[at]) line(list, "li", i);
}

/** Bubbles that touch nobody: each is drawn to its home, whoever overlaps is pushed away; the first stays in place. */
export function settle(spots, sizes, homes, width, height, gap) {
  const at = spots.map((spot) => [...spot]), turns = 240, frame = [width, height];
  for (let turn = 0; turn < turns; turn++) {
    const pull = 0.12 * Math.max(0, 1 - (1.4 * turn) / turns);
    for (let i = 1; i < at.length; i++) for (const k of [0, 1]) at[i][k] += pull * (homes[i][k] - at[i][k]);
    for (let i = 1; i < at.length; i++) {
      for (let j = 0; j < i; j++) {
        const [dx, dy] = [at[i][0] - at[j][0], at[i][1] - at[j][1]];
        const over = [(sizes[i][0] + sizes[j][0]) / 2 + gap - Math.abs(dx), (sizes[i][1] + sizes[j][1]) / 2 + gap - Math.abs(dy)];
        if (over[0] <= 0 || over[1] <= 0) continue;
        // the short way out, unless a wall stands there
        const ways = [dx, dy].map((far) => ((far || (i % 2 ? 1 : -1)) > 0 ? 1 : -1));
        const walled = (k) => Math.abs(at[i][k] + ways[k] * over[k] - frame[k] / 2) > (frame[k] - sizes[i][k]) / 2;
        let k = over[0] / width < over[1] / height ? 0 : 1;
        if (!j && walled(k) && !walled(1 - k)) k = 1 - k;
        const way = ways[k];
        at[i][k] += way * over[k] * (j ? 0.5 : 1);
        if (j) at[j][k] -= way * over[k] * 0.5;
      }
      frame.forEach((all, k) => { at[i][k] = Math.min(Math.max(at[i][k], sizes[i][k] / 2 + 1), all - sizes[i][k] / 2 - 1); });
    }
  }
  return at;
}

/** A text in at most two lines. */
function twoLines(sketch, text, room, size, weight) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
    if (lines.length === 2 || !lines.at(-1) || sketch.wide(longer, size, weight) <= room) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.map((line) => sketch.cut(line, room, size, weight));
}

const MOST = 24; // as in plots/bag.py

/** A word in the middle, round it what it calls up; a hand or the keys put bubbles together to heaps. */
const bag = {
  natural: (form, width, em) => {
    const area = form.thoughts.slice(0, MOST).reduce((all, text) => all + (Math.min(text.length, 22) * 0.6 + 2.6) * (text.length > 16 ? 3.6 : 2.6), 40) * em * em;
    const high = Math.max(em * 12, (1.3 * area) / width + em * 4);
    return [high, Math.max(high, em * 22)];
  },
  draw(sketch, form, width, height, em) {
    const state = (sketch.bag ??= makeGatherable(sketch)), thoughts = form.thoughts.slice(0, MOST);
    const head = sketch.title(form.title, "", width), foot = em * 2.6, high = Math.max(height - head - foot, em * 8);
    Object.assign(state, { form, again: [width, height, em] });
    state.heaps = state.heaps.map((heap) => heap.filter((one) => thoughts.includes(one))).filter((heap) => heap.length > 1);
    sketch.svg.setAttribute("viewBox", `0 0 ${width} ${height - foot}`);
    sketch.svg.setAttribute("height", height - foot);
    sketch.svg.setAttribute("tabindex", thoughts.length ? "0" : "-1");
    const all = [form.word, ...thoughts], middle = [width / 2, head + high / 2], room = Math.min(em * 11, width * 0.4);
    const told = all.map((text, i) => twoLines(sketch, text, room, i ? 1 : 1.5, i ? "" : "bold"));
    const roles = all.map((text, i) => (i ? roleOf(text) : "you"));
    const sizes = told.map((lines, i) => {
      const size = em * (i ? 1 : 1.5), mark = i && roles[i] ? em * 1.2 : 0;
      return [Math.max(...lines.map((line) => sketch.wide(line, i ? 1 : 1.5, i ? "" : "bold"))) + size * 1.5 + mark, size * (lines.length * 1.2 + 0.9)];
    });
    const share = ([x, y]) => [x / width, (y - head) / high], place = ([x, y]) => [x * width, head + y * high];
    // alone a bubble belongs on a ring round the word (on one of two, where there are many); in a heap, to the heap
    const rings = thoughts.length > 9 ? [0.24, 0.42] : [0.34], across = Math.min(width, em * 52);
    const ring = all.map((_, i) => {
      const angle = -Math.PI / 2 + (2 * Math.PI * (i - 1)) / thoughts.length, far = rings[i % rings.length];
      return i ? [middle[0] + far * across * Math.cos(angle), middle[1] + far * high * Math.sin(angle)] : middle;
    });
    const start = all.map((text, i) => (i && state.spots.has(text) ? place(state.spots.get(text)) : ring[i]));
    const homes = all.map((text, i) => {
      const pinned = state.pins.get(state.heaps.find((one) => one.includes(text))?.[0] ?? text);
      return i && pinned ? place(pinned) : ring[i];
    });
    const down = ([x, y]) => [x, y - head], up = ([x, y]) => [x, y + head];
    const at = state.held ? start : settle(start.map(down), sizes, homes.map(down), width, high, em * 0.55).map(up);
    all.forEach((text, i) => { if (i) state.spots.set(text, share(at[i])); });
    Object.assign(state, { thoughts, at: at.slice(1), sizes: sizes.slice(1), share });
    for (const ground of ["threads", "heaps"]) sketch.put(ground, "g", { class: `stage-${ground}` });
    thoughts.forEach((text, k) => {
      sketch.put(`thread ${text}`, "path", { d: "M0 0H1", into: "threads", class: `${text === state.held ? "" : "stage-glides "}stage-string`, at: reach(middle, at[k + 1]) });
    });
    state.heaps.forEach((heap, h) => {
      const paint = colour(heap.map(roleOf).find(Boolean) ?? "quiet"), [p, ...rest] = heap.map((one) => at[all.indexOf(one)]);
      rest.forEach((q, k) => sketch.put(`tie ${h} ${k}`, "path", { d: "M0 0H1", into: "heaps", class: "stage-glides stage-tie", "stroke-width": em * 1.6, at: reach(p, q), style: { stroke: paint } }));
      heap.forEach((one) => {
        const [w, t] = sizes[all.indexOf(one)].map((x) => x + em * 0.9);
        sketch.put(`hull ${one}`, "rect", { x: -w / 2, y: -t / 2, width: w, height: t, rx: t / 2, at: at[all.indexOf(one)], into: "heaps", class: "stage-glides", style: { fill: paint } });
      });
    });
    all.forEach((text, i) => {
      const key = i ? `bubble ${text}` : "the word", [w, t] = sizes[i], paint = colour(roles[i] ?? "plain"), size = i ? 1 : 1.5, fresh = !sketch.known.has(key);
      const one = sketch.put(key, "g", { at: fresh ? middle : at[i], class: `${text === state.held && i ? "" : "stage-glides "}${i ? "stage-bubble" : ""}` });
      if (i) one.dataset.thought = i - 1;
      sketch.put(`${key} skin`, "rect", { into: key, x: -w / 2, y: -t / 2, width: w, height: t, rx: Math.min(t / 2, em * 1.6), class: "stage-skin", "stroke-width": i && text === (state.target ?? state.chosen) ? 4 : 2, style: { stroke: i && text === state.held ? colour("you") : paint, fill: `color-mix(in srgb, ${paint} 14%, var(--stage-ground))` } });
      const mark = i && roles[i] ? em * 1.2 : 0;
      if (mark) sketch.put(`${key} mark`, "path", { into: key, d: shapePath(SHAPE_OF[roles[i]], em * 0.36), at: [-w / 2 + em * 1.05, 0], style: { fill: paint } });
      told[i].forEach((line, l) => sketch.put(`${key} ${l}`, "text", { into: key, x: mark / 2, y: em * size * (0.36 + 1.2 * (l - (told[i].length - 1) / 2)), "text-anchor": "middle", "font-size": em * size, "font-weight": i ? "normal" : "bold" }, line));
      if (fresh) move(one, at[i], true); // out of the word it comes, and then to its place
    });
    if (!state.said) state.hear(thoughts.length < 2 ? "" : `Put a bubble on another: they gather in a heap.${width < em * 22 ? "" : " On empty ground it is alone again."}`);
  },
  table: (form) => [["", "thought"], ...form.thoughts.map((text, i) => [String(i + 1), text])],
};

/** Let bubbles be gathered: a hand drags; arrow keys walk, Space picks up and puts down; each change is said below. */
function makeGatherable(sketch) {
  const { svg } = sketch, heard = element(svg.parentElement, "p", { class: "stage-heard", role: "status", "aria-live": "polite" });
  const state = { heaps: [], spots: new Map(), pins: new Map(), held: null, chosen: null, target: null, at: [], said: false };
  state.hear = (text) => { if (heard.textContent !== text) heard.textContent = text; };
  const say = (text) => { state.said = true; state.hear(text); };
  const again = () => redraw(sketch, bag, state);
  const others = (text) => (state.heaps.find((heap) => heap.includes(text)) ?? []).filter((one) => one !== text);
  const about = (text) => (others(text).length ? `${text}: in a heap with ${others(text).join(", ")}.` : `${text}: alone.`);
  const join = (text, other, where) => {
    const same = other && others(other).includes(text);
    if (!same) state.heaps = state.heaps.map((heap) => heap.filter((one) => one !== text)).filter((heap) => heap.length > 1);
    if (other && !same) {
      const heap = state.heaps.find((one) => one.includes(other));
      if (heap) heap.push(text);
      else state.heaps.push([other, text]);
      const first = heap ? heap[0] : other;
      if (!state.pins.has(first)) state.pins.set(first, state.spots.get(first));
    }
    if (where && !other) {
      state.spots.set(text, where);
      state.pins.set(text, where);
    }
    Object.assign(state, { held: null, target: null });
    say(about(text));
    again();
  };
  const point = (event) => {
    const box = svg.getBoundingClientRect(), size = box.width / svg.viewBox.baseVal.width || 1;
    return [(event.clientX - box.left) / size, (event.clientY - box.top) / size];
  };
  const under = ([x, y], not) => state.thoughts.find((text, k) => text !== not && Math.abs(state.at[k][0] - x) < state.sizes[k][0] / 2 + 6 && Math.abs(state.at[k][1] - y) < state.sizes[k][1] / 2 + 6) ?? null;
  let from = null, before = null;
  svg.addEventListener("pointerdown", (event) => {
    const text = state.thoughts?.[event.target.closest?.(".stage-bubble")?.dataset.thought];
    if (text === undefined || event.button) return;
    event.preventDefault();
    svg.focus({ preventScroll: true });
    svg.setPointerCapture(event.pointerId);
    [from, before] = [point(event), state.spots.get(text)];
    Object.assign(state, { held: text, chosen: text, target: null });
    const one = sketch.known.get(`bubble ${text}`);
    one.parentElement.append(one); // above the others
    again();
  });
  svg.addEventListener("pointermove", (event) => {
    if (!from || state.held === null) return;
    const [x, y] = point(event), [width, height, em] = state.again, most = state.share([width, height - em * 2.6]);
    const spot = state.share([x, y]);
    state.spots.set(state.held, spot.map((c, k) => Math.min(Math.max(c, 0), most[k])));
    state.target = under([x, y], state.held);
    again();
  });
  svg.addEventListener("pointerup", (event) => {
    if (!from || state.held === null) return;
    const [x, y] = point(event), moved = Math.hypot(x - from[0], y - from[1]) > 6, text = state.held;
    from = null;
    if (moved) return join(text, under([x, y], text), state.spots.get(text));
    state.held = null;
    say(about(text));
    again();
  });
  const back = () => {
    if (from && state.held !== null) state.spots.set(state.held, before);
    from = null;
    Object.assign(state, { held: null, target: null });
    again();
  };
  svg.addEventListener("pointercancel", back);
  svg.addEventListener("blur", () => { if (!from && (state.held ?? state.chosen) !== null) { state.chosen = null; back(); } });
  svg.setAttribute("role", "application");
  svg.setAttribute("aria-roledescription", "bubbles: arrow keys walk, Space picks one up and puts it on another, Escape lets go");
  svg.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key], { thoughts } = state;
    if (event.ctrlKey || event.metaKey || event.altKey || from || !thoughts.length) return;
    if (way) {
      const now = state.target ?? state.chosen, next = now === null ? thoughts[0] : thoughts[step(state.at, thoughts.indexOf(now), way)];
      if (state.held === null) state.chosen = next;
      else state.target = next === state.held ? null : next;
      if (state.held === null) say(about(next));
      else say(state.target ? `${state.held} over ${next}. Space puts it there.` : `${state.held} in hand. Space puts it down alone.`);
    } else if ((event.key === " " || event.key === "Enter") && state.chosen !== null) {
      event.preventDefault();
      if (state.held !== null) return join(state.held, state.target);
      state.held = state.chosen;
      say(`${state.held} in hand. Arrow keys choose where it goes, Space puts it down.`);
    } else if (event.key === "Escape" && state.held !== null) {
      say(`${state.held}: back in its place.`);
      event.preventDefault();
      return back();
    } else return;
    event.preventDefault();
    again();
  });
  return state;
}

const AT_ONCE = 1500, PAUSE = 120, SPECIAL = ["[CLS]", "[SEP]", "[PAD]", "<s>", "</s>", "<pad>"], LEVELS = 20; // as in plots/attention.py

/** One head on one text: each row looks, each column is looked at; beside it, threads, where there is room. */
const headView = {
  natural: (form, width, em) => {
    const side = Math.min(width, form.tokens.length * em * 2.2 + em * 8); // where it is narrow the grid ends with the width
    const wanted = width > em * 42 ? em * 29 : Math.min(em * 29, side + em * 3.5);
    return [Math.min(em * 18, wanted), wanted];
  },
  draw(sketch, form, width, height, em) {
    const state = (sketch.head ??= makeWalked(sketch)), { tokens, weights } = form, foot = em * 1.5;
    const hides = form.hide && tokens.some((token) => !SPECIAL.includes(token));
    const shown = tokens.map((_, i) => i).filter((i) => !(hides && SPECIAL.includes(tokens[i]))), n = shown.length;
    state.take(form, shown);
    const { start, end } = state.at, r = shown.indexOf(start), c = shown.indexOf(end);
    const longest = Math.min(Math.max(...shown.map((i) => sketch.wide(tokens[i], 1, "bold"))), em * 7), left = longest + em * 0.6;
    const head = sketch.title(form.name, "", width), top = head + left, beside = width > em * 42 && !form.pair, room = beside ? width * 0.56 : width;
    const cell = Math.max(Math.min((room - left - 4) / n, (height - foot - top - 4) / n, em * 2.2), 2), side = cell * n;
    Object.assign(state, { form, shown, left, top, cell, again: [width, height, em] });
    sketch.svg.setAttribute("viewBox", `0 0 ${width} ${height - foot}`);
    sketch.svg.setAttribute("height", height - foot);
    sketch.put("ground", "rect", { x: left, y: top, width: side, height: side, class: "stage-frame" });
    const cells = Array.from({ length: LEVELS + 1 }, () => "");
    const gap = cell > em ? 1 : 0;
    shown.forEach((i, y) => shown.forEach((j, x) => {
      cells[Math.round(LEVELS * Math.min(weights[i][j], 1))] += `M${(left + x * cell).toFixed(1)} ${(top + y * cell).toFixed(1)}h${(cell - gap).toFixed(1)}v${(cell - gap).toFixed(1)}h${(gap - cell).toFixed(1)}z`;
    }));
    cells.forEach((d, level) => { if (level && d) sketch.put(`weight ${level}`, "path", { d, class: "stage-weight", style: { opacity: 0.08 + (0.92 * level) / LEVELS } }); });
    // names stand where there is room; those in hand always
    const every = Math.ceil((em * 1.05) / cell), seen = (k, at) => k === at || (k % every === 0 && !(at >= 0 && Math.abs(k - at) * cell < em * 1.05));
    shown.forEach((i, k) => {
      const mid = (k + 0.5) * cell, bold = (chosen) => ({ "font-weight": chosen ? "bold" : "normal" });
      if (seen(k, r)) sketch.put(`row ${k}`, "text", { x: left - em * 0.4, y: top + mid + em * 0.35, "text-anchor": "end", ...bold(k === r) }, sketch.cut(tokens[i], longest, 1, "bold"));
      if (seen(k, c)) sketch.put(`column ${k}`, "text", { transform: `translate(${(left + mid + em * 0.35).toFixed(1)} ${(top - em * 0.4).toFixed(1)}) rotate(-90)`, x: 0, y: 0, ...bold(k === c) }, sketch.cut(tokens[i], longest, 1, "bold"));
    });
    if (r >= 0) sketch.put("looks", "rect", { x: left - 1, y: top + r * cell - 1, width: side + 2, height: cell + 2, class: "stage-looks", "stroke-width": 1 });
    if (r >= 0 && c >= 0) sketch.put("here", "rect", { x: left + c * cell - 1.5, y: top + r * cell - 1.5, width: cell + 3, height: cell + 3, class: "stage-looks", "stroke-width": 3 });
    if (form.cut && r >= 0 && c >= 0) sketch.put("crossed", "path", { d: `M${left + c * cell} ${top + r * cell}l${cell} ${cell}m0 ${-cell}l${-cell} ${cell}`, class: "stage-looks", "stroke-width": 3 });
    state.threads = null;
    if (beside && r >= 0) {
      const from = left + side + em * 3 + longest, to = Math.min(Math.max(width - longest - em * 0.5, from + em * 3), from + em * 22), step = Math.min((height - foot - head) / n, em * 1.8), mid = (k) => head + (k + 0.5) * step;
      const sparse = Math.ceil((em * 1.05) / step);
      state.threads = { x: (from + to) / 2, y: head, step };
      shown.forEach((i, k) => {
        const weight = weights[start][i];
        if (weight > 0.002) sketch.put(`thread ${k}`, "path", { d: "M0 0H1", class: "stage-glides stage-look", "stroke-width": 0.5 + 9 * weight, at: reach([from, mid(r)], [to, mid(k)]), style: { opacity: 0.25 + 0.75 * weight } });
        const near = (at) => k === at || (k % sparse === 0 && Math.abs(k - at) * step >= em * 1.05);
        if (near(r)) sketch.put(`from ${k}`, "text", { x: from - em * 0.4, y: mid(k) + em * 0.35, "text-anchor": "end", "font-weight": k === r ? "bold" : "normal" }, sketch.cut(tokens[i], longest, 1, "bold"));
        if (near(c)) sketch.put(`to ${k}`, "text", { x: to + em * 0.4, y: mid(k) + em * 0.35, "font-weight": weight > 0.1 ? "bold" : "normal" }, sketch.cut(tokens[i], longest, 1, "bold"));
      });
    }
    state.say();
  },
  table: (form) => [["from", ...form.tokens], ...form.tokens.map((token, i) => [token, ...form.weights[i].map((x) => places(x, 2))])],
};

/** Let the cells of a head be walked: a hand points, arrow keys walk; what a cell weighs is said below. */
function makeWalked(sketch) {
  const { svg } = sketch, heard = element(svg.parentElement, "p", { class: "stage-heard stage-line", role: "status", "aria-live": "polite" });
  const state = { at: { start: 0, end: 0 }, until: 0, told: new Set() }, key = ({ start, end }) => `${start} ${end}`;
  let pause = 0;
  const named = (i) => (state.form.tokens.filter((token) => token === state.form.tokens[i]).length > 1 ? `${state.form.tokens[i]} (${i})` : state.form.tokens[i]);
  state.say = () => {
    const { start, end } = state.at, line = `${named(start)} → ${named(end)}: ${places(state.form.weights[start][end], 2)}${state.form.cut ? ", cut" : ""}`;
    if (heard.textContent !== line) heard.textContent = line;
  };
  // a picture that was on its way while the hand walked on does not pull the hand back
  state.take = (form, shown) => {
    if (form === state.form) return;
    const same = state.form?.tokens.join(" ") === form.tokens.join(" ");
    const heaviest = shown.reduce((best, i) => (form.weights[form.focus][i] > form.weights[form.focus][best] ? i : best), shown[0]);
    const next = { start: form.focus, end: form.end ?? heaviest };
    if (same && performance.now() < state.until && state.told.has(key(next))) return;
    state.at = next;
    state.told = new Set([key(next)]);
  };
  const choose = (start, end) => {
    state.at = { start, end };
    state.told.add(key(state.at));
    state.until = performance.now() + AT_ONCE;
    redraw(sketch, headView, state);
    clearTimeout(pause); // what is cut is computed anew: one message for a run of keys
    const tell = () => sketch.hand?.({ text: state.form.tokens, start, end });
    if (state.form.cut) pause = setTimeout(tell, PAUSE);
    else tell();
  };
  svg.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    const box = svg.getBoundingClientRect(), size = box.width / svg.viewBox.baseVal.width || 1, { left, top, cell, shown, threads, at } = state;
    const x = (event.clientX - box.left) / size, y = (event.clientY - box.top) / size, side = cell * shown.length;
    const row = shown[Math.floor((y - top) / cell)], column = shown[Math.floor((x - left) / cell)];
    if (threads && x > left + side + 20) {
      const token = shown[Math.floor((y - threads.y) / threads.step)];
      if (token !== undefined) choose(x < threads.x ? token : at.start, x < threads.x ? at.end : token);
    } else if (x <= left + side && (row ?? column) !== undefined) choose(row ?? at.start, column ?? at.end);
  });
  svg.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { shown, at } = state, last = shown.length - 1, keep = (k) => Math.max(0, Math.min(last, k));
    const r = Math.max(0, shown.indexOf(at.start)), c = Math.max(0, shown.indexOf(at.end));
    const way = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [0, -c], End: [0, last - c] }[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    choose(shown[keep(r + way[0])], shown[keep(c + way[1])]);
  });
  svg.setAttribute("tabindex", "0");
  svg.setAttribute("role", "application");
  svg.setAttribute("aria-roledescription", "grid of weights: arrow keys choose another cell");
  svg.classList.add("stage-walked");
  return state;
}

export const KINDS = { Bag: bag, HeadView: headView, Bars: bars, Discs: discs, Heat: heat, Key: nameKey, Lines: lines, Points: points, Dots: dots, Marks: marks };
export const DRAWN = [...Object.keys(KINDS), "Words"];

function drawWords(host, form) {
  host.replaceChildren();
  if (form.title) element(host, "div", { class: "stage-part-title" }, form.title);
  const line = element(host, "div", { class: "stage-words" });
  form.words.forEach((word, i) => {
    const look = i === form.chosen ? "stage-word stage-chosen" : form.lit.includes(i) ? "stage-word stage-lit" : "stage-word";
    element(line, "span", { class: look }, word);
  });
}

/** A row of buttons of which one is on, with a name; `react` is told which. Returns a function that shows one. */
export function pickOne(host, name, texts, react) {
  const group = element(host, "div", { class: "stage-pick", role: "group", "aria-label": name });
  element(group, "span", {}, name);
  const all = texts.map((text) => element(group, "button", { type: "button" }, text));
  const put = (i) => all.forEach((one, k) => one.setAttribute("aria-pressed", String(i === k)));
  all.forEach((one, i) => one.addEventListener("click", () => { put(i); react(i); }));
  return put;
}

/** A sentence with {names}, filled in. */
export const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

/** The model's values of some names, drawn anew at each change of one; returns what ends it. */
export function followed(model, names, draw) {
  names.forEach((name) => model.on(`change:${name}`, draw));
  return () => names.forEach((name) => model.off(`change:${name}`, draw));
}

// ---- the stage itself -----------------------------------------------------------------------------------------------

export class Show {
  constructor(host) {
    this.section = element(host, "section", { class: "course-stage" });
    const head = element(this.section, "div", { class: "stage-head" });
    this.title = element(head, "div", { class: "stage-title", role: "heading", "aria-level": "4" });
    this.button = element(head, "button", { class: "stage-button", type: "button", title: "fill the window; Escape comes back" }, "stage");
    this.picture = element(this.section, "div", { class: "stage-picture" });
    this.canvas = element(this.picture, "div", { class: "stage-canvas" });
    this.trouble = element(this.picture, "div", { class: "stage-trouble", role: "alert" });
    this.waiting = element(this.picture, "div", { class: "stage-waiting", role: "status" });
    const caption = this.caption = element(this.section, "p", { class: "stage-caption", role: "status", "aria-live": "polite" });
    element(caption, "b", {}, "What you see:");
    caption.append(" ");
    this.words = element(caption, "span");
    this.numbers = element(this.section, "details", { class: "stage-numbers" });
    element(this.numbers, "summary", {}, "numbers");
    this.tables = element(this.numbers, "div");
    this.numbers.addEventListener("toggle", () => this.fill());
    this.button.addEventListener("click", () => this.full());
    this.parts = [];
    this.hand = null; // tells whoever listens what a hand has done in the picture
    this.held = {};
    this.performance = null;
    this.onFull = () => { this.root.classList.toggle("stage-full", document.fullscreenElement === this.root); this.fit(); };
    document.addEventListener("fullscreenchange", this.onFull);
    this.observer = new ResizeObserver(() => { if (this.picture.clientWidth !== this.width) this.fit(); });
    this.observer.observe(this.picture);
  }

  /** The whole view: with its controls, where it has any. */
  get root() { return this.section.closest(".embeddings-demo") ?? this.section; }

  full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.root.requestFullscreen?.().catch(() => {});
  }

  show(performance) {
    if (!performance?.form) return;
    this.performance = performance;
    this.title.textContent = performance.title || performance.form.title || "";
    this.words.textContent = performance.form.says;
    this.section.setAttribute("aria-label", this.title.textContent);
    this.say("", "");
    this.fit();
    if (this.numbers.open) this.fill();
  }

  /** An error lies over the last good picture; while something is read the picture fades. */
  say(trouble, waiting) {
    this.trouble.textContent = trouble;
    this.waiting.textContent = waiting;
    this.picture.classList.toggle("stage-troubled", Boolean(trouble || waiting));
  }

  fit() {
    this.width = this.picture.clientWidth;
    if (!this.performance || !this.width) return;
    const { parts, twin, form } = this.performance, full = this.root.classList.contains("stage-full");
    const em = full ? Math.min(Math.max(25, this.width / 60), 34) : 14, narrow = Math.max(this.width, this.root.clientWidth) < NARROW && !full;
    // on a projector the view is as high as the window, whatever stands in it: there its last line counts
    const frame = this.root.getBoundingClientRect(), high = full ? this.numbers.getBoundingClientRect().bottom - frame.top : frame.height;
    const around = high - this.picture.offsetHeight - (this.numbers.open ? this.tables.offsetHeight : 0);
    const most = full ? window.innerHeight - around - 16 : narrow ? Infinity : Math.max(Math.floor(HIGHEST - around) - 1, 240);
    this.caption.classList.toggle("stage-short", twin === ELSEWHERE); // the picture stands above
    this.caption.classList.toggle("stage-free", narrow); // a narrow page may be as high as it likes
    this.picture.style.fontSize = `${em}px`;
    if (parts.length) this.arrange(parts, em, narrow, most);
    else this.showTwin(twin || "", form, narrow, full, most);
    // a picture may get higher, never lower: nothing below it jumps
    const key = `${this.width} ${full}`, now = this.canvas.offsetHeight;
    this.held = { [key]: Math.max(this.held[key] ?? 0, now) };
    this.picture.style.minHeight = full ? "" : `${this.held[key]}px`;
    this.section.dataset.drawn = Number(this.section.dataset.drawn ?? 0) + 1;
  }

  showTwin(twin, form, narrow, full, most) {
    this.parts = [];
    const html = twin || `<p></p>`;
    if (this.lastTwin !== html) {
      this.canvas.innerHTML = html;
      this.lastTwin = html;
      if (!twin) this.canvas.firstChild.textContent = form.says;
    }
    const one = this.canvas.firstElementChild;
    this.canvas.className = `stage-canvas stage-twin${narrow ? " stage-narrow" : ""}`;
    one.style.zoom = 1;
    // text flows: it shows as many lines of each piece as there is room for
    if (one.dataset.flows) for (let lines = 9; lines; lines--) {
      one.style.setProperty("--stage-lines", lines);
      if (narrow || one.scrollHeight <= most) break;
    }
    else if (!narrow) {
      const wide = Math.max(one.scrollWidth, one.getBoundingClientRect().width), high = Math.max(one.scrollHeight, one.getBoundingClientRect().height);
      if (wide && high) one.style.zoom = Math.min(this.width / wide, most / high, full ? 4 : 1);
    }
  }

  arrange(rows, em, narrow, most) {
    this.canvas.className = "stage-canvas";
    if (this.lastTwin !== undefined) {
      this.canvas.replaceChildren();
      this.lastTwin = undefined;
    }
    const gap = em * 1.2, lines = narrow ? rows.flatMap((row) => row.map((pile) => [pile])) : rows;
    const size = (form, width) => (form.kind === "Words" ? [em * (form.title ? 3.6 : 2), em * (form.title ? 3.6 : 2)] : KINDS[form.kind].natural(form, width, em));
    const plan = lines.map((row) => {
      const width = (this.width - gap * (row.length - 1)) / row.length;
      const sum = (k) => Math.max(...row.map((pile) => pile.reduce((all, form) => all + size(form, width)[k], (pile.length - 1) * em)));
      return { row, width, least: sum(0), wanted: sum(1) };
    });
    const total = (k) => plan.reduce((all, line) => all + line[k], em * 0.8 * (plan.length - 1));
    const spare = Math.max(0, Math.min(most, total("wanted")) - total("least")), stretch = total("wanted") - total("least") || 1;
    let number = 0;
    const used = [];
    for (const { row, width, least, wanted } of plan) {
      const high = least + (spare * (wanted - least)) / stretch, line = this.slot(this.canvas, used, number++, "stage-row");
      const piles = [];
      row.forEach((pile, i) => {
        const column = this.slot(line, piles, i, "stage-pile"), cells = [];
        column.style.width = `${width}px`;
        const least0 = pile.map((form) => size(form, width)[0]), want = pile.map((form) => size(form, width)[1] - size(form, width)[0]);
        const over = Math.max(0, high - (pile.length - 1) * em - least0.reduce((a, b) => a + b, 0)), all = want.reduce((a, b) => a + b, 0) || 1;
        const last = pile.findLastIndex((form) => form.kind === "Points" || form.kind === "Lines");
        const more = pile.map((_, k) => Math.min(over, all) * (want[k] / all) + (k === last ? Math.max(0, over - all) : 0));
        pile.forEach((form, k) => this.draw(this.slot(column, cells, k, "stage-part"), form, width, least0[k] + more[k], em));
        this.trim(column, pile.length);
      });
      this.trim(line, row.length);
    }
    this.trim(this.canvas, plan.length);
  }

  slot(parent, used, i, name) {
    const one = parent.children[i] ?? element(parent, "div", { class: name });
    used.push(one);
    return one;
  }

  trim(parent, n) { while (parent.children.length > n) parent.lastElementChild.remove(); }

  draw(host, form, width, height, em) {
    if (host.stageKind !== form.kind) {
      host.replaceChildren();
      host.stageKind = form.kind;
      host.sketch = form.kind === "Words" ? null : new Sketch(host);
    }
    if (form.kind === "Words") return drawWords(host, form);
    host.sketch.hand = this.hand;
    host.sketch.begin(Math.floor(width), Math.ceil(height), em, form.says);
    KINDS[form.kind].draw(host.sketch, form, Math.floor(width), Math.ceil(height), em);
    host.sketch.end();
  }

  /** The numbers, as tables; made when they are opened. */
  fill() {
    this.tables.replaceChildren();
    if (!this.numbers.open || !this.performance) return;
    element(this.tables, "p", {}, this.performance.form.says);
    const box = element(this.tables, "div", { class: "stage-tables", tabindex: "0", role: "group", "aria-label": "numbers" });
    for (const form of this.performance.parts.flat(2)) {
      if (!KINDS[form.kind]) continue;
      const table = element(box, "table");
      KINDS[form.kind].table(form).slice(0, 200).forEach((row, i) => {
        const line = element(table, "tr");
        row.forEach((text, j) => element(line, i && j ? "td" : "th", i && j ? {} : { scope: i ? "row" : "col" }, text));
      });
    }
  }

  end() {
    this.observer.disconnect();
    document.removeEventListener("fullscreenchange", this.onFull);
    this.section.remove();
  }
}

/** Put a saved picture on a page without a kernel; returns the stage, whose `show` takes another picture. */
export function mount(host, performance) {
  const stage = new Show(host);
  stage.show(performance);
  return stage;
}

function render({ model, el }) {
  el.classList.add("stage-host");
  const stage = new Show(el);
  // one message at a time: what a hand does before the answer comes is told when it is there
  let busy = 0, next = null;
  const tell = (done) => {
    if (performance.now() < busy) return void (next = done);
    [busy, next] = [performance.now() + 500, null];
    model.set("hand", done);
    model.save_changes();
    setTimeout(free, 510);
  };
  const free = () => {
    busy = 0;
    if (next) tell(next);
  };
  if (model.get("hears")) stage.hand = tell;
  const show = () => { stage.show(model.get("shown")); free(); };
  const say = () => stage.say(model.get("trouble"), model.get("waiting"));
  const all = [["change:shown", show], ["change:trouble", say], ["change:waiting", say]];
  all.forEach(([event, react]) => model.on(event, react));
  show();
  say();
  return () => {
    all.forEach(([event, react]) => model.off(event, react));
    stage.end();
  };
}

export default { render };
