// Views whose work is small, whole in a page: what Python would make of their controls is made here, from the same saved
// numbers (tests/browser/test_by_hand.py holds the two together). Each has a frame: what the stage shows of `now`.

/** A view of some controls. `moved` is told which one a hand has moved; it may change others. `again` starts anew. */
function playByHand(host, world, { frame, moved, again, word = "Start again" }) {
  const demo = element(host, "div", { class: "embeddings-demo recorded" }), row = element(demo, "div", { class: "recorded-controls" });
  const now = structuredClone(world.now), stage = new Show(element(demo, "div", { class: "stage-host" })), all = {};
  const show = () => {
    const shown = frame(world, now);
    if (shown.trouble) stage.say(shown.trouble, "");
    else stage.show(shown);
  };
  // a number between two places shows at the nearer one
  const place = ({ look, values }, value) => {
    if (look === "line") return value;
    if (look !== "slider") return values.indexOf(value);
    const gaps = values.map((x) => Math.abs(x - value));
    return gaps.indexOf(Math.min(...gaps));
  };
  const put = () => Object.entries(world.controls).forEach(([name, control]) => all[name].put(place(control, now[name])));
  for (const [name, control] of Object.entries(world.controls)) {
    all[name] = recordedControl({ ...control, at: place(control, now[name]) }, (i) => {
      now[name] = control.look === "line" ? i : control.values[i];
      if (moved?.(world, now, name)) put();
      show();
    });
    row.append(all[name].group);
  }
  if (again) {
    const button = element(row, "button", { type: "button" }, word);
    button.addEventListener("click", () => { again(world, now); put(); show(); });
  }
  if (world.more) element(demo, "p", { class: "recorded-more" }, world.more).style.order = 3;
  show();
  return { stage, now, show };
}

/** What the stage takes: a title, words, and the parts. */
const performed = (kind, title, says, parts) => ({ title, form: { kind, version: 1, says, title }, parts, twin: "" });
/** A number without its last digits, so that equals are equal however they were added up. */
const rounded = (x, digits = 9) => Math.round(x * 10 ** digits) / 10 ** digits;
const opening = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);
const barsOf = (bars) => ({ ...bars, says: `${opening(bars.title)}: ${bars.labels.map((name, i) => `${name} ${fixed(bars.values[i])}`).join(", ")}.` });
const mapOf = (map) => ({ ...map, says: mapSays(map.table, map.marked) });

// ---- attention by hand (demos/attention_by_hand.py; plots/attention.py, `Blend`) -------------------------------------

/** What one token takes from each: scores, shares, and the blend of what they give (bert.py, `attend`). */
function attended({ tokens, focus }, { numbers, times, divide }) {
  const of = (kind) => tokens.map((token) => numbers[`${kind} ${token}`]), keys = of("key"), values = of("value");
  const query = numbers[`query ${focus}`].map((x) => times * x), divisor = divide.startsWith("divided") ? Math.SQRT2 : 1;
  const scores = keys.map(([x, y]) => (x * query[0] + y * query[1]) / divisor), most = Math.max(...scores);
  const raised = scores.map((score) => Math.exp(score - most)), all = raised.reduce((a, b) => a + b, 0), shares = raised.map((x) => x / all);
  return { query, keys, values, scores, shares, output: [0, 1].map((k) => values.reduce((sum, value, i) => sum + shares[i] * value[k], 0)) };
}

function blendFrame(world, now) {
  const { query, keys, values, scores, shares, output } = attended(world, now), { tokens, focus, axes, title } = world;
  const [[[arrows], [asked, taken], [given]]] = world.parts, reach = Math.max(2.2, 1.15 * Math.max(...[...keys, query].flat().map(Math.abs)));
  const lows = [0, 1].map((k) => Math.min(0, ...values.map((value) => value[k])) - 0.15);
  const span = Math.max(...[0, 1].map((k) => Math.max(1, ...values.map((value) => value[k])) + 0.15 - lows[k]));
  const parts = [[
    [mapOf({ ...arrows, table: { ...arrows.table, vectors: [...keys, query] }, limits: [-reach, reach, -reach, reach] })],
    [barsOf({ ...asked, values: scores, low: Math.min(0, ...scores) }), barsOf({ ...taken, values: shares })],
    [mapOf({ ...given, table: { ...given.table, vectors: [...values, output] }, limits: lows.flatMap((low) => [low, low + span]) })],
  ]];
  const order = tokens.map((_, i) => i).sort((i, j) => rounded(shares[j]) - rounded(shares[i])), [x, y] = output, [right, up] = axes;
  const lean = Math.abs(x - y) < 0.1 ? "between the two" : x > y ? `nearer to ${right}` : `nearer to ${up}`;
  const told = order.map((i) => `${tokens[i]} ${fixed(shares[i])}`).join(", ");
  return performed("Blend", title, `${focus} takes ${told}. Its new vector is (${fixed(x)}, ${fixed(y)}) for ${right} and ${up}: ${lean}.`, parts);
}

