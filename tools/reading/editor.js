// The vector editor without a kernel: the words' rows are changed by hand, and what Python would say of them is said here
// (embeddings_course/plots/cartoon.py, `Edited`; tests/browser/test_editor.py holds the two together).

/** A number as Python writes it: where two are equally near, the even digit. */
function fixed(x, digits = 2) {
  const text = x.toFixed(digits), half = Math.abs(x * 2 ** (digits + 1)) % 2 === 1;
  return half && text.at(-1) % 2 ? (x - (Math.sign(x) * 10 ** -digits) / 2).toFixed(digits) : text;
}
const straight = (a, b) => Math.sqrt(a.reduce((sum, x, i) => sum + (x - b[i]) ** 2, 0)); // in the order in which Python adds
const flattened = (rows, { centre, axes }) => rows.map((row) => axes.map((axis) => axis.reduce((sum, a, i) => sum + a * (row[i] - centre[i]), 0)));

/** A frame round the words of a map, with room for labels. */
function frameRound(points) {
  const ends = [0, 1].map((k) => [Math.min(...points.map((p) => p[k])), Math.max(...points.map((p) => p[k]))]);
  const widest = Math.max(...ends.map(([low, high]) => high - low), 1e-9);
  return ends.flatMap(([low, high]) => { const room = Math.max((high - low) * 0.14, 0.05 * widest) + 1e-9; return [low - room, high + room]; });
}

/** What a map says of itself (plots/points.py). */
function mapSays({ words, vectors }, marked, kept = null) {
  const beside = (name) => { const i = words.indexOf(name), gaps = vectors.map((p, k) => (k === i ? Infinity : straight(p, vectors[i]))); return words[gaps.indexOf(Math.min(...gaps))]; };
  const hidden = kept === null ? "" : ` The map shows ${fixed(kept * 100, 0)}% of the scatter; the rest is hidden behind it.`;
  return `A map of ${words.length} words.${marked.map((name) => ` On it ${name} stands nearest to ${beside(name)}.`).join("")}${hidden}`;
}

/** How the game stands, in a sentence. */
function gameSays({ words, start, goal }, rows) {
  const [one, two, three] = goal, [i, j, k] = goal.map((word) => words.indexOf(word));
  const a = straight(rows[i], rows[j]), b = straight(rows[i], rows[k]), apart = straight(rows[j], rows[k]), before = straight(start[j], start[k]);
  const limit = 0.54 * before, said = `${one} to ${two} ${fixed(a)}, ${one} to ${three} ${fixed(b)}: `;
  if (apart < 0.97 * before) return `${said}but you brought ${two} and ${three} together (${fixed(before)} before, ${fixed(apart)} now). Give them their own numbers back and move only ${one}.`;
  if (Math.max(a, b) <= limit) return `${said}as near as it gets! Together that is ${fixed(a + b)}, and ${two} to ${three} is ${fixed(apart)}. The sum can never be smaller: the triangle rule. One row cannot be in two places; lesson 08 comes back to this.`;
  if (Math.min(a, b) > limit) return `${said}near neither yet. Bring both below ${fixed(limit)}; ${two} to ${three} must stay at ${fixed(before)}.`;
  const [near, far, away] = a <= b ? [two, three, b] : [three, two, a];
  return `${said}near ${near}, but ${fixed(away)} from ${far}. Can you have both below ${fixed(limit)}? Together they are never less than ${fixed(apart)}.`;
}

/** What the stage shows of the rows as they are now, with one word in hand. */
function editedFrame(world, rows, word) {
  const { words, start, basis, goal, title } = world, at = words.indexOf(word), flat = flattened(rows, basis);
  const near = words.map((name, i) => [name, straight(rows[i], rows[at])]).filter((_, i) => i !== at).sort((a, b) => a[1] - b[1]).slice(0, 6);
  const read = (pairs) => pairs.map(([name, far]) => `${name} ${fixed(far)}`).join(", ");
  const marked = [...new Set([word, ...(goal ?? [])])];
  const [left, right, bottom, top] = frameRound([...flat, ...flattened(start, basis)]), names = near.map(([name]) => name);
  const map = { ...world.points, marked, table: { ...world.points.table, vectors: flat }, limits: [left, right, bottom, top],
    says: mapSays({ words, vectors: flat }, marked, basis.kept) };
  const bars = { ...world.bars, labels: names, values: near.map(([, far]) => far), title: `Nearest to ${word}`, high: Math.max(2, ...near.map(([, far]) => far)),
    marked: (goal ?? []).slice(1).filter((name) => names.includes(name)), says: `Nearest to ${word}: ${read(near)}.` };
  const changed = words.filter((_, i) => rows[i].some((x, k) => x !== start[i][k]));
  const says = `${goal ? `${gameSays(world, rows)} ` : ""}The nearest words to ${word} are ${read(near.slice(0, 3))} (straight-line distance). ${changed.length ? `Changed so far: ${changed.join(", ")}.` : "Nothing is changed yet."}`;
  return { title, form: { kind: "Edited", version: 1, says, title }, parts: [[[map], [bars]]], twin: "" };
}

/** The editor in a page: a list of words, a slider for each feature, and a way back. */
function playEditor(host, world) {
  const demo = element(host, "div", { class: "embeddings-demo recorded" }), row = element(demo, "div", { class: "recorded-controls" });
  let rows = world.start.map((one) => [...one]), word = world.word;
  const at = () => world.words.indexOf(word), stage = mount(element(demo, "div", { class: "stage-host" }), editedFrame(world, rows, word));
  const steps = world.places.map(String), show = () => stage.show(editedFrame(world, rows, word));
  const sliders = world.columns.map((label, k) => recordedControl({ label, look: "slider", options: steps, at: 0, pace: 0 }, (i) => { rows[at()][k] = world.places[i]; show(); }));
  // a number between two places shows at the nearer one, and stays as it is until it is moved
  const put = () => sliders.forEach((slider, k) => { const gaps = world.places.map((x) => Math.abs(x - rows[at()][k])); slider.put(gaps.indexOf(Math.min(...gaps))); });
  const list = recordedControl({ label: "Word to change", look: "list", options: world.words, at: at(), pace: 0 }, (i) => { word = world.words[i]; put(); show(); });
  const again = document.createElement("button");
  again.type = "button";
  again.textContent = "Start again";
  again.addEventListener("click", () => { rows = world.start.map((one) => [...one]); put(); show(); });
  row.append(list.group, again, ...sliders.map((one) => one.group));
  put();
}
