/* The false-alarm machine, on the stage: pull an alarm where nothing is to be found; each pull falls into a tray. All pulls
   lie in the saved object, so it works without a kernel too. */
import { Show, KINDS, element, colour, filled, followed, move, pickOne, shapePath } from "./stage.js";

const PACE = [420, 420, 380, 320, 260, 200, 150, 110, 80, 60]; // milliseconds before each pull of Play; then the last

const drawsOf = (form) => form.draws[form.topics];
const chanceOf = (form, draw) => (form.whole ? draw.whole : draw.single);
const mute = (form) => chanceOf(form, drawsOf(form)[0]) === null;
const rings = (form, draw) => chanceOf(form, draw) !== null && chanceOf(form, draw) < form.limit;
// half to even, as Python rounds
const rounded = (x) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));
const promisedOf = (form) => rounded(Number((form.pulls * form.limit).toPrecision(9)));

function saysOf(form) {
  const { sentences: says, topics, pulls } = form;
  if (mute(form)) return filled(says.mute, { topics });
  if (!pulls) return says.none;
  const rang = drawsOf(form).slice(0, pulls).map((draw) => rings(form, draw));
  const values = { rang: rang.filter(Boolean).length, pulls, limit: Number((form.limit * 100).toPrecision(6)), promised: promisedOf(form) };
  return filled(says.some, { ...values, last: rang.at(-1) ? says.rings : says.silent });
}

const BELL = "M-10 7C-7 4 -7 -1 -6 -5A6 6 0 0 1 6 -5C7 -1 7 4 10 7zM-3 9A3 3 0 0 0 3 9z";

const trays = {
  across: (width, em) => (width < em * 40 ? 20 : 40),
  natural: (form, width, em) => {
    const lines = 200 / trays.across(width, em), narrow = lines > 5, head = narrow ? 9.6 : 4.2;
    return [em * (head + 2 * 1.5 + 2 * lines * 0.8), em * (head + 2 * 1.5 + 2 * lines * 1.45)];
  },
  draw(sketch, form, width, height, em) {
    const across = this.across(width, em), narrow = across < 40, lines = 200 / across, head = em * (narrow ? 9.6 : 4.2);
    const draws = drawsOf(form), last = form.pulls ? draws[form.pulls - 1] : null, rang = Boolean(last && rings(form, last));
    // the two sides, and the bell between them
    const room = narrow ? width : width / 2 - em * 4.4, size = 1.15;
    const side = (key, words, x, y, anchor) => {
      const list = words.split(" ");
      while (list.length > 1 && sketch.wide(`${list.join(", ")} …`, size) > room) list.pop();
      sketch.put(key, "text", { x, y, "text-anchor": anchor, "font-size": em * size }, words ? sketch.cut(`${list.join(", ")} …`, room, size) : "");
    };
    const about = last ?? { first: "", second: "" }, middle = width / 2;
    side("first", about.first, narrow ? middle : middle - em * 4.4, narrow ? em * 1.3 : em * 2.3, narrow ? "middle" : "end");
    side("second", about.second, narrow ? middle : middle + em * 4.4, narrow ? em * 8.2 : em * 2.3, narrow ? "middle" : "start");
    const y = narrow ? em * 3.9 : em * 1.5, ink = colour(rang ? "you" : "quiet");
    sketch.put("bell stands", "g", { transform: `translate(${middle} ${y}) scale(${(em / 9).toFixed(3)})` });
    const bell = sketch.put("bell", "path", { into: "bell stands", d: BELL, class: "am-bell", style: { fill: rang ? ink : "transparent", stroke: ink } });
    if (form.fresh && rang) { bell.classList.remove("am-rings"); bell.getBoundingClientRect(); bell.classList.add("am-rings"); }
    if (!rang) bell.classList.remove("am-rings");
    sketch.put("bell says", "text", { x: middle, y: y + em * 2.5, "text-anchor": "middle", "font-weight": rang ? "bold" : "normal", style: { fill: ink } }, !last ? "not pulled yet" : rang ? "it rings" : "silent");
    // the trays
    const pitch = Math.min(width / across, (height - head - 3 * em) / (2 * lines)), wide = Math.min(width / across, pitch * 1.6), counts = [0, 0];
    const tops = [head, head + em * 1.5 + lines * pitch];
    const spot = (tray, i) => [((i % across) + 0.5) * wide, tops[tray] + em * 1.5 + (Math.floor(i / across) + 0.5) * pitch];
    const framed = promisedOf(form);
    sketch.put("rang", "text", { x: 0, y: tops[0] + em * 1.1, "font-weight": "bold", style: { fill: colour("you") } }, "it rang");
    sketch.put("silent", "text", { x: 0, y: tops[1] + em * 1.1, "font-weight": "bold" }, "it was silent");
    sketch.put("promise", "text", { x: em * 5, y: tops[0] + em * 1.1, "font-size": em * 0.95 }, framed ? "(framed: as often as it promised)" : "");
    for (let i = 0; i < framed; i++) {
      const [x, y0] = spot(0, i), w = Math.min(wide, pitch) - 1;
      sketch.put(`frame ${i}`, "rect", { x: x - w / 2, y: y0 - w / 2, width: w, height: w, rx: 2, class: "am-frame" });
    }
    const r = Math.min(wide, pitch) * 0.3;
    for (let i = 0; i < form.pulls; i++) {
      const loud = rings(form, draws[i]), at = spot(loud ? 0 : 1, counts[loud ? 0 : 1]++), newest = i === form.pulls - 1;
      const dot = sketch.put(`pull ${i}`, "path", { d: shapePath(loud ? "diamond" : "circle", r), at: dotNew(sketch, i) ? [middle, y] : at, class: "stage-glides", style: { fill: colour(loud ? "you" : "quiet"), stroke: newest ? colour("ink") : "none" }, title: `${draws[i].first} against ${draws[i].second}: ${loud ? "it rang" : "silent"}` });
      move(dot, at, form.fresh && newest); // it starts at the bell and falls
    }
  },
  table: (form) => [["so far", `${drawsOf(form).slice(0, form.pulls).filter((draw) => rings(form, draw)).length} of ${form.pulls}`], ...form.shares],
};
const dotNew = (sketch, i) => !sketch.known.has(`pull ${i}`);
KINDS.Alarms = trays;