/** Another arrow brings its numbers into the sliders; a slider changes the arrow in hand. */
function turnArrow(world, now, name) {
  const hand = world.hands[now.vector];
  if (name === "vector") [now.right, now.up] = now.numbers[hand];
  else if (name === "right" || name === "up") now.numbers[hand] = [now.right, now.up];
  return name === "vector";
}

const playBlend = (host, world) => playByHand(host, world, { frame: blendFrame, moved: turnArrow, again: (_, now) => Object.assign(now, structuredClone(world.fresh)), word: "as at the start" });

// ---- two words as one token (demos/sense_mix.py; plots/sense_mix.py) --------------------------------------------------

/** The cosine of a mix to the sense that has this share of it (mixing.py, `blend_cosine`). */
const mixedCosine = (share, between) => (share + (1 - share) * between) / Math.sqrt(share ** 2 + (1 - share) ** 2 + 2 * share * (1 - share) * between);

/** A pair as it was asked for: what was kept of the two in one order holds for the other, turned round. */
function pairOf({ pairs }, one, two) {
  const kept = pairs[`${one} ${two}`];
  if (kept) return kept;
  const { cosines, places, alone, ...same } = pairs[`${two} ${one}`], turned = (pair) => [...pair].reverse();
  return { ...same, cosines: turned(cosines), places: turned(places).map(turned), alone: turned(alone) };
}

function mixFrame(world, { share, one, two }) {
  if (one === two) return { trouble: world.same };
  const { words, between, cosines: [toOne, toTwo], places, alone } = pairOf(world, one, two), s = share / 100, { strangers, n } = world;
  const long = Math.sqrt(s ** 2 + (1 - s) ** 2 + 2 * s * (1 - s) * between), mixed = words.map((_, i) => (s * toOne[i] + (1 - s) * toTwo[i]) / long);
  const near = words.map((_, i) => i).sort((i, j) => rounded(mixed[j], 6) - rounded(mixed[i], 6)).slice(0, 10), names = near.map((i) => words[i]);
  const ofTwo = near.filter((i) => toTwo[i] > toOne[i]).map((i) => words[i]), [[[bars], [lines]]] = world.parts;
  const short = two.length > 14 ? `${two.slice(0, 13)}…` : two, cosines = [mixedCosine(s, between), mixedCosine(1 - s, between)];
  const curves = [(x) => x, (x) => 1 - x].map((of) => world.shares.map((x) => mixedCosine(of(x / 100), between)));
  const gaps = world.shares.map((x) => Math.abs(x - share)), now = gaps.indexOf(Math.min(...gaps));
  const series = { [`to ${two}`]: curves[1], [`to ${one}`]: curves[0], strangers: lines.series.strangers }, title = `cosine of the mix, by share of ${one}`;
  const read = Object.entries(series).map(([name, line]) => `${name} ${fixed(line[now])}`).join(", "), low = Math.min(...curves.flat()) < 0 ? -0.5 : 0;
  const parts = [[
    [barsOf({ ...bars, labels: names, values: near.map((i) => mixed[i]), title: `nearest to ${share} : ${100 - share}`, marked: ofTwo, note: `▸ nearer to ${short}` })],
    [{ ...lines, series, now, low, title, says: `${opening(title)}: ${read}.` }],
  ]];
  const weak = share >= 50 ? 1 : 0, [place, without, all] = [places[weak][share], alone[weak], n].map((x) => x.toLocaleString("en-US"));
  const says = `${share} parts ${one}, ${100 - share} parts ${two}. Of the ${near.length} nearest words ${near.length - ofTwo.length} are nearer to ${one}, ${ofTwo.length} to ${two}: `
    + `${names.slice(0, 5).join(", ")}... Cosine to ${one} ${fixed(cosines[0])}, to ${two} ${fixed(cosines[1])} (95 in 100 strangers score below ${fixed(strangers)}). `
    + `In the list of all ${all} words ${[one, two][weak]} is number ${place}; without any of it in the mix it would be number ${without}.`;
  return performed("SenseMix", world.title, says, parts);
}

