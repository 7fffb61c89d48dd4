/* The vector board in the page: arrows that a hand or the arrow keys can move. Nothing here asks Python while dragging:
   the points go to the kernel when the hand lets go. The first half is plain arithmetic (also tested by itself), the
   second half draws. The Python twin is plots/board.py; a test holds both to the same sentence. */

// --- arithmetic ---------------------------------------------------------------------------------------------

export const RULERS = [["dot", "dot product"], ["euclidean", "distance"], ["cosine", "cosine"]];
export const DIMENSIONS = [2, 3, 10, 50, 100, 384, 768];
const BINS = 60;

export const dot = (a, b) => a[0] * b[0] + a[1] * b[1];
export const norm = (a) => Math.hypot(a[0], a[1]);
export const euclidean = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);
export const cosine = (a, b) => {
  const lengths = norm(a) * norm(b);
  return lengths > 0 ? Math.max(-1, Math.min(1, dot(a, b) / lengths)) : 0;
};
const READ = { dot, euclidean, cosine };

/** A point after the switches, in this order: times 10, plus 100, length 1. */
export function shown(p, on) {
  let q = [p[0] * (on.times_ten ? 10 : 1) + (on.plus_hundred ? 100 : 0), p[1] * (on.times_ten ? 10 : 1) + (on.plus_hundred ? 100 : 0)];
  const length = norm(q);
  return on.unit && length > 0 ? [q[0] / length, q[1] / length] : q;
}

/** The point that is shown at `q`: the switches backwards. With length 1 the hand turns the arrow, its length stays. */
export function unshown(q, old, on) {
  if (on.unit) {
    const length = norm(shown(old, { ...on, unit: false }));
    const size = norm(q);
    if (!(size > 0)) return old.slice();
    q = [(q[0] / size) * length, (q[1] / size) * length];
  }
  const back = (x) => (x - (on.plus_hundred ? 100 : 0)) / (on.times_ten ? 10 : 1);
  return [back(q[0]), back(q[1])];
}

/** The other words, nearest first by one ruler: [word index, reading]. */
export function neighbours(points, first, ruler) {
  const read = points.map((p, i) => [i, READ[ruler](points[first], p)]).filter(([i]) => i !== first);
  return read.sort((a, b) => (ruler === "euclidean" ? a[1] - b[1] : b[1] - a[1]) || a[0] - b[0]);
}

/** How the cosines of random pairs scatter in d dimensions: share of pairs in each bin, and share at or above c.
    The angle of two random directions has a density proportional to sin(angle) ** (d - 2). */
export function strangers(d, bins = BINS, steps = 24000) {
  const below = new Float64Array(steps + 1); // share of angles below i / steps * pi
  let previous = d === 2 ? 1 : 0;
  for (let i = 1; i <= steps; i++) {
    const now = Math.sin((i / steps) * Math.PI) ** (d - 2);
    below[i] = below[i - 1] + (now + previous) / 2;
    previous = now;
  }
  const all = below[steps];
  const above = (c) => {
    const place = (Math.acos(Math.max(-1, Math.min(1, c))) / Math.PI) * steps;
    const i = Math.min(Math.floor(place), steps - 1);
    return (below[i] + (below[i + 1] - below[i]) * (place - i)) / all;
  };
  const shares = [];
  for (let i = 0; i < bins; i++) shares.push(above(-1 + (2 * i) / bins) - above(-1 + (2 * (i + 1)) / bins));
  return { shares, above };
}

/** A square that holds the origin and all points: [left, bottom, side]. */
export function viewBox(points) {
  const x = [0, ...points.map((p) => p[0])], y = [0, ...points.map((p) => p[1])];
  const low = [Math.min(...x), Math.min(...y)], high = [Math.max(...x), Math.max(...y)];
  const side = Math.max(Math.max(high[0] - low[0], high[1] - low[1]) * 1.25, 1e-6);
  return [(low[0] + high[0] - side) / 2, (low[1] + high[1] - side) / 2, side];
}

