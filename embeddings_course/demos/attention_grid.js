// The attention grid: one head on one text as a heat map and as lines. Choose a cell by mouse or with the arrow keys.
// It draws in the page; Python gives the weights (whole thousandths) and hears which cell was chosen.

const SVG = "http://www.w3.org/2000/svg";
const SPECIAL = new Set(["[CLS]", "[SEP]", "[PAD]"]);
// the colour map cividis in nine stops, as in plots/heat.py
const STOPS = ["00224e", "1a386f", "434e6c", "61656f", "7d7c78", "9b9476", "bcae6c", "dec958", "fee838"]
  .map((hex) => [0, 2, 4].map((i) => parseInt(hex.slice(i, i + 2), 16)));
const LEFT = 84, TOP = 84, WIDE = 250;

export function colour(share) {
  const place = Math.min(Math.max(share, 0), 1) * (STOPS.length - 1), i = Math.min(Math.floor(place), STOPS.length - 2);
  return `rgb(${STOPS[i].map((low, k) => Math.round(low + (STOPS[i + 1][k] - low) * (place - i))).join(",")})`;
}

export const places = (tokens, hide) => tokens.map((_, i) => i).filter((i) => !(hide && SPECIAL.has(tokens[i])));

export const nameOf = (tokens, i) => (tokens.filter((t) => t === tokens[i]).length > 1 ? `${tokens[i]} (${i})` : tokens[i]);

export function sentence(tokens, weights, start, end, cutting) {
  const weight = (weights[start * tokens.length + end] / 1000).toFixed(2);
  return `${nameOf(tokens, start)} → ${nameOf(tokens, end)}: ${weight}${cutting ? ", cut" : ""}`;
}

/** Dots of a cell: as large as fits, never smaller than a finger on a track pad can hit. */
export const cellSize = (n) => Math.max(9, Math.min(28, Math.floor(216 / Math.max(n, 1))));

function make(parent, name, attributes = {}, text = "") {
  const inSvg = name === "svg" || parent.namespaceURI === SVG;
  const node = inSvg ? document.createElementNS(SVG, name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text) node.textContent = text; // never innerHTML: tokens may be anything
  parent.append(node);
  return node;
}

const short = (text, longest = 10) => (text.length > longest ? text.slice(0, longest - 1) + "…" : text);