const playMix = (host, world) => playByHand(host, world, { frame: mixFrame });

// ---- the table as discs (demos/disc_table.py; plots/discs.py) ---------------------------------------------------------

/** The words that somebody typed, each once; or what is wrong with them. */
function typedWords(typed, taken, { most, longest }) {
  const tidy = (text) => text.replaceAll("\ufeff", "").split(/[\s\x1c-\x1f\x85]+/u).map((part) => part.replace(/[\p{C}\p{Z}]/gu, "")).join(" ").trim();
  const words = [...new Set(typed.split(",").map(tidy).filter(Boolean))], long = words.find((word) => [...word].length > longest), twice = words.find((word) => taken.includes(word));
  if (words.length > most) return { trouble: `Three words of your own at most, with commas between them; these are ${words.length}.` };
  if (long) return { trouble: `${[...long].slice(0, longest).join("")}... is too long for the table: ${longest} letters at most.` };
  if (twice) return { trouble: `${twice} is in the table already: pull its discs, or type another word.` };
  return { words };
}

/** The row of a word as a hand has left it (a word may be *constructor*, which every object answers to). */
const pulledRow = (world, changed, word, i) => [...(Object.hasOwn(changed, word) ? changed[word] : world.start[i] ?? world.columns.map(() => 0))];

function discsFrame(world, { questions, own, changed }) {
  const typed = typedWords(own, world.words, world), { heroes, columns, title } = world;
  if (typed.trouble) return typed;
  const words = [...world.words, ...typed.words], rows = words.map((word, i) => pulledRow(world, changed, word, i));
  const counted = rows.map((row) => row.slice(0, questions)), of = (word) => counted[words.indexOf(word)], far = (a, b) => rounded(straight(of(a), of(b)));
  const pairs = heroes.flatMap((a, i) => heroes.slice(i + 1).map((b) => [a, b, far(a, b)])), told = [...pairs].sort((p, q) => p[2] - q[2]);
  const near = typed.words.filter((word) => of(word).some(Boolean)).map((word) => words.filter((other) => other !== word).map((other) => [word, other, far(word, other)]).reduce((best, one) => (one[2] < best[2] ? one : best)));
  const [first, ...rest] = told.map(([a, b, gap]) => `${a} and ${b} (${fixed(gap)})`), all = [...pairs, ...near], [[[discs], [bars]]] = world.parts;
  const mine = [...near.map(([word, other, gap]) => `${word} to ${other} (${fixed(gap)})`), ...typed.words.filter((word) => !of(word).some(Boolean)).map((word) => `${word} has no answer yet`)];
  const says = `Counted: ${columns.slice(0, questions).join(", ")}. Nearest are ${first}, then ${rest.join(", ")}.${mine.length ? ` Yours: ${mine.join(", ")}.` : ""}`;
  const names = all.map(([a, b]) => `${a} to ${b}`), marked = [`${told[0][0]} to ${told[0][1]}`];
  const parts = [[
    [{ ...discs, table: { ...discs.table, words, vectors: rows }, asked: questions, own: typed.words, says }],
    [barsOf({ ...bars, labels: names, values: all.map(([, , gap]) => gap), marked })],
  ]];
  return performed("Discs", title, says, parts);
}

/** Discs answer to the hand: what it pulls goes into the table. */
function playDiscs(host, world) {
  const again = (_, now) => Object.assign(now, { own: "", changed: {} }), view = playByHand(host, world, { frame: discsFrame, again });
  view.stage.hand = ({ word, column, value }) => {
    const typed = typedWords(view.now.own, world.words, world), i = world.words.indexOf(word);
    if (typed.trouble) return;
    const pulled = pulledRow(world, view.now.changed, word, i).map((x, k) => (k === column ? value : x));
    view.now.changed = Object.fromEntries([...Object.entries(view.now.changed), [word, pulled]]);
    view.show();
  };
  view.show();
}