/** What there is to see, word for word as in Python. */
export function describe(words, points, first, second, on, d, above) {
  const s = points.map((p) => shown(p, on));
  const read = RULERS.map(([ruler, name]) => `${name} ${fixed(READ[ruler](s[first], s[second]))}`).join(", ");
  const best = RULERS.map(([ruler, name]) => `${words[neighbours(s, first, ruler)[0][0]]} by ${name}`).join(", ");
  const share = fixed(100 * above(cosine(s[first], s[second])), 1);
  const names = [["every number times 10", on.times_ten], ["100 added to all", on.plus_hundred], ["length 1", on.unit]];
  const switches = names.filter(([, yes]) => yes).map(([name]) => name).join(", ");
  return `${words[first]} and ${words[second]}: ${read}. The nearest to ${words[first]} is ${best}. ` +
    `Of random pairs in ${d} dimensions ${share} in 100 score at least that cosine.` +
    (switches ? ` Switched on: ${switches}.` : "") +
    (on.unit ? ` On the circle distance squared is 2 - 2 x cosine: ${fixed(euclidean(s[first], s[second]) ** 2)}.` : "");
}

const fixed = (x, n = 2) => (Math.abs(x) < 0.5 * 10 ** -n ? 0 : x).toFixed(n);

// --- drawing ------------------------------------------------------------------------------------------------

const SVG = "http://www.w3.org/2000/svg";
const SIZE = 440;
// a sense keeps its colour; the arrow in hand has the colour of the hand
const SENSES = { money: "var(--stage-money, #8A6400)", river: "var(--stage-river, #0072B2)" };
const PLAIN = "var(--stage-plain, #47688A)";
const paint = (role, word) => (role === "first" ? "var(--stage-you, #C43E00)" : (Object.hasOwn(SENSES, word) ? SENSES[word] : PLAIN));

function make(parent, name, attributes = {}, text = "") {
  const node = parent.namespaceURI === SVG || name === "svg" ? document.createElementNS(SVG, name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text) node.textContent = text; // never innerHTML: words may be anything
  parent.append(node);
  return node;
}

