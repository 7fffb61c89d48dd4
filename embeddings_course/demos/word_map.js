/* The word map in the page: a canvas on which thousands of dots are drawn anew at every frame, so that it can be pushed
   and zoomed by hand. Neighbours are asked of Python, which has all the numbers of a word; everything else happens
   here. The first half is plain arithmetic (also tested by itself), the second half draws and listens. The Python twin is
   plots/word_map.py; a test holds both to the same names and the same sentence. */

// --- arithmetic ---------------------------------------------------------------------------------------------

export const WIDE = 640, HIGH = 520, FARTHEST_OUT = 1, CLOSEST = 200;
const LETTER = 7.4, LINE = 16, AWAY = [0, LINE, -LINE, 2 * LINE, -2 * LINE, 3 * LINE, -3 * LINE];

/** Where a place of the map stands in the window, in dots. */
export function project(x, y, view) {
  const scale = HIGH * view.zoom;
  return [WIDE / 2 + (x - view.x) * scale, HIGH / 2 - (y - view.y) * scale];
}

/** The place of the map under a dot of the window. */
export function unproject(px, py, view) {
  const scale = HIGH * view.zoom;
  return [view.x + (px - WIDE / 2) / scale, view.y - (py - HIGH / 2) / scale];
}

/** A window that does not leave the map, whose zoom is allowed. */
export function allowed(view) {
  const within = (x) => Math.max(0, Math.min(1, x));
  return { x: within(view.x), y: within(view.y), zoom: Math.max(FARTHEST_OUT, Math.min(CLOSEST, view.zoom)) };
}

/** The window after zooming by a factor, with what is under (px, py) staying there. */
export function zoomed(view, factor, px = WIDE / 2, py = HIGH / 2) {
  const [x, y] = unproject(px, py, view), next = allowed({ ...view, zoom: view.zoom * factor });
  const [nx, ny] = unproject(px, py, next);
  return allowed({ x: next.x + x - nx, y: next.y + y - ny, zoom: next.zoom });
}

export const mostNames = (zoom) => Math.min(90, 40 + Math.floor(10 * Math.log2(Math.max(1, zoom))));

/** Which words get their name: [row, left, y]. Marked rows first, then by frequency; none covers an earlier one. */
export function pickNames(words, places, view, marked, most) {
  const taken = new Set(), seen = new Set(marked), shown = [];
  const tryName = (i, ways) => {
    const [x, y] = project(places[2 * i], places[2 * i + 1], view);
    if (!(x >= 0 && x <= WIDE && y >= 0 && y <= HIGH)) return;
    const wide = LETTER * Math.min([...words[i]].length, 18) + 6;
    const left = x + 6 + wide > WIDE ? x - 6 - wide : x + 6;
    for (const away of ways) {
      const cells = [], last = Math.floor((left + wide) / LINE), low = Math.floor((y + away + 7) / LINE);
      for (let c = Math.floor(left / LINE); c <= last; c++)
        for (let r = Math.floor((y + away - 7) / LINE); r <= low; r++) cells.push(c * 4096 + r);
      if (cells.some((cell) => taken.has(cell))) continue;
      for (const cell of cells) taken.add(cell);
      shown.push([i, left, y + away]);
      return;
    }
  };
  for (const i of marked) if (shown.length < most) tryName(i, AWAY);
  for (let i = 0; i < words.length && shown.length < most; i++) if (!seen.has(i)) tryName(i, [0]);
  return shown;
}

/** How many words lie in the window. */
export function countInside(places, view) {
  let n = 0;
  for (let i = 0; i < places.length; i += 2) {
    const [x, y] = project(places[i], places[i + 1], view);
    if (x >= 0 && x <= WIDE && y >= 0 && y <= HIGH) n++;
  }
  return n;
}

/** What there is to see, word for word as in Python. `near`: [row, cosine, 1 where it is near on the map too]. */
export function describe(words, places, view, word, near, d, kept) {
  const big = (n) => n.toLocaleString("en-GB"), k = near.length;
  let text = `${big(words.length)} words, a dot each; ${big(countInside(places, view))} of them in this window. `;
  if (word) {
    text += `Nearest to ${word} in all ${d} numbers: ${near.map(([i, c]) => `${words[i]} ${c.toFixed(2)}`).join(", ")}. `;
    text += `On the map ${near.filter((n) => n[2]).length} of these ${k} are among its ${k} nearest dots. `;
  }
  return text + `Over all words the map keeps ${(100 * kept).toFixed(0)} in 100 neighbours: trust the list, not the map.`;
}

