/* The live bank, on the stage: a sentence to type into, and the landscape in which its bank moves at each finished word.
   Prepared sentences type themselves from what was recorded, so they move without a kernel too (`mountBank`). */
import { Show, KINDS, element, colour, shapePath, SHAPE_OF, placeLabels } from "./stage.js";

const ENDS = [-6.6, 5.4], FAR = [0.02, 0.25], NODES = 7, TYPED = 350, LETTER = 42;
const NAMES = ["first", "second", "third"];

// ---- the landscape --------------------------------------------------------------------------------------------------

const inside = (x, [low, high]) => Math.min(Math.max(x, low), high);

/** The way of one bank: a node for each place, with the words that hardly moved it as one. */
function way(form, which, at, close) {
  const nodes = [];
  for (const step of form.steps) {
    if (!step.places[which]) continue;
    const [x, y] = at(step.places[which]), last = nodes.at(-1);
    if (last && Math.hypot(last.x - x, last.y - y) < close) Object.assign(last, { x, y, words: [...last.words, step.word] });
    else nodes.push({ x, y, words: [step.word] });
  }
  return nodes.slice(-NODES);
}

/** Of the marks on the wrong side, the one that is farthest from where it belongs. */
const strays = (mark) => (mark.sense === "money" ? -1 : 1) * mark.side;
const astray = (marks) => marks.reduce((most, mark, i) => (strays(mark) > strays(marks[most]) ? i : most), 0);

const landscape = {
  natural: (form, width, em) => [Math.max(230, em * 15), Math.min(Math.max(width * 0.46, 270), em * 30)],
  draw(sketch, form, width, height, em) {
    const pad = em * 1.1, span = (value, [low, high]) => (value - low) / (high - low);
    const at = ([side, far]) => [
      pad + (width - 2 * pad) * span(inside(side, ENDS), ENDS),
      height - pad - (height - 2 * pad) * span(Math.log(inside(far, FAR)), FAR.map(Math.log)),
    ];
    const { svg } = sketch, roving = Number(svg.dataset.at ?? 0), y = at([0, form.edge])[1], big = em * 1.5;
    svg.setAttribute("role", "group");
    for (const layer of ["ground", "marks", "ways", "banks"]) sketch.put(layer, "g");
    const put = (layer, key, name, attributes, text) => sketch.put(key, name, { into: layer, ...attributes }, text);
    put("ground", "mist", "rect", { x: 0, y: 0, width, height: y, class: "lb-mist" });
    put("ground", "edge", "path", { d: `M0 ${y}H${width}`, class: "lb-edge" });
    put("ground", "half", "path", { d: `M${at([0, 1])[0]} ${y}V${height}`, class: "lb-half" });
    put("ground", "river", "text", { x: em * 0.7, y: height - em * 0.7, "font-size": big, class: "lb-river" }, "◀ river");
    put("ground", "money", "text", { x: width - em * 0.7, y: height - em * 0.7, "text-anchor": "end", "font-size": big, class: "lb-money" }, "money ▶");
    put("ground", "neither", "text", { x: width - em * 0.7, y: em * 1.5, "text-anchor": "end", "font-size": em * 1.1, class: "lb-neither" }, "neither: like no bank it knows");
    const odd = astray(form.marks);
    form.marks.forEach((mark, i) => {
      const place = at([mark.side, mark.far]);
      put("marks", `mark ${i}`, "path", {
        d: shapePath(SHAPE_OF[mark.sense], em * 0.42), at: place, class: "lb-mark stage-dot", style: { fill: colour(mark.sense) },
        tabindex: i === roving ? 0 : -1, role: "img", "aria-label": `${mark.sense}: ${mark.sentence}`, "data-mark": i,
      });
      if (i === odd) put("marks", "odd", "circle", { r: em * 0.85, at: place, class: "lb-odd" });
    });
    const banks = form.steps.at(-1)?.places ?? [], spots = [], labels = [];
    banks.forEach((_, which) => {
      const nodes = way(form, which, at, em * 1.1), last = nodes.length - 1, name = banks.length === 1 ? "bank" : `${NAMES[which]} bank`;
      const wide = sketch.wide(name, 1.25, "bold") + em * 1.4, x = inside(nodes[last].x, [wide / 2 + 2, width - wide / 2 - 2]);
      const middle = inside(nodes[last].y, [em * 1.2, height - em * 1.2]);
      nodes.forEach((node, i) => {
        const faint = 0.25 + (0.65 * (i + 1)) / nodes.length, key = `${which} ${i}`;
        if (i) put("ways", `line ${key}`, "path", { d: `M${nodes[i - 1].x} ${nodes[i - 1].y}L${node.x} ${node.y}`, class: "lb-way", opacity: faint });
        if (i < last) put("ways", `node ${key}`, "circle", { r: em * 0.3, at: [node.x, node.y], class: "lb-node", opacity: faint });
        const text = `${i ? "… " : ""}${node.words.slice(-3).join(" ")}`;
        if (which === banks.length - 1) labels.push([text, wide / 2 + em * 0.3, node.x, node.y, node.x - (nodes[i - 1] ?? node).x]);
      });
      for (const part of [-0.4, 0, 0.4]) spots.push([x + part * wide, middle]);
      put("banks", `pill ${which}`, "rect", { x: -wide / 2, y: -em * 1.05, width: wide, height: em * 2.1, rx: em * 1.05, at: [x, middle], class: "lb-pill stage-glides" });
      put("banks", `name ${which}`, "text", { y: em * 0.42, "text-anchor": "middle", "font-size": em * 1.25, at: [x, middle], class: "lb-name stage-glides" }, name);
    });
    // the last word stands beside its bank; the others find a free place round their nodes
    const beside = labels.pop(), older = labels.slice(width < 600 ? -2 : -NODES);
    if (beside) {
      const [text, gap, x, y0, going] = beside, room = sketch.wide(text, 1.15, "bold");
      const right = going < 0 && x - gap - room > 4 ? false : x + gap + room < width - 4;
      const left = right ? x + gap : Math.max(x - gap - room, 2), base = inside(y0, [em * 1.2, height - em * 1.2]);
      put("banks", "word", "text", { at: [left, base + em * 0.4], "font-size": em * 1.15, class: "lb-word lb-last stage-halo stage-glides" }, text);
      for (const part of [0.1, 0.5, 0.9]) spots.push([left + part * room, base]);
    }
    const boxes = placeLabels([...older.map(([, , x, y1]) => [x, y1]), ...spots], [...older.map(([text]) => [sketch.wide(text) + 4, em * 1.15]), ...spots.map(() => [0, 0])], width, height, em * 0.7);
    older.forEach(([text], i) => put("ways", `word ${i}`, "text", { x: boxes[i][0] + 2, y: boxes[i][1] + em * 0.95, class: "lb-word stage-halo" }, text));
  },
  table: (form) => [
    ["", "money side", "unlikeness"],
    ...form.steps.map((step) => [step.word, ...[0, 1].map((k) => step.places.map((place) => place[k].toFixed(2 + k)).join("; "))]),
  ],
};
KINDS.BankMap = landscape;