function render({ model, el }) {
  const STATE = ["words", "points", "first", "second", "times_ten", "plus_hundred", "unit", "d"];
  const state = {};
  let box = [0, 0, 1], crowd = null, grabbed = -1, waiting = false, spoken = 0, pending = 0;

  const root = make(el, "div", { class: "vector-board", "data-lm-suppress-shortcuts": "true" });
  const left = make(root, "div", { class: "vb-left" });
  const svg = make(left, "svg", { width: SIZE, height: SIZE, viewBox: `0 0 ${SIZE} ${SIZE}`, role: "group", "aria-label": "Arrows. Tab to an arrow, then move it with the arrow keys; with Shift in larger steps." });
  const ground = make(svg, "g", { "aria-hidden": "true" });
  const chord = make(svg, "line", { class: "vb-chord" }), law = make(svg, "text", { class: "vb-law" });
  const arrows = make(svg, "g");
  const right = make(root, "div", { class: "vb-right" });

  const row = make(right, "div", { class: "vb-row" });
  const selects = {};
  for (const [name, label] of [["first", "Arrow"], ["second", "compared with"]]) {
    const wrap = make(row, "label", {}, label + " ");
    selects[name] = make(wrap, "select", { "data-name": name, "aria-label": label });
    selects[name].addEventListener("change", () => choose(name, selects[name].selectedIndex));
  }
  const switches = make(right, "div", { class: "vb-row", role: "group", "aria-label": "Change all numbers" });
  const buttons = {};
  for (const [name, label] of [["times_ten", "times 10"], ["plus_hundred", "+100 to all"], ["unit", "normalise"]]) {
    buttons[name] = make(switches, "button", { type: "button", "data-name": name }, label);
    buttons[name].addEventListener("click", () => toggle(name));
  }
  const rulers = make(right, "table", { class: "vb-rulers" });
  const head = make(make(rulers, "thead"), "tr");
  for (const text of ["ruler", "reads", "nearest first"]) make(head, "th", { scope: "col" }, text);
  const body = make(rulers, "tbody"), cells = {};
  for (const [ruler, name] of RULERS) {
    const line = make(body, "tr", { "data-ruler": ruler });
    make(line, "th", { scope: "row" }, name);
    cells[ruler] = [make(line, "td", { class: "vb-number" }), make(line, "td", { class: "vb-near" })];
  }
  const crowdRow = make(right, "div", { class: "vb-row" });
  const label = make(crowdRow, "label", {}, "Strangers in ");
  const dims = make(label, "select", { "data-name": "d", "aria-label": "Strangers in" });
  for (const d of DIMENSIONS) make(dims, "option", { value: d }, `${d} dimensions`);
  dims.addEventListener("change", () => { put("d", Number(dims.value)); save(); speak(); });
  const share = make(crowdRow, "span", { class: "vb-share" });
  const histogram = make(right, "svg", { width: 380, height: 104, viewBox: "0 0 380 104", "aria-hidden": "true" });
  const bars = make(histogram, "g"), mark = make(histogram, "line", { y1: 0, y2: 84, stroke: "var(--stage-you, #C43E00)", "stroke-width": 3, "stroke-dasharray": "5 3" });
  for (const [x, text] of [[10, "−1"], [190, "0"], [370, "1"]]) make(histogram, "text", { x, y: 99, "text-anchor": "middle" }, text);
  const line = make(root, "p", { class: "vb-line" });
  const live = make(root, "div", { class: "vb-live", role: "status", "aria-live": "polite" });

  const view = () => state.points.map((p) => shown(p, state));
  const place = ([x, y]) => [((x - box[0]) / box[2]) * SIZE, SIZE - ((y - box[1]) / box[2]) * SIZE];
  const unplace = (x, y) => [box[0] + (x / SIZE) * box[2], box[1] + ((SIZE - y) / SIZE) * box[2]];

  function put(name, value) {
    state[name] = value;
    model.set(name, value);
    if (name === "d") crowd = null;
    draw();
  }
  function save() { clearTimeout(pending); model.save_changes(); }

  function choose(name, index) {
    const other = name === "first" ? "second" : "first", word = state.words[index];
    if (state[other] === word) put(other, state[name]); // swap: a word is never compared with itself
    put(name, word);
    save();
    speak();
  }
  function toggle(name) {
    put(name, !state[name]);
    fit();
    save();
    speak();
  }
  function move(index, point) {
    state.points = state.points.map((p, i) => (i === index ? point.map((x) => Math.max(-1000, Math.min(1000, x))) : p));
    draw();
  }
  function fit() { box = viewBox(view()); drawGround(); draw(); }

  // one drawing a frame, however many events come in
  function draw() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; drawNow(); });
  }

  function drawGround() {
    ground.replaceChildren();
    const step = 10 ** Math.floor(Math.log10(box[2] / 2)), wide = box[2] / step > 12 ? step * 5 : box[2] / step > 5 ? step * 2 : step;
    for (let axis = 0; axis < 2; axis++) {
      for (let k = Math.ceil(box[axis] / wide); k * wide <= box[axis] + box[2]; k++) {
        const at = axis ? place([0, k * wide])[1] : place([k * wide, 0])[0];
        const ends = axis ? { x1: 0, x2: SIZE, y1: at, y2: at } : { y1: 0, y2: SIZE, x1: at, x2: at };
        make(ground, "line", { ...ends, class: k === 0 ? "vb-axis" : "vb-grid" });
        const text = String(Number((k * wide).toPrecision(6))).replace("-", "−");
        if (k !== 0) make(ground, "text", axis ? { x: 4, y: at - 3 } : { x: at + 3, y: SIZE - 5 }, text);
      }
    }
    if (state.unit) {
      const [x, y] = place([0, 0]);
      make(ground, "circle", { cx: x, cy: y, r: SIZE / box[2], class: "vb-circle" });
    }
  }

  function buildArrows() {
    arrows.replaceChildren();
    for (const name of ["first", "second"]) {
      selects[name].replaceChildren();
      for (const word of state.words) make(selects[name], "option", { value: word }, word);
    }
    state.words.forEach((word, i) => {
      const arrow = make(arrows, "g", { class: "vb-arrow", tabindex: 0, role: "slider", "aria-roledescription": "arrow", "aria-label": word, "data-word": word });
      make(arrow, "line", { class: "vb-shaft" });
      make(arrow, "path", { class: "vb-head" });
      make(arrow, "circle", { class: "vb-grip", r: 16 });
      make(arrow, "text", { class: "vb-word" }, word.length > 18 ? word.slice(0, 17) + "…" : word);
      arrow.addEventListener("keydown", (event) => key(event, i));
      arrow.addEventListener("focus", () => { if (state.first !== word) choose("first", i); });
      arrow.querySelector(".vb-grip").addEventListener("pointerdown", (event) => grab(event, i));
    });
  }

  function drawNow() {
    const at = view(), first = state.words.indexOf(state.first), second = state.words.indexOf(state.second);
    if (first < 0 || second < 0) return;
    const [ox, oy] = place([0, 0]), labels = [];
    [...arrows.children].forEach((arrow, i) => {
      const [x, y] = place(at[i]), role = i === first ? "first" : i === second ? "second" : "rest";
      const [shaft, tip, grip, text] = arrow.children;
      const length = Math.hypot(x - ox, y - oy) || 1, ux = (x - ox) / length, uy = (y - oy) / length;
      const h = Math.min(role === "rest" ? 11 : 15, length), w = h * 0.45;
      shaft.setAttribute("x1", ox); shaft.setAttribute("y1", oy);
      shaft.setAttribute("x2", x - ux * h * 0.8); shaft.setAttribute("y2", y - uy * h * 0.8);
      shaft.setAttribute("stroke", paint(role, state.words[i])); shaft.setAttribute("stroke-width", role === "rest" ? 2 : 4);
      tip.setAttribute("d", `M${x} ${y}L${x - ux * h - uy * w} ${y - uy * h + ux * w}L${x - ux * h + uy * w} ${y - uy * h - ux * w}Z`);
      tip.setAttribute("fill", paint(role, state.words[i]));
      grip.setAttribute("cx", x); grip.setAttribute("cy", y);
      const side = x > SIZE - 70 ? "end" : x < 40 ? "start" : ux < -0.25 ? "end" : "start";
      labels.push({ text, side, x: x + (side === "end" ? -9 : 9), y: y + (uy > 0.25 ? 20 : -9), rank: { first: 0, second: 1, rest: 2 }[role] });
      text.style.fontWeight = role === "rest" ? "normal" : "bold";
      arrow.setAttribute("aria-valuenow", fixed(at[i][0]));
      arrow.setAttribute("aria-valuetext", `${fixed(at[i][0])} right, ${fixed(at[i][1])} up`);
    });
    putLabels(labels);
    drawChord(at[first], at[second]);
    for (const [ruler] of RULERS) {
      cells[ruler][0].textContent = fixed(READ[ruler](at[first], at[second])).replace("-", "−");
      cells[ruler][1].textContent = neighbours(at, first, ruler).slice(0, 4).map(([i]) => state.words[i]).join(", ");
    }
    drawCrowd(cosine(at[first], at[second]));
    for (const name of ["first", "second"]) if (selects[name].value !== state[name]) selects[name].value = state[name];
    for (const name of Object.keys(buttons)) buttons[name].setAttribute("aria-pressed", String(!!state[name]));
    line.textContent = "What you see: " + sentence();
    root.dataset.frames = String(Number(root.dataset.frames || 0) + 1);
  }

  /** Among arrows of length 1 the straight line is a chord of the circle, and the cosine says how long it is. */
  function drawChord(a, b) {
    for (const part of [chord, law]) part.style.display = state.unit ? "" : "none";
    const [[x1, y1], [x2, y2]] = [place(a), place(b)];
    for (const [name, value] of Object.entries({ x1, y1, x2, y2 })) chord.setAttribute(name, value);
    law.textContent = `distance² = 2 − 2 × ${fixed(cosine(a, b)).replace("-", "−")} = ${fixed(euclidean(a, b) ** 2)}`;
    law.setAttribute("x", SIZE / 2);
    law.setAttribute("y", SIZE - 18);
  }

  /** The two words in question first, then the rest; each goes up or down until it covers no earlier one. */
  function putLabels(labels) {
    const taken = [];
    for (const label of labels.sort((a, b) => a.rank - b.rank)) {
      const width = 9 * label.text.textContent.length, left = label.side === "end" ? label.x - width : label.x;
      const free = (y) => taken.every((t) => left > t.right || left + width < t.left || Math.abs(y - t.y) > 16);
      const tries = [0, 17, -17, 34, -34, 51, -51, 68, -68, 85, -85].map((d) => Math.max(14, Math.min(SIZE - 6, label.y + d)));
      const y = tries.find(free) ?? tries[0];
      taken.push({ left, right: left + width, y });
      label.text.setAttribute("x", label.x);
      label.text.setAttribute("y", y);
      label.text.setAttribute("text-anchor", label.side);
    }
  }

  function drawCrowd(c) {
    if (!crowd) {
      crowd = strangers(state.d);
      dims.value = String(state.d);
      bars.replaceChildren();
      const most = Math.max(...crowd.shares);
      crowd.shares.forEach((part, i) => {
        const height = (part / most) * 80;
        make(bars, "rect", { x: 10 + i * 6, y: 84 - height, width: 5, height, fill: PLAIN });
      });
    }
    const x = 190 + c * 180;
    mark.setAttribute("x1", x); mark.setAttribute("x2", x);
    share.textContent = `${fixed(100 * crowd.above(c), 1)} in 100 score ${fixed(c)} or more`;
  }

  function sentence() {
    const first = state.words.indexOf(state.first), second = state.words.indexOf(state.second);
    return describe(state.words, state.points, first, second, state, state.d, (crowd || strangers(state.d)).above);
  }

  function grab(event, i) {
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    grabbed = i;
    const grip = event.currentTarget, frame = svg.getBoundingClientRect();
    grip.parentNode.focus({ preventScroll: true });
    const follow = (now) => {
      const x = Math.max(0, Math.min(SIZE, ((now.clientX - frame.left) / frame.width) * SIZE));
      const y = Math.max(0, Math.min(SIZE, ((now.clientY - frame.top) / frame.height) * SIZE));
      move(i, unshown(unplace(x, y), state.points[i], state));
    };
    const drop = () => {
      grip.removeEventListener("pointermove", follow);
      grip.removeEventListener("pointerup", drop);
      grip.removeEventListener("pointercancel", drop);
      grabbed = -1;
      settle(i);
      fit();
      speak();
    };
    grip.addEventListener("pointermove", follow);
    grip.addEventListener("pointerup", drop);
    grip.addEventListener("pointercancel", drop);
  }

  function settle(i) { // two or three decimals are all that a hand can mean
    const digits = Math.max(0, 2 - Math.floor(Math.log10(box[2] / 10 / (state.times_ten ? 10 : 1))));
    state.points = state.points.map((p, k) => (k === i ? p.map((x) => Number(x.toFixed(Math.min(digits, 6)))) : p));
    model.set("points", state.points);
    save();
  }

  function key(event, i) {
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const way = ways[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const step = event.shiftKey ? 1 : 0.1;
    const moved = state.points[i].map((x, k) => Math.max(-1000, Math.min(1000, Number((x + way[k] * step).toFixed(6)))));
    move(i, moved);
    model.set("points", state.points);
    fit();
    clearTimeout(pending);
    pending = setTimeout(save, 150); // one message for a run of key strokes
    speak();
  }

  function speak() { // after a pause, so that a run of changes is one announcement
    clearTimeout(spoken);
    spoken = setTimeout(() => {
      const i = state.words.indexOf(state.first), [x, y] = view()[i];
      live.textContent = `${state.first} at ${fixed(x)} right, ${fixed(y)} up. ${sentence()}`;
    }, 400);
  }

  function read(changed = STATE) {
    for (const name of changed) state[name] = model.get(name);
    crowd = changed.includes("d") ? null : crowd;
    if (changed.includes("words")) buildArrows();
    if (grabbed < 0) fit();
  }

  const watch = STATE.map((name) => {
    const handler = () => {
      if (JSON.stringify(model.get(name)) !== JSON.stringify(state[name])) read(name === "words" ? STATE : [name]);
    };
    model.on(`change:${name}`, handler);
    return [name, handler];
  });
  read();
  drawNow();
  return () => {
    clearTimeout(spoken);
    clearTimeout(pending);
    for (const [name, handler] of watch) model.off(`change:${name}`, handler);
  };
}

export default { render };
