/* The decoy duel, on the stage: a question, two passages; you choose, then BERT, counts and a coin do. All choices lie
   in the saved object, so it plays without a kernel too. */
import { Show, KINDS, element, colour, filled, followed } from "./stage.js";

const PLAYERS = ["you", "BERT", "counts", "coin"], RIVALS = { topic: "another matter", opposite: "the opposite" };
const ROLE = { you: "you", BERT: "plain", counts: "ink", coin: "quiet" };
const SAYS = { "2": "both", "1": "one", "0": "none" };

// ---- how it stands --------------------------------------------------------------------------------------------------

const over = (form) => form.picks.length === 2 * form.rounds.length;

/** The round that is open, and the question in it. */
function placeOf(form) {
  const waits = form.asking && !over(form), at = form.picks.length - (!waits && form.picks.length ? 1 : 0);
  return [Math.floor(at / 2), at % 2];
}

/** How many of two questions a player got right, for each round that is over. */
function played(form, player, rival) {
  const found = [];
  for (let i = 0; 2 * i + 1 < form.picks.length; i++) {
    const one = form.rounds[i], chosen = player === "you" ? form.picks.slice(2 * i, 2 * i + 2) : one.choices[player];
    if (one.rival === rival) found.push(chosen.filter((side, k) => side === one.right[k]).length);
  }
  return found;
}

/** The dots of a player, [right, which] each: the best first where all pairs are shown. */
function dotsOf(form, player, rival) {
  const full = form.whole && player !== "you", marks = (full ? form.marks[rival][player] : played(form, player, rival)).map((right, i) => [right, i]);
  return full ? marks.sort((a, b) => b[0] - a[0] || a[1] - b[1]) : marks;
}

/** What is said now. */
function saysOf(form) {
  if (form.whole) return form.told;
  const [i, k] = placeOf(form), now = form.rounds[i], mine = form.picks.slice(2 * i, 2 * i + k + 1);
  const said = form.asking && !over(form) ? now.asks[k] : now.falls[k][k ? 2 * mine[0] + mine[1] : mine[0]];
  const marks = Object.fromEntries(PLAYERS.map((player) => [player, Object.keys(RIVALS).flatMap((rival) => played(form, player, rival))]));
  if (!marks.you.length) return said;
  const score = filled(form.score, { ...Object.fromEntries(PLAYERS.map((p) => [p, marks[p].filter((m) => m === 2).length])), n: marks.you.length });
  return `${said} ${score}${over(form) ? ` ${form.ending}` : ""}`;
}

// ---- the tally ------------------------------------------------------------------------------------------------------