// ---- sentence, buttons, marks ---------------------------------------------------------------------------------------

export class Bank {
  /**
   * @param host where it stands
   * @param prepared sentences that can be typed without a kernel: {label, text, says, steps}
   * @param read asks for a sentence that was typed; without it nothing can be typed
   */
  constructor(host, prepared, read = null) {
    this.show = new Show(host);
    this.prepared = prepared;
    this.read = read;
    const { section, picture, canvas } = this.show;
    section.classList.add("live-bank");
    section.dataset.lmSuppressShortcuts = "true";
    this.box = element(section, "input", { class: "lb-box", "aria-label": "A sentence with the word bank", spellcheck: "false", autocomplete: "off", maxlength: "200" });
    this.box.readOnly = !read;
    this.chips = element(section, "div", { class: "lb-chips", role: "group", "aria-label": "sentences that type themselves" });
    element(this.chips, "span", {}, read ? "or watch:" : "watch:");
    prepared.forEach((sentence, i) => element(this.chips, "button", { type: "button", "data-sentence": i }, sentence.label));
    picture.before(this.box, this.chips);
    this.note = element(section, "p", { class: "lb-note" });
    section.insertBefore(this.note, this.show.numbers);
    this.bubble = element(picture, "div", { class: "lb-bubble", hidden: "" });
    this.box.addEventListener("input", () => this.typed());
    this.box.addEventListener("keydown", (event) => { if (event.key === "Enter") this.ask(this.box.value); });
    this.chips.addEventListener("click", (event) => { const i = event.target.dataset?.sentence; if (i !== undefined) this.play(Number(i)); });
    for (const [event, react] of [["pointerover", "over"], ["focusin", "over"], ["pointerout", "out"], ["focusout", "out"], ["keydown", "step"], ["pointerdown", "take"]]) {
      canvas.addEventListener(event, (e) => this[react](e));
    }
  }

  /** Draw what was read. */
  draw(performance) {
    this.last = performance;
    clearTimeout(this.late);
    const { marks, edge } = performance.form, wrong = marks.filter((mark) => strays(mark) > 0), fog = marks.filter((mark) => mark.far > edge);
    this.note.textContent = `■ money, ● river: ${marks.length} sentences that had no say in where the sides are. ${fog.length} lie in neither, ${wrong.length} on the wrong side, ` +
      `farthest of all (ringed): “${marks[astray(marks)].sentence}” After each word BERT, the program that reads here, reads the whole sentence again; it does not go from left to right.`;
    this.show.show(performance);
  }