function render({ model, el }) {
  const STATE = ["tokens", "weights", "name", "start", "end", "hide", "lines", "cutting"];
  const state = {};
  let shown = [], cell = 20, waiting = false, pending = 0, spoken = 0, laidOut = "";

  const root = make(el, "div", { class: "attention-grid", "data-lm-suppress-shortcuts": "true" });
  const head = make(root, "div", { class: "ag-head" }), title = make(head, "div", { class: "ag-title" });
  const line = make(head, "div", { class: "ag-line" });
  const row = make(root, "div", { class: "ag-row" });
  const stage = make(row, "div", { class: "ag-stage", tabindex: 0, role: "application", "aria-roledescription": "grid of weights" });
  const canvas = make(stage, "canvas", { "aria-hidden": "true" });
  const svg = make(stage, "svg", { "aria-hidden": "true" });
  const labels = make(svg, "g"), marks = make(svg, "g");
  const threads = make(row, "svg", { class: "ag-threads", "aria-hidden": "true" });
  const live = make(root, "div", { class: "ag-live", role: "status", "aria-live": "polite" });

  function draw() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; drawNow(); });
  }

  function drawNow() {
    const n = state.tokens.length;
    shown = places(state.tokens, state.hide);
    cell = cellSize(shown.length);
    const side = cell * shown.length, ratio = window.devicePixelRatio || 1;
    title.textContent = state.name;
    stage.style.width = `${LEFT + side + 4}px`;
    stage.style.height = `${TOP + side + 4}px`;
    canvas.width = side * ratio;
    canvas.height = side * ratio;
    Object.assign(canvas.style, { width: `${side}px`, height: `${side}px`, left: `${LEFT}px`, top: `${TOP}px` });
    const pen = canvas.getContext("2d"), gap = cell > 14 ? 1 : 0;
    pen.scale(ratio, ratio);
    shown.forEach((i, r) => shown.forEach((j, c) => {
      pen.fillStyle = colour(state.weights[i * n + j] / 1000);
      pen.fillRect(c * cell, r * cell, cell - gap, cell - gap);
    }));
    drawLabels(side);
    drawMarks();
    drawThreads();
    line.textContent = sentence(state.tokens, state.weights, state.start, state.end, state.cutting);
    stage.setAttribute("aria-label", `${state.name}. ${line.textContent}. Arrow keys choose another cell.`);
    root.dataset.frames = String(Number(root.dataset.frames || 0) + 1);
  }

  function drawLabels(side) {
    const now = JSON.stringify([state.tokens, state.hide]);
    svg.setAttribute("width", LEFT + side + 4);
    svg.setAttribute("height", TOP + side + 4);
    if (now !== laidOut) {
      laidOut = now;
      labels.replaceChildren();
      shown.forEach((i, k) => {
        const at = (k + 0.5) * cell + 4;
        make(labels, "text", { x: LEFT - 5, y: TOP + at, "text-anchor": "end", "data-row": i }, short(state.tokens[i]));
        make(labels, "text", { transform: `translate(${LEFT + at},${TOP - 5}) rotate(-90)`, "data-column": i }, short(state.tokens[i]));
      });
    }
    const every = Math.ceil(13 / cell), near = (k, at) => k !== at && Math.abs(k - at) * cell < 13;
    const r = shown.indexOf(state.start), c = shown.indexOf(state.end);
    [...labels.children].forEach((text, index) => {
      const k = Math.floor(index / 2), at = index % 2 ? c : r, chosen = k === at;
      text.style.display = chosen || (k % every === 0 && !near(k, at)) ? "" : "none";
      text.setAttribute("class", chosen ? "ag-chosen" : "");
    });
  }

  function drawMarks() {
    marks.replaceChildren();
    const r = shown.indexOf(state.start), c = shown.indexOf(state.end), side = cell * shown.length;
    if (r >= 0) make(marks, "rect", { x: LEFT - 1, y: TOP + r * cell - 1, width: side + 1, height: cell + 1, class: "ag-focus-row" });
    if (r < 0 || c < 0) return;
    const x = LEFT + c * cell, y = TOP + r * cell;
    make(marks, "rect", { x: x - 2, y: y - 2, width: cell + 3, height: cell + 3, class: "ag-focus" });
    if (state.cutting) make(marks, "path", { d: `M${x} ${y}l${cell - 1} ${cell - 1}m0 ${1 - cell}l${1 - cell} ${cell - 1}`, class: "ag-cut" });
  }

  function drawThreads() {
    threads.replaceChildren();
    threads.style.display = state.lines ? "" : "none";
    if (!state.lines) return;
    const n = state.tokens.length, step = Math.max(9, Math.min(26, 300 / shown.length)), every = Math.ceil(13 / step);
    const size = Math.max(10, Math.min(13, step - 1));
    threads.setAttribute("width", WIDE);
    threads.setAttribute("height", step * shown.length + 8);
    const middle = (k) => (k + 0.5) * step + 4, r = shown.indexOf(state.start);
    shown.forEach((i, k) => {
      const weight = state.weights[state.start * n + i] / 1000, cut = state.cutting && i === state.end;
      if (r >= 0 && weight > 0.002) {
        const look = { stroke: cut ? "#D55E00" : "#0072B2", "stroke-width": 0.5 + 9 * weight, opacity: 0.25 + 0.75 * weight };
        make(threads, "line", { x1: 88, y1: middle(r), x2: 162, y2: middle(k), ...look, ...(cut ? { "stroke-dasharray": "4 4" } : {}) });
      }
      const mine = i === state.start, put = (x, side, bold, plain) => {
        if (!bold && !plain) return;
        const text = make(threads, "text", { x, y: middle(k) + 4, "text-anchor": side, "font-size": size, class: bold ? "ag-chosen" : "" }, short(state.tokens[i]));
        text.dataset.side = side;
        text.dataset.token = i;
      };
      const room = k % every === 0 && !(every > 1 && Math.abs(k - r) === 1);
      put(84, "end", mine, room);
      put(166, "start", weight > 0.1, k % every === 0);
    });
  }

  function choose(start, end) {
    state.start = start;
    state.end = end;
    draw();
    model.set("start", start);
    model.set("end", end);
    clearTimeout(pending);
    pending = setTimeout(() => model.save_changes(), 120); // one message for a run of key strokes
    clearTimeout(spoken);
    spoken = setTimeout(() => { live.textContent = sentence(state.tokens, state.weights, start, end, state.cutting); }, 400);
  }

  function at(event) {
    const frame = stage.getBoundingClientRect();
    const c = Math.floor((event.clientX - frame.left - LEFT) / cell), r = Math.floor((event.clientY - frame.top - TOP) / cell);
    const inside = (k) => k >= 0 && k < shown.length;
    if (inside(r) && inside(c)) return [shown[r], shown[c]];
    if (inside(r) && c < 0) return [shown[r], state.end]; // the name of a row: this token looks
    if (inside(c) && r < 0) return [state.start, shown[c]];
    return null;
  }

  stage.addEventListener("pointerdown", (event) => {
    const cellAt = at(event);
    stage.focus({ preventScroll: true });
    event.preventDefault();
    if (cellAt) choose(...cellAt);
  });
  stage.addEventListener("pointermove", (event) => {
    const cellAt = at(event);
    stage.title = cellAt ? sentence(state.tokens, state.weights, ...cellAt, false) : "";
  });
  threads.addEventListener("pointerdown", (event) => {
    const { token, side } = event.target.dataset || {};
    if (token !== undefined) choose(...(side === "end" ? [Number(token), state.end] : [state.start, Number(token)]));
  });
  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const last = shown.length - 1, keep = (k) => Math.max(0, Math.min(last, k));
    let r = Math.max(0, shown.indexOf(state.start)), c = Math.max(0, shown.indexOf(state.end));
    const ways = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [0, -c], End: [0, last - c] };
    if (!ways[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    r = keep(r + ways[event.key][0]);
    c = keep(c + ways[event.key][1]);
    choose(shown[r], shown[c]);
  });

  const watch = STATE.map((name) => {
    const handler = () => { state[name] = model.get(name); draw(); };
    model.on(`change:${name}`, handler);
    state[name] = model.get(name);
    return [name, handler];
  });
  drawNow();
  return () => {
    clearTimeout(pending);
    clearTimeout(spoken);
    for (const [name, handler] of watch) model.off(`change:${name}`, handler);
  };
}

export default { render };