// --- drawing ------------------------------------------------------------------------------------------------

// the tokens of plots/tokens.py: what is chosen, and all the others, on white and on black
const DAY = { you: "#C43E00", plain: "#47688A" }, NIGHT = { you: "#FF8552", plain: "#8FB3D9" }, SMALL = 110;
let paints = DAY;

/** A colour, "#0072b2" or "rgb(0, 114, 178)", as a pixel in memory: alpha, blue, green, red. */
function pixel(colour) {
  const numbers = colour[0] === "#" ? colour.match(/\w\w/g).map((x) => parseInt(x, 16)) : (colour.match(/[\d.]+/g) || []).map(Number);
  const [r, g, b] = numbers.length > 2 && numbers[3] !== 0 ? numbers : [255, 255, 255];
  return (0xff000000 | (b << 16) | (g << 8) | r) >>> 0;
}

function make(parent, name, attributes = {}, text = "") {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text) node.textContent = text; // never innerHTML: words may be anything
  parent.append(node);
  return node;
}

function render({ model, el }) {
  const words = model.get("_words").split("\n"), raw = model.get("_places");
  const bytes = new DataView(raw.buffer, raw.byteOffset, raw.byteLength), places = new Float64Array(words.length * 2);
  for (let i = 0; i < places.length; i++) places[i] = bytes.getUint16(2 * i, true) / 65535;
  const row = new Map(words.map((word, i) => [word, i]));
  let view = allowed({ x: model.get("x"), y: model.get("y"), zoom: model.get("zoom") });
  let goal = null, waiting = false, pending = 0, spoken = 0, clicked = false, pixels = 1, small = null, image = null;
  const fingers = new Map();

  const root = make(el, "div", { class: "word-map", "data-lm-suppress-shortcuts": "true" });
  const mark = { "data-lm-suppress-shortcuts": "true" }; // JupyterLab leaves the keys to what bears it
  const left = make(root, "div", { class: "wm-left" });
  const canvas = make(left, "canvas", { ...mark, tabindex: 0, role: "application", "aria-roledescription": "map", "aria-label": `Map of ${words.length.toLocaleString("en-GB")} words. Arrow keys move it, plus and minus zoom, 0 shows all, Enter chooses the word in the middle.` });
  const pen = canvas.getContext("2d", { alpha: false });
  make(left, "p", { class: "wm-help" }, "Drag to move; click the map, then the wheel zooms. Keys: arrows, + and −, 0 for all, Enter for the word in the middle.");
  const right = make(root, "div", { class: "wm-right" });
  const form = make(right, "form", { class: "wm-row", role: "search" });
  const box = make(form, "input", { ...mark, type: "search", "aria-label": "Find a word", placeholder: "Find a word", autocomplete: "off", spellcheck: "false", maxlength: 60 });
  make(form, "button", { ...mark, type: "submit" }, "Find");
  const message = make(right, "p", { class: "wm-message", role: "alert" });
  const buttons = make(right, "div", { class: "wm-row", role: "group", "aria-label": "Zoom" });
  for (const [text, name, act] of [["+", "Closer", () => glide(zoomed(goal || view, 2))], ["−", "Farther", () => glide(zoomed(goal || view, 0.5))], ["all", "Whole map", whole]])
    make(buttons, "button", { ...mark, type: "button", "aria-label": name, title: name }, text).addEventListener("click", act);
  const title = make(right, "h4"), table = make(right, "table");
  const head = make(make(table, "thead"), "tr");
  for (const text of ["true neighbour", "cosine", "near on map"]) make(head, "th", { scope: "col" }, text);
  const body = make(table, "tbody");
  const line = make(root, "p", { class: "wm-line" }), live = make(root, "div", { class: "wm-live", role: "status", "aria-live": "polite" });

  const chosen = () => (row.has(model.get("word")) ? [row.get(model.get("word")), ...model.get("near").map((n) => n[0])] : []);
  const sentence = () => describe(words, places, view, model.get("word"), model.get("near"), model.get("d"), model.get("kept"));

  // one drawing a frame, however many events come in
  function draw() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame((now) => { waiting = false; drawNow(now); });
  }

  function drawNow(now = 0) {
    step(now);
    const look = getComputedStyle(canvas), ink = look.color, paper = look.backgroundColor;
    paints = (pixel(paper) & 0xff) < 128 ? NIGHT : DAY;
    drawDots(paper);
    pen.setTransform(pixels, 0, 0, pixels, 0, 0);
    drawChosen(ink);
    drawNames(ink, paper);
    drawSmall(ink, paper);
    if (document.activeElement === canvas) { // where Enter chooses
      pen.strokeStyle = ink; pen.lineWidth = 1;
      pen.strokeRect(WIDE / 2 - 5.5, HIGH / 2 - 5.5, 11, 11);
    }
    root.dataset.frames = String(Number(root.dataset.frames || 0) + 1);
    if (goal) draw();
  }

  /* Straight into the memory of the picture: without a graphics card several times quicker than 20,000 rectangles.
     Each pixel of a dot becomes half what was there and half of its colour, so that crowds look darker. */
  function drawDots(paper) {
    const wide = canvas.width, high = canvas.height, memory = new Uint32Array(image.data.buffer);
    memory.fill(pixel(paper));
    const scale = HIGH * view.zoom * pixels, ox = wide / 2 - view.x * scale, oy = high / 2 + view.y * scale;
    const small = (1.6 + 0.7 * Math.log2(view.zoom)) * pixels, half = (pixel(paints.plain) >>> 1) & 0x7f7f7f;
    for (let i = 0, n = words.length; i < n; i++) {
      const size = Math.round(i < 500 ? small + 1.6 * pixels : i < 5000 ? small + 0.7 * pixels : small); // frequent: larger
      const left = Math.round(ox + places[2 * i] * scale - size / 2), top = Math.round(oy - places[2 * i + 1] * scale - size / 2);
      if (left <= -size || top <= -size || left >= wide || top >= high) continue;
      const right = Math.min(wide, left + size), bottom = Math.min(high, top + size);
      for (let y = Math.max(0, top); y < bottom; y++)
        for (let k = y * wide + Math.max(0, left), end = y * wide + right; k < end; k++)
          memory[k] = 0xff000000 | (((memory[k] >>> 1) & 0x7f7f7f) + half);
    }
    pen.putImageData(image, 0, 0);
  }

  function drawChosen(ink) {
    const rows = chosen(), at = rows.map((i) => project(places[2 * i], places[2 * i + 1], view));
    pen.strokeStyle = paints.you;
    pen.lineWidth = 1.5;
    pen.beginPath();
    for (const [x, y] of at.slice(1)) { pen.moveTo(...at[0]); pen.lineTo(x, y); }
    pen.stroke();
    at.forEach(([x, y], k) => {
      pen.beginPath();
      if (k) pen.arc(x, y, 4.5, 0, 7);
      else { pen.moveTo(x, y - 8); pen.lineTo(x + 8, y); pen.lineTo(x, y + 8); pen.lineTo(x - 8, y); pen.closePath(); }
      pen.fillStyle = paints.you;
      pen.fill();
      pen.strokeStyle = ink; pen.lineWidth = 1;
      pen.stroke();
    });
  }

  function drawNames(ink, paper) {
    const rows = chosen();
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    pen.strokeStyle = paper;
    pen.fillStyle = ink;
    pen.lineWidth = 3;
    const shown = pickNames(words, places, view, rows, mostNames(view.zoom)), strong = new Set(rows);
    for (const bold of [false, true]) {
      pen.font = `${bold ? "bold " : ""}13px sans-serif`;
      for (const [i, x, y] of shown) {
        if (strong.has(i) !== bold) continue;
        const letters = [...words[i]], text = letters.length > 18 ? letters.slice(0, 17).join("") + "…" : words[i];
        pen.strokeText(text, x, y);
        pen.fillText(text, x, y);
      }
    }
    root.dataset.names = String(shown.length);
  }

  function drawSmall(ink, paper) { // the whole map in a corner, with the window on it
    if (view.zoom < 1.5) return;
    if (!small || small.dataset.paper !== paper) {
      small = document.createElement("canvas");
      small.width = small.height = SMALL * 2;
      small.dataset.paper = paper;
      const dots = small.getContext("2d");
      dots.fillStyle = paper; dots.fillRect(0, 0, 2 * SMALL, 2 * SMALL);
      dots.fillStyle = paints.plain; dots.globalAlpha = 0.3;
      for (let i = 0; i < places.length; i += 2) dots.fillRect(places[i] * 2 * SMALL, (1 - places[i + 1]) * 2 * SMALL, 1.5, 1.5);
    }
    const x = WIDE - SMALL - 6, y = HIGH - SMALL - 6;
    pen.drawImage(small, x, y, SMALL, SMALL);
    pen.strokeStyle = ink; pen.lineWidth = 1;
    pen.strokeRect(x, y, SMALL, SMALL);
    const w = Math.max(4, (SMALL * WIDE) / HIGH / view.zoom), h = Math.max(4, SMALL / view.zoom);
    pen.save();
    pen.beginPath(); pen.rect(x, y, SMALL, SMALL); pen.clip();
    pen.fillStyle = paints.you;
    for (const i of chosen()) pen.fillRect(x + places[2 * i] * SMALL - 2, y + (1 - places[2 * i + 1]) * SMALL - 2, 4, 4);
    pen.strokeStyle = paints.you; pen.lineWidth = 2;
    pen.strokeRect(x + view.x * SMALL - w / 2, y + (1 - view.y) * SMALL - h / 2, w, h);
    pen.restore();
  }

  // --- moving

  /** Go to a window in a short flight; at once for those who asked their system for less motion. */
  function glide(to, ms = 220) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    goal = { ...allowed(to), from: view, start: 0, ms: still ? 0 : ms };
    draw();
    settle();
  }
  function step(now) {
    if (!goal) return;
    goal.start ||= now;
    const t = goal.ms ? Math.min(1, (now - goal.start) / goal.ms) : 1, ease = t * (2 - t), from = goal.from;
    const between = (a, b) => a + (b - a) * ease;
    view = { x: between(from.x, goal.x), y: between(from.y, goal.y), zoom: from.zoom * (goal.zoom / from.zoom) ** ease };
    if (t >= 1) { view = { x: goal.x, y: goal.y, zoom: goal.zoom }; goal = null; }
  }
  function jump(to) { goal = null; view = allowed(to); draw(); settle(); }
  function whole() { glide({ x: 0.5, y: 0.5, zoom: FARTHEST_OUT }); }

  function settle() { // Python hears where the window stands once it rests: for the still picture
    clearTimeout(pending);
    pending = setTimeout(() => {
      const to = goal || view;
      model.set("x", to.x); model.set("y", to.y); model.set("zoom", to.zoom);
      model.save_changes();
      tell();
    }, 250);
  }
  function tell() { line.textContent = "What you see: " + sentence(); }
  function speak(text) {
    clearTimeout(spoken);
    spoken = setTimeout(() => { live.textContent = text || sentence(); }, 400);
  }

  // --- asking for a word

  function ask(word, byClick) {
    if (!word.trim()) return;
    clicked = byClick;
    model.set("asked", [word, (model.get("asked")[1] || 0) + 1]); // the number makes the same word news again
    model.save_changes();
  }
  function centreOn(word) {
    const i = row.get(word);
    if (i !== undefined) glide({ x: places[2 * i], y: places[2 * i + 1], zoom: Math.max(8, (goal || view).zoom) }, 400);
  }
  /** The row of the dot nearest to a point of the window, at most `reach` dots away, or -1. */
  function nearestDot(px, py, reach) {
    let best = -1, least = reach * reach;
    for (let i = 0; i < words.length; i++) {
      const [x, y] = project(places[2 * i], places[2 * i + 1], view), away = (x - px) ** 2 + (y - py) ** 2;
      if (away < least) { least = away; best = i; }
    }
    return best;
  }
  function list() {
    const word = model.get("word"), near = model.get("near");
    title.textContent = word ? `Nearest to ${word} in all ${model.get("d")} numbers` : "Click a dot, or find a word";
    table.hidden = !word;
    body.replaceChildren();
    for (const [i, cosine, too] of near) {
      const tr = make(body, "tr");
      make(make(tr, "td"), "button", { ...mark, type: "button" }, words[i]).addEventListener("click", () => ask(words[i], false));
      make(tr, "td", { class: "wm-number" }, cosine.toFixed(2));
      make(tr, "td", {}, too ? "✓ yes" : "no");
    }
    message.textContent = model.get("message");
    tell();
    draw();
  }

  // --- hand and keys

  const at = (event) => {
    const frame = canvas.getBoundingClientRect();
    return [((event.clientX - frame.left) / frame.width) * WIDE, ((event.clientY - frame.top) / frame.height) * HIGH];
  };
  canvas.addEventListener("wheel", (event) => {
    // a page scrolls past a map that nobody has touched
    if (document.activeElement !== canvas && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const pace = event.deltaMode === 1 ? 24 : event.deltaMode === 2 ? 400 : 1;
    jump(zoomed(view, Math.exp(-Math.max(-240, Math.min(240, event.deltaY * pace)) / 300), ...at(event)));
  }, { passive: false });
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, { now: at(event), start: at(event), moved: fingers.size > 0 });
    canvas.classList.add("wm-held");
  });
  canvas.addEventListener("pointermove", (event) => {
    const finger = fingers.get(event.pointerId);
    if (!finger) return;
    const before = finger.now, now = at(event);
    if (Math.hypot(now[0] - finger.start[0], now[1] - finger.start[1]) > 4) finger.moved = true;
    finger.now = now;
    if (!finger.moved) return;
    const other = [...fingers.entries()].find(([id]) => id !== event.pointerId)?.[1];
    const [px, py] = other ? [(before[0] + other.now[0]) / 2, (before[1] + other.now[1]) / 2] : before;
    const [qx, qy] = other ? [(now[0] + other.now[0]) / 2, (now[1] + other.now[1]) / 2] : now;
    const apart = (p) => Math.max(10, Math.hypot(p[0] - other.now[0], p[1] - other.now[1]));
    const scale = HIGH * view.zoom, pushed = { ...view, x: view.x - (qx - px) / scale, y: view.y + (qy - py) / scale };
    jump(other ? zoomed(pushed, apart(now) / apart(before), qx, qy) : pushed); // two fingers: pinch
  });
  const lift = (event) => {
    const finger = fingers.get(event.pointerId);
    fingers.delete(event.pointerId);
    if (!fingers.size) canvas.classList.remove("wm-held");
    if (!finger || finger.moved || event.type !== "pointerup") return;
    const i = nearestDot(...at(event), 14);
    if (i >= 0) ask(words[i], true);
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  for (const name of ["focus", "blur"]) canvas.addEventListener(name, draw);
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const now = goal || view, push = (event.shiftKey ? 240 : 60) / (HIGH * now.zoom);
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    if (ways[event.key]) glide({ ...now, x: now.x + ways[event.key][0] * push, y: now.y + ways[event.key][1] * push }, 120);
    else if (event.key === "+" || event.key === "=") glide(zoomed(now, 1.5), 150);
    else if (event.key === "-" || event.key === "_") glide(zoomed(now, 1 / 1.5), 150);
    else if (event.key === "0" || event.key === "Home") whole();
    else if (event.key === "Enter" && !event.shiftKey) {
      const i = nearestDot(WIDE / 2, HIGH / 2, 1e9);
      if (i >= 0) ask(words[i], true);
    } else return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key !== "Enter") speak(""); // where we are, once the keys rest
  });
  root.addEventListener("keydown", (event) => { // JupyterLab takes Enter on its way up, and a form would never hear of it
    const labs = event.ctrlKey || event.metaKey || event.key === "Escape" || (event.shiftKey && event.key === "Enter");
    if (!labs) event.stopPropagation();
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); ask(box.value, false); });

  // --- Python

  const watch = {
    "change:word": () => { if (!clicked) centreOn(model.get("word")); clicked = false; },
    "change:near": () => { list(); speak(`${model.get("word")}. ${sentence()}`); },
    "change:message": list,
    "change:window": () => jump({ x: model.get("window")[0], y: model.get("window")[1], zoom: model.get("window")[2] }),
  };
  for (const [name, handler] of Object.entries(watch)) model.on(name, handler);
  const resize = () => {
    const wanted = Math.max(1, Math.min(3, ((canvas.clientWidth || WIDE) / WIDE) * (window.devicePixelRatio || 1)));
    if (wanted === pixels && canvas.width === Math.round(WIDE * pixels)) return;
    pixels = wanted;
    canvas.width = Math.round(WIDE * pixels);
    canvas.height = Math.round(HIGH * pixels);
    image = pen.createImageData(canvas.width, canvas.height);
    draw();
  };
  // another theme: no white ground in a dark page
  const themes = new MutationObserver(draw);
  themes.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  const sizes = new ResizeObserver(resize);
  sizes.observe(canvas);
  resize();
  list();
  drawNow();
  return () => {
    for (const id of [spoken, pending]) clearTimeout(id);
    sizes.disconnect();
    themes.disconnect();
    goal = null;
    for (const [name, handler] of Object.entries(watch)) model.off(name, handler);
  };
}

export default { render };
