// What a page plays: a picture; a view whose controls choose among recorded pictures; a view that draws itself.
// It stands behind stage.js and live_bank.js in one script, so `mount`, `mountBank` and `element` are there.

/** A stand-in for Jupyter's model: what a view sets, it hears; `answer` is what a kernel would do after that. */
function modelOf(state, answer) {
  const heard = {}, model = {
    get: (name) => state[name],
    set(name, value) { state = { ...state, [name]: value }; (heard[`change:${name}`] ?? []).forEach((react) => react()); },
    on(events, react) { for (const one of events.split(" ")) (heard[one] ??= []).push(react); },
    off(event, react) { heard[event] = (heard[event] ?? []).filter((one) => one !== react); },
    save_changes: () => answer?.(model),
    send() {},
  };
  return model;
}

/** Bytes that were written as text. */
const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** The true neighbours of every word, found without a kernel in a table of them. */
function neighboursOf({ near, cosines, k }, words) {
  const row = new Map(words.map((word, i) => [word, i])), ids = new Uint16Array(bytesOf(near).buffer), scores = bytesOf(cosines);
  return (model) => {
    const typed = String(model.get("asked")?.[0] ?? "").trim(), i = row.get(typed) ?? row.get(typed.toLowerCase());
    if (!typed || i === undefined) return model.set("message", typed ? `${typed} is not on the map.` : "");
    if (words[i] === model.get("word")) return;
    model.set("message", "");
    model.set("near", Array.from({ length: k }, (_, j) => [ids[i * k + j], scores[i * k + j] / 255, 0]));
    model.set("word", words[i]);
  };
}

/** A control of a view: buttons, a list, or a slider; `moved` is told which option was chosen, `put` shows one. Or a line. */
function recordedControl({ label, look, options, at, pace }, moved) {
  const group = document.createElement(look === "buttons" ? "fieldset" : "label");
  group.className = "one";
  element(group, "span", {}, label);
  if (look === "buttons") {
    group.setAttribute("aria-label", label);
    const all = options.map((text) => element(group, "button", { type: "button" }, text));
    const put = (i) => all.forEach((one, k) => one.setAttribute("aria-pressed", String(i === k)));
    all.forEach((one, i) => one.addEventListener("click", () => { put(i); moved(i); }));
    put(at);
    return { group, put };
  }
  if (look === "slider") {
    const input = element(group, "input", { type: "range", min: 0, max: options.length - 1, step: 1 }), said = element(group, "output");
    const put = (i) => { input.value = i; said.textContent = options[i]; input.setAttribute("aria-valuetext", options[i]); };
    const go = (i) => { put(i); moved(i); };
    input.addEventListener("input", () => go(Number(input.value)));
    put(at);
    if (!pace) return { group, put };
    const both = document.createElement("div");
    both.className = "one";
    both.append(playButton(pace, () => Number(input.value), options.length - 1, go), group);
    return { group: both, put };
  }
  if (look === "line") {
    const input = element(group, "input", { type: "text", placeholder: options[0], autocomplete: "off", maxlength: 200 }), put = (text) => { input.value = text; };
    input.addEventListener("change", () => moved(input.value));
    put(at);
    return { group, put };
  }
  const list = element(group, "select"), put = (i) => { list.value = i; };
  options.forEach((text, i) => element(list, "option", { value: i }, text));
  list.addEventListener("change", () => moved(Number(list.value)));
  put(at);
  return { group, put };
}

/** A button that walks through the moments of something that grows; at the end it begins anew. */
function playButton(pace, now, last, go) {
  const button = document.createElement("button");
  let timer = 0;
  const stop = () => { clearInterval(timer); timer = 0; button.textContent = "Play"; };
  button.type = "button";
  button.textContent = "Play";
  button.addEventListener("click", () => {
    if (timer) return stop();
    if (now() === last) go(0);
    button.textContent = "Stop";
    timer = setInterval(() => { go(now() + 1); if (now() === last) stop(); }, pace);
  });
  return button;
}

/** A view whose controls choose among pictures that were recorded. */
function playRecorded(host, { controls, frames, more }) {
  const demo = element(host, "div", { class: "embeddings-demo recorded" }), row = element(demo, "div", { class: "recorded-controls" }), at = controls.map((one) => one.at);
  const now = () => frames[at.join()];
  const stage = mount(element(demo, "div", { class: "stage-host" }), now());
  const all = controls.map((control, i) => recordedControl(control, (chosen) => {
    at[i] = chosen;
    // where only one may be moved, the others go back
    if (!now()) controls.forEach((other, k) => { if (k !== i) all[k].put((at[k] = other.base)); });
    if (now().trouble) return stage.say(now().trouble, "");
    stage.show(now());
  }));
  row.append(...all.map((one) => one.group));
  if (more) element(demo, "p", { class: "recorded-more" }, more).style.order = 3;
}

/** Until somebody touches it, the bank goes on by itself, through all its sentences once. */
function takeTurns(bank, host) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches, last = bank.prepared.length - 1;
  let turn = 0;
  const timer = setInterval(() => {
    if (document.hidden) return;
    bank.play((turn += 1));
    if (turn === last) clearInterval(timer);
  }, TURN);
  if (still) clearInterval(timer);
  for (const event of ["pointerdown", "keydown", "pointerover"]) host.addEventListener(event, () => clearInterval(timer), { once: true });
}
const TURN = 9000;

/** A picture of one part, or one that is a twin, has its title once: inside. */
function untitled(stage) {
  const [part, more] = stage.performance.parts.flat(2);
  if (more || (part && part.title !== stage.title.textContent)) return;
  stage.title.textContent = "";
  for (const name of ["role", "aria-level"]) stage.title.removeAttribute(name);
}

course.play = async (host, saved, need, frame) => {
  if (saved.sort === "widget") await need(`${saved.name}.js`);
  frame.replaceChildren(host);
  if (saved.sort === "bank") {
    takeTurns(mountBank(host, saved), host);
    element(host, "p", { class: "recorded-more" }, "Here the sentences type themselves. Run the lesson, and you type.");
  }
  else if (saved.sort === "recorded") playRecorded(host, saved);
  else if (saved.sort === "editor") playEditor(host, saved);
  else if (BY_HAND[saved.sort]) BY_HAND[saved.sort](host, saved);
  else if (saved.sort === "picture") {
    if (saved.more) mount(host, saved.picture);
    else untitled(mount(host, saved.picture));
    if (saved.more) element(host, "p", { class: "recorded-more" }, saved.more);
  }
  else {
    const { state } = saved, answer = saved.table ? neighboursOf(saved.table, state._words.split("\n")) : null;
    if (state._places) state._places = new DataView(bytesOf(state._places).buffer);
    host.classList.add("embeddings-demo");
    course.widgets[saved.name].render({ model: modelOf(state, answer), el: host });
  }
};
course.widgets = {};
// what a view that stands on the stage takes from here, instead of a second copy
course.stage = { Show, KINDS, element, colour, shapePath, filled, followed, pickOne };