  typed() {
    this.stop();
    const text = this.box.value, done = /\s$/.test(text) ? text : text.replace(/\S+$/, "");
    if (done.trim() !== this.asked && done.trim()) this.ask(done);
    this.pause = setTimeout(() => this.ask(text), TYPED);
  }

  ask(text) {
    clearTimeout(this.pause);
    const asked = text.trim().replace(/\s+/g, " ");
    if (asked === this.asked || !this.read) return;
    this.asked = asked;
    clearTimeout(this.late);
    this.late = setTimeout(() => this.show.say("", "BERT is reading …"), 700);
    this.read(asked);
  }

  stop() {
    clearTimeout(this.typing);
    clearTimeout(this.pause);
    this.show.words.parentElement.setAttribute("aria-live", "polite");
  }

  /** A prepared sentence types itself; after each word its bank moves. */
  play(i) {
    this.stop();
    const sentence = this.prepared[i], words = sentence.text.split(" "), still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const frame = (n) => {
      const form = { ...this.last.form, says: sentence.says[n - 1], steps: sentence.steps.slice(0, n) };
      if (n === words.length) this.stop();
      this.draw({ ...this.last, form, parts: [[[form]]] });
    };
    const end = () => { this.asked = sentence.text; this.read?.(sentence.text); };
    if (still) {
      this.box.value = sentence.text;
      frame(words.length);
      return end();
    }
    this.show.words.parentElement.setAttribute("aria-live", "off"); // spoken once, at the end
    let typed = 0, said = 0;
    const type = () => {
      typed += 1;
      this.box.value = sentence.text.slice(0, typed);
      const done = this.box.value.split(" ").length - (sentence.text[typed] === " " || typed === sentence.text.length ? 0 : 1);
      if (done > said) frame((said = done));
      if (typed < sentence.text.length) this.typing = setTimeout(type, sentence.text[typed - 1] === " " ? 5 * LETTER : LETTER);
      else end();
    };
    type();
  }

  // the marks: a mouse, a finger or the arrow keys read them
  over(event) {
    const mark = event.target.closest?.("[data-mark]");
    if (!mark) return;
    const box = mark.getBoundingClientRect(), frame = this.show.picture.getBoundingClientRect();
    this.bubble.textContent = mark.getAttribute("aria-label");
    this.bubble.hidden = false;
    const wide = this.bubble.offsetWidth, high = this.bubble.offsetHeight, above = box.top - frame.top - high - 8;
    this.bubble.style.left = `${inside(box.left - frame.left - wide / 2, [0, Math.max(frame.width - wide, 0)])}px`;
    this.bubble.style.top = `${above > 0 ? above : box.bottom - frame.top + 8}px`;
  }

  out() { this.bubble.hidden = true; }

  take(event) { event.target.closest?.("[data-mark]")?.focus(); }

  step(event) {
    const way = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key], mark = event.target.closest?.("[data-mark]");
    if (!way || !mark) return;
    event.preventDefault();
    event.stopPropagation();
    const { marks } = this.last.form, order = marks.map((_, i) => i).sort((a, b) => marks[a].side - marks[b].side);
    const next = order[inside(order.indexOf(Number(mark.dataset.mark)) + way, [0, order.length - 1])];
    const svg = mark.ownerSVGElement, other = svg.querySelector(`[data-mark="${next}"]`);
    svg.dataset.at = next;
    mark.setAttribute("tabindex", -1);
    other.setAttribute("tabindex", 0);
    other.focus();
  }

  end() {
    this.stop();
    clearTimeout(this.late);
    this.show.end();
  }
}

/** The live bank on a page without a kernel: `saved` is {shown, prepared}; the first sentence types itself. */
export function mountBank(host, saved) {
  const bank = new Bank(host, saved.prepared);
  bank.draw(saved.shown);
  bank.play(0);
  return bank;
}

const begun = new WeakSet();

function render({ model, el }) {
  el.classList.add("stage-host", "embeddings-demo");
  const bank = new Bank(el, model.get("prepared"), (text) => { model.set("text", text); model.save_changes(); });
  const shown = () => { if (!bank.asked || model.get("text") === bank.asked) bank.draw(model.get("shown")); };
  const trouble = () => { clearTimeout(bank.late); bank.show.say(model.get("trouble"), ""); };
  const text = () => { if (document.activeElement !== bank.box) { bank.asked = model.get("text"); bank.box.value = bank.asked; } };
  const all = [["change:text", text], ["change:shown", shown], ["change:trouble", trouble]];
  bank.box.value = model.get("text");
  bank.draw(model.get("shown"));
  all.forEach(([event, react]) => model.on(event, react));
  const first = model.get("prepared").findIndex((one) => one.text === model.get("text"));
  if (!begun.has(model) && first >= 0) bank.play(first);
  begun.add(model);
  const wake = setTimeout(() => model.send?.({ wake: true }), 50);
  return () => {
    clearTimeout(wake);
    all.forEach(([event, react]) => model.off(event, react));
    bank.end();
  };
}

export default { render };