const tally = {
  lines: (width, em) => (width < em * 40 ? 3 : 2),
  natural: (form, width, em) => {
    const narrow = width < em * 40, high = em * (narrow ? 2 * (1.6 + 4 * 3.3) + 3.2 : 1.6 + 4 * 2.15 + 1.5);
    return [high, high];
  },
  draw(sketch, form, width, height, em) {
    const narrow = width < em * 40, lines = this.lines(width, em), across = 90 / lines, left = em * 4.2, gap = em * 1.6;
    const room = narrow ? width - left : (width - left - gap) / 2, pitch = Math.min(room / across, em * 0.95), r = pitch * 0.42;
    const row = em * (narrow ? 3.3 : 2.15), block = em * 1.6 + 4 * row;
    Object.entries(RIVALS).forEach(([rival, name], j) => {
      const x = left + (narrow ? 0 : j * (room + gap)), y = narrow ? j * block : 0;
      sketch.put(`rival ${rival}`, "text", { x, y: y + em * 1.1, "font-weight": "bold" }, sketch.cut(`rival: ${name}`, room, 1, "bold"));
      PLAYERS.forEach((player, p) => {
        const top = y + em * 1.6 + p * row, ink = colour(ROLE[player]);
        if (!j || narrow) sketch.put(`name ${rival} ${player}`, "text", { x: 0, y: top + em * 1.1, "font-weight": player === "you" ? "bold" : "normal", style: { fill: ink } }, player);
        const dots = dotsOf(form, player, rival), big = dots.length > 12 ? r : Math.min(em * 0.7, room / 26);
        const step = dots.length > 12 ? pitch : 2.1 * big;
        if (!form.whole || player === "you") for (let i = dots.length; i < 12; i++) sketch.put(`slot ${rival} ${player} ${i}`, "circle", { r: em * 0.09, cx: x + (i + 0.5) * 2.1 * big, cy: top + em * 0.75, class: "dd-slot" });
        dots.forEach(([right, which], i) => {
          const at = [x + ((i % across) + 0.5) * step, top + (dots.length > 12 ? em * 0.35 + Math.floor(i / across) * pitch : em * 0.75)];
          const key = `${rival} ${player} ${which}`, said = `${player}, ${name}: ${SAYS[right]} of two right`;
          sketch.put(`ring ${key}`, "circle", { r: big * 0.88, at, class: "stage-glides", "stroke-width": Math.max(1, big * 0.24), style: { fill: right === 2 ? ink : "transparent", stroke: ink }, title: said });
          if (right === 1) sketch.put(`half ${key}`, "path", { d: `M0 ${-big * 0.88}A${big * 0.88} ${big * 0.88} 0 0 0 0 ${big * 0.88}z`, at, class: "stage-glides", style: { fill: ink } });
        });
      });
    });
    const foot = (narrow ? 2 : 1) * block, key = [["both questions right", 2], ["one of two", 1], ["none", 0]];
    let x = narrow ? 0 : left, y = foot + em * 0.75;
    for (const [text, right] of key) {
      const wide = sketch.wide(text, 0.9) + em * 2.2;
      if (x + wide > width) { x = 0; y += em * 1.4; }
      const at = [x + em * 0.5, y], big = em * 0.4;
      sketch.put(`key ${right}`, "circle", { r: big, at, "stroke-width": 1.6, style: { fill: right === 2 ? colour("ink") : "transparent", stroke: colour("ink") } });
      if (right === 1) sketch.put("key half", "path", { d: `M0 ${-big}A${big} ${big} 0 0 0 0 ${big}z`, at, style: { fill: colour("ink") } });
      sketch.put(`keyname ${right}`, "text", { x: x + em * 1.2, y: y + em * 0.32, "font-size": em * 0.9 }, text);
      x += wide;
    }
  },
  table: (form) => {
    const mine = Object.keys(RIVALS).map((rival) => played(form, "you", rival)), said = mine.map((m) => (m.length ? `${m.filter((x) => x === 2).length} of ${m.length}` : "not yet"));
    return [...form.shares, ["you, so far", ...said, ...form.shares[0].slice(3).map(() => "")]];
  },
};
KINDS.Duel = tally;

// ---- question, passages, keys ---------------------------------------------------------------------------------------

class Game {
  constructor(host, title, change) {
    this.show = new Show(host);
    this.title = title;
    this.change = change;
    const { section, picture } = this.show;
    section.classList.add("decoy-duel");
    section.dataset.lmSuppressShortcuts = "true";
    this.game = element(section, "div", { class: "dd-game" });
    this.where = element(this.game, "div", { class: "dd-where" });
    this.question = element(this.game, "div", { class: "dd-question", "aria-live": "polite" });
    this.cards = element(this.game, "div", { class: "dd-cards", role: "group", "aria-label": "two passages: the left and right arrow keys choose" });
    this.sides = [0, 1].map((side) => {
      const card = element(this.cards, "button", { type: "button", class: "dd-card", "data-side": side });
      card.addEventListener("click", () => this.take(side));
      return { card, text: element(card, "span", { class: "dd-text" }), chips: element(card, "span", { class: "dd-chips" }) };
    });
    this.strip = element(this.game, "div", { class: "stage-strip" });
    this.next = element(this.strip, "button", { type: "button", class: "stage-do" });
    this.every = element(this.strip, "button", { type: "button" }, "all 90 pairs");
    this.anew = element(this.strip, "button", { type: "button" }, "begin anew");
    this.next.addEventListener("click", () => this.go());
    this.every.addEventListener("click", () => this.change({ whole: !this.form.whole }));
    this.anew.addEventListener("click", () => { this.change({ picks: [], asking: true, whole: false }); this.focus(this.sides[0].card); });
    picture.before(this.game);
    this.game.addEventListener("keydown", (event) => this.key(event));
  }