// ---- a row to guess (demos/guess_word.py; plots/cartoon.py, `Riddle`) -------------------------------------------------

/** What a table of numbers says of itself (plots/heat.py): its size, its highest and its lowest. */
function heatSays({ title, values, rows, columns }) {
  const size = `${opening(title) || "Numbers"}, ${rows.length} rows and ${columns.length} columns.`, before = (a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : a[2] < b[2] ? -1 : 1);
  const pairs = values.flatMap((row, i) => row.map((x, j) => [x, rows[i], columns[j]])).filter(([x]) => x !== null).sort(before), [low, a, b] = pairs[0], [high, c, d] = pairs.at(-1);
  if (pairs.length === 1 || fixed(low) === fixed(high)) return `${size} All pairs: ${fixed(high)}.`;
  return `${size} Highest: ${c} with ${d}, ${fixed(high)}. Lowest: ${a} with ${b}, ${fixed(low)}.`;
}

/** How the riddle stands, in words. */
function riddleSays({ words, columns, rows, close, none }, secret, { uncovered, guess }) {
  const right = rows[words.indexOf(secret)], gaps = (word) => rows[words.indexOf(word)].slice(0, uncovered).map((x, i) => Math.abs(x - right[i]));
  const possible = words.filter((word) => Math.max(...gaps(word)) <= close + 1e-9), known = columns.slice(0, uncovered).map((name, i) => `${name} ${fixed(right[i], 1)}`).join(", ");
  if (guess === secret) return `Yes, it is ${secret}! ${uncovered} question${uncovered > 1 ? "s" : ""} uncovered: ${known}.`;
  const text = `${known}. ${possible.length} of ${words.length} words still fit (each answer within ${close}).`;
  if (guess === none) return text;
  if (possible.includes(guess)) return `${text} ${guess} is one of them, but it is another. Uncover one more.`;
  const far = gaps(guess), worst = far.indexOf(Math.max(...far));
  return `${text} Not ${guess}: compare its answer on ${columns[worst]}, ${fixed(rows[words.indexOf(guess)][worst], 1)}.`;
}

function riddleFrame(world, now) {
  const { words, columns, rows, order, title } = world, secret = order[now.riddle - 1], [[[heat]]] = world.parts;
  const covered = (list, blank) => list.map((one, i) => (i < now.uncovered ? one : blank));
  const row = { ...heat, values: [covered(rows[words.indexOf(secret)], null)], rows: [now.guess === secret ? secret : "? ? ?"], columns: covered(columns, "?") };
  return performed("Riddle", title, riddleSays(world, secret, now), [[[{ ...row, says: heatSays(row) }]]]);
}

// ---- what strangers score (demos/random_pairs.py; plots/strangers.py) -------------------------------------------------

function strangersFrame(world, { d, yours }) {
  const { counts, spread, above } = world.drawn[d], n = world.pairs.toLocaleString("en-US"), [[[lines]]] = world.parts;
  const middles = counts.map((_, i) => -1 + (i + 0.5) * (2 / counts.length)), gaps = middles.map((x) => Math.abs(x - yours)), now = gaps.indexOf(Math.min(...gaps));
  const band = [counts.map(() => 0), counts.map((count, i) => (Math.abs(middles[i]) <= spread ? count : 0))], title = `${n} random pairs in ${d} dimensions: how many score what`;
  const drawn = { ...lines, series: { pairs: counts }, high: Math.max(...counts), now, band, title, says: `${opening(title)}: pairs ${fixed(counts[now])}.` };
  const share = above[world.controls.yours.values.indexOf(yours)];
  const says = `In ${d} dimensions random cosines scatter round 0 with a spread of ${fixed(spread, 3)}. ${fixed(share * 100, 1)}% of random pairs score ${fixed(yours)} or more.`;
  return performed("Strangers", world.title, says, [[[drawn]]]);
}

const BY_HAND = {
  blend: playBlend,
  mix: playMix,
  discs: playDiscs,
  riddle: (host, world) => playByHand(host, world, { frame: riddleFrame }),
  strangers: (host, world) => playByHand(host, world, { frame: strangersFrame }),
};