class Machine {
  constructor(host, title, form, change) {
    this.show = new Show(host);
    this.title = title;
    this.change = change;
    const { section, picture } = this.show, counts = Object.keys(form.draws), strip = element(section, "div", { class: "stage-strip" });
    section.classList.add("alarm-machine");
    section.dataset.lmSuppressShortcuts = "true";
    this.pull = element(strip, "button", { type: "button", class: "stage-do" }, "Pull");
    this.play = element(strip, "button", { type: "button", class: "am-play" }, "Play");
    this.empty = element(strip, "button", { type: "button" }, "empty");
    this.puts = {
      topics: pickOne(strip, "topics a side", counts, (i) => change({ topics: counts[i] })),
      whole: pickOne(strip, "chance deals", ["single words", "whole topics"], (i) => change({ whole: i === 1 })),
      limit: pickOne(strip, "rings below", form.limits.map((limit) => `${Number((limit * 100).toPrecision(6))} %`), (i) => change({ limit: form.limits[i] })),
    };
    this.pull.addEventListener("click", () => { this.stop(); this.step(); });
    this.play.addEventListener("click", () => (this.timer ? this.stop() : this.run()));
    this.empty.addEventListener("click", () => { this.stop(); change({ pulls: 0 }); });
    picture.before(strip);
  }

  get last() { return drawsOf(this.form).length; }

  step(quietly = false) {
    if (this.form.pulls >= this.last) return this.stop();
    this.fresh = true;
    this.change({ pulls: this.form.pulls + 1 }, quietly);
  }

  /** Pull again and again, faster and faster. */
  run() {
    if (this.form.pulls >= this.last) this.change({ pulls: 0 });
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return this.change({ pulls: this.last });
    this.play.textContent = "Stop";
    this.show.caption.setAttribute("aria-live", "off"); // spoken once, at the end
    let done = 0;
    const again = () => {
      this.step(true);
      if (this.form.pulls >= this.last) return this.stop();
      this.timer = setTimeout(again, PACE[Math.min((done += 1), PACE.length - 1)]);
    };
    this.timer = setTimeout(again, 60);
  }

  stop() {
    if (!this.timer) return;
    clearTimeout(this.timer);
    this.timer = 0;
    this.play.textContent = "Play";
    this.show.caption.setAttribute("aria-live", "polite");
    this.change({ pulls: this.form.pulls });
  }

  draw(form) {
    this.form = form;
    const shown = { ...form, fresh: this.fresh, says: saysOf(form) };
    this.fresh = false;
    this.puts.topics(Object.keys(form.draws).indexOf(form.topics));
    this.puts.whole(Number(form.whole));
    this.puts.limit(form.limits.indexOf(form.limit));
    this.pull.disabled = form.pulls >= this.last;
    this.show.show({ title: this.title, form: shown, parts: [[[shown]]], twin: "" });
  }

  end() {
    clearTimeout(this.timer);
    this.show.end();
  }
}

function render({ model, el }) {
  el.classList.add("stage-host", "embeddings-demo");
  const names = ["topics", "whole", "limit", "pulls"];
  let changing = false;
  const machine = new Machine(el, "The false-alarm machine", model.get("form"), (state, quietly) => {
    changing = true;
    for (const [name, value] of Object.entries(state)) model.set(name, value);
    changing = false;
    if (!quietly) model.save_changes();
    draw();
  });
  const draw = () => {
    if (!changing) machine.draw({ ...model.get("form"), ...Object.fromEntries(names.map((name) => [name, model.get(name)])) });
  };
  const unfollow = followed(model, names, draw);
  draw();
  return () => {
    unfollow();
    machine.end();
  };
}

export default { render };