  get waits() { return this.form.asking && !over(this.form); }

  /** A passage is taken: then everybody's choices fall. */
  take(side) {
    if (!this.waits) return;
    this.fresh = true;
    this.change({ picks: [...this.form.picks, side], asking: false, whole: false });
    this.focus(over(this.form) ? this.every : this.next);
  }

  go() {
    if (this.waits || over(this.form)) return;
    this.change({ asking: true, whole: false });
    this.focus(this.sides[0].card);
  }

  focus(one) { if (this.game.contains(document.activeElement) || document.activeElement === document.body) one.focus({ preventScroll: true }); }

  key(event) {
    const side = { ArrowLeft: 0, 1: 0, ArrowRight: 1, 2: 1 }[event.key];
    if (side === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (this.waits) this.take(side);
    else this.sides[side].card.focus({ preventScroll: true });
  }

  draw(form) {
    this.form = form;
    const [i, k] = placeOf(form), now = form.rounds[i], n = form.rounds.length, open = !this.waits, fresh = this.fresh;
    this.fresh = false;
    this.where.textContent = `Pair ${i + 1} of ${n}, question ${k + 1} of 2. Rival: ${RIVALS[now.rival]}.`;
    if (this.question.textContent !== now.questions[k]) this.question.textContent = now.questions[k];
    const mine = form.picks.slice(2 * i), choices = { you: mine, ...now.choices };
    this.sides.forEach(({ card, text, chips }, side) => {
      text.textContent = now.passages[k][side];
      card.setAttribute("aria-disabled", String(open));
      card.classList.toggle("dd-right", open && side === now.right[k]);
      card.classList.toggle("dd-mine", open && mine[k] === side);
      chips.replaceChildren();
      if (!open) return;
      element(chips, "b", { class: "dd-verdict" }, side === now.right[k] ? "✓ answers" : "✗ rival");
      // where the passages stay, so do the choices for the first question
      const asked = k && now.rival === "opposite" ? [0, 1] : [k];
      for (const q of asked) for (const player of PLAYERS) if (choices[player][q] === side) {
        const chip = element(chips, "span", { class: `dd-chip${q === k && fresh ? " dd-falls" : ""}${q === k ? "" : " dd-before"}` }, q === k ? player : `${player}, before`);
        chip.style.setProperty("--dd-ink", colour(ROLE[player]));
        chip.style.setProperty("--dd-late", `${PLAYERS.indexOf(player) * 0.15}s`);
      }
    });
    this.next.disabled = this.waits || over(form);
    this.next.textContent = over(form) ? "the end" : k ? "next pair" : "the opposite question";
    this.every.setAttribute("aria-pressed", String(form.whole));
    const shown = { ...form, says: saysOf(form) };
    this.show.show({ title: this.title, form: shown, parts: [[[shown]]], twin: "" });
  }

  end() { this.show.end(); }
}

function render({ model, el }) {
  el.classList.add("stage-host", "embeddings-demo");
  const names = ["picks", "asking", "whole"];
  const game = new Game(el, "The decoy duel", (state) => {
    changing = true;
    for (const [name, value] of Object.entries(state)) model.set(name, value);
    changing = false;
    model.save_changes();
    draw();
  });
  let changing = false;
  const draw = () => {
    if (changing) return;
    const picks = model.get("picks"), form = { ...model.get("form"), picks, asking: model.get("asking") || !picks.length, whole: model.get("whole") };
    game.draw(form);
  };
  const unfollow = followed(model, names, draw);
  draw();
  return () => {
    unfollow();
    game.end();
  };
}

export default { render };
