// The reading page: theme, menu, search, questions with their gates, and views that wake up when they come near.
// It works from a folder on a disk too: no module, no fetch, one host.
(() => {
"use strict";
const page = document.body.dataset.page, base = document.currentScript.src.replace(/page\.js.*$/, "");
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
function make(tag, attributes = {}, ...inside) {
  const one = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value);
  one.append(...inside);
  return one;
}
/** Our three marks: *word*, `code`, and nothing else; the rest is text. */
function marked(text) {
  const piece = make("span");
  for (const part of text.split(/(`[^`]+`|(?<![\w*])\*[^*\s](?:[^*\n]*[^*\s])?\*(?![\w*]))/)) {
    if (/^`.+`$/.test(part)) piece.append(make("code", {}, part.slice(1, -1)));
    else if (/^\*.+\*$/.test(part)) piece.append(make("em", {}, part.slice(1, -1)));
    else piece.append(part);
  }
  return piece;
}
function script(source) {
  return new Promise((yes, no) => {
    const one = make("script", { src: base + source });
    one.onload = yes;
    one.onerror = () => no(new Error(`${source} did not come`));
    document.head.append(one);
  });
}
const once = {};
const need = (source) => (once[source] ??= script(source));

// ---- what is kept in this browser; where that is forbidden, until the page is left --------------------------------
const KEY = "course-answers";
const store = {
  now: {},
  read() { try { this.now = JSON.parse(localStorage.getItem(KEY)) || {}; } catch { /* forbidden, or not ours */ } },
  keep(name, answer) {
    this.read();
    this.now[name] = answer;
    try { localStorage.setItem(KEY, JSON.stringify(this.now)); } catch { /* it lasts as long as the page */ }
  },
  forget() { this.now = {}; try { localStorage.removeItem(KEY); } catch { /* nothing was kept */ } },
};
store.read();

// ---- theme, menu --------------------------------------------------------------------------------------------------
const root = document.documentElement, theme = document.querySelector(".theme"), menu = document.querySelector(".menu");
const isDark = () => root.dataset.jpThemeLight === "false";
const name = () => { theme.textContent = isDark() ? "Light" : "Dark"; };
theme.hidden = menu.hidden = false;
document.querySelector(".search").hidden = false;
name();
theme.addEventListener("click", () => {
  root.dataset.jpThemeLight = String(isDark());
  try { localStorage.setItem("course-theme", isDark() ? "dark" : "light"); } catch { /* it lasts as long as the page */ }
  name();
});
menu.addEventListener("click", () => {
  const open = document.body.classList.toggle("menu-open");
  menu.setAttribute("aria-expanded", String(open));
});
const forget = document.querySelector(".forget");
forget.hidden = false;
forget.addEventListener("click", () => { store.forget(); location.reload(); });

// ---- questions ----------------------------------------------------------------------------------------------------
const lesson = page.replace(/\.html$/, ""), asks = [];
let number = 0;
function radios(options, label) {
  const group = `group-${(number += 1)}`, box = make("fieldset", {}, make("legend", label ? {} : { class: "unseen" }, label || "Your answer"));
  options.forEach((option, i) => box.append(make("label", { class: "option" }, make("input", { type: "radio", name: group, value: i }), marked(option.text))));
  const read = () => { const one = box.querySelector("input:checked"); return one ? Number(one.value) : null; };
  const write = (i) => { const one = box.querySelector(`input[value="${i}"]`); if (one) one.checked = true; };
  return { box, read, write };
}
const KINDS = {
  choice: (data) => radios(data.options),
  number(data) {
    const input = make("input", { type: "number", min: data.low, max: data.high, step: "any", inputmode: "decimal" });
    const read = () => { const x = parseFloat(input.value); return Number.isFinite(x) && x >= data.low && x <= data.high ? x : null; };
    return { box: make("label", { class: "number" }, `from ${data.low} to ${data.high} `, input, ` ${data.unit}`), read, write: (x) => { input.value = x; } };
  },
  order(data) {
    const lists = data.items.map((_, i) => make("select", { "aria-label": `place ${i + 1}` }, make("option", { value: "" }, "choose"), ...data.items.map((item, k) => make("option", { value: k }, item.text))));
    const read = () => { const places = lists.map((list) => list.value); return new Set(places).size === places.length && !places.includes("") ? places.map(Number) : null; };
    return { box: make("ol", { class: "order" }, ...lists.map((list) => make("li", {}, list))), read, write: (places) => lists.forEach((list, i) => { list.value = places[i]; }) };
  },
  judgement(data) {
    const answer = radios(data.answers, "Answer"), reason = radios(data.reasons, "Because"), sure = make("input", { type: "range", min: 0, max: 100, step: 5, value: 50 }), said = make("output", {}, "50 %");
    sure.addEventListener("input", () => { said.textContent = `${sure.value} %`; });
    const read = () => (answer.read() === null || reason.read() === null ? null : [answer.read(), reason.read(), Number(sure.value)]);
    const write = ([a, r, s]) => { answer.write(a); reason.write(r); sure.value = s; said.textContent = `${s} %`; };
    return { box: make("div", {}, answer.box, reason.box, make("label", { class: "sure" }, "How sure are you? ", sure, said)), read, write };
  },
};
const lacking = { choice: "Choose one first.", number: "Type a number within the limits first.", order: "Give each place another item first.", judgement: "Choose an answer and a reason first." };
/** What each option means, the one that was chosen first; nothing is right or wrong in an opinion. */
function meanings(data, answer) {
  const line = (text, means, right, mine) => ({ text, means, right, mine });
  if (data.kind === "number") return data.bands.map((b) => line(`from ${b.low} to ${b.high}`, b.means, b.right, answer >= b.low && answer < b.high));
  if (data.kind === "order") return [...data.items].sort((a, b) => a.place - b.place).map((item) => line(`${item.place}. ${item.text}`, item.means, null, data.items[answer[item.place - 1]] === item));
  if (data.kind === "judgement") return [["answers", 0], ["reasons", 1]].flatMap(([name, k]) => data[name].map((o, i) => line(o.text, o.means, o.right, answer[k] === i)));
  return data.options.map((o, i) => line(o.text, o.means, data.opinion ? null : o.right, answer === i));
}
function explain(data, answer) {
  const list = make("ul", { class: "means" });
  for (const one of meanings(data, answer)) {
    const mark = one.right === null ? "" : one.right ? "right" : "not this one", look = one.right ? "is-right" : "is-not";
    const item = make("li", { class: `${one.right === null ? "" : look}${one.mine ? " is-mine" : ""}` });
    item.append(make("b", {}, marked(one.text)), ...(one.mine ? [make("span", { class: "tag" }, "you")] : []), ...(mark ? [make("span", { class: "tag" }, mark)] : []), make("br"), marked(one.means));
    list.append(item);
  }
  return list;
}
function ask(section) {
  const data = JSON.parse(section.querySelector("script").textContent), how = section.dataset.how, id = `${lesson}/${data.id}`;
  const control = KINDS[data.kind](data), button = make("button", { type: "button" }, how === "guess" ? "Lock my guess" : "Look"), said = make("div", { class: "ask-said", role: "status" });
  section.querySelector(".ask-answer").replaceChildren(control.box, button, said);
  const show = (answer) => {
    control.write(answer);
    said.replaceChildren(explain(data, answer));
    section.classList.add("is-done");
    if (how !== "guess") return;
    section.querySelector(".ask-title").textContent = data.opinion ? "Your guess is kept" : "Your guess is locked";
    all("input, select", section).forEach((one) => { one.disabled = true; });
    button.remove();
  };
  button.addEventListener("click", () => {
    const answer = control.read();
    if (answer === null) return said.replaceChildren(make("p", {}, lacking[data.kind]));
    store.keep(id, answer);
    show(answer);
    gates();
  });
  if (id in store.now) { try { show(store.now[id]); } catch { /* the question has changed since */ } }
  asks.push({ section, id, name: data.id, how });
}
/** A gate opens once all guesses above it are locked; who wants to look anyway opens it by hand. */
function gates() {
  for (const gate of all("details.gate")) {
    const open = gate.dataset.needs.split(" ").filter((one) => !(`${lesson}/${one}` in store.now)), summary = gate.querySelector("summary");
    const how = open.length > 1 ? `${open.length} guesses above are open: lock them, and this opens` : "Your guess first: lock it above, and this opens";
    summary.textContent = open.length ? `${how} (or look without)` : "What you guessed about";
    gate.classList.toggle("is-open", !open.length);
    if (!open.length && !gate.dataset.opened) gate.open = gate.dataset.opened = true;
  }
}
all("section.ask").forEach(ask);
gates();

// ---- views: asleep as stills, awake when they come near ------------------------------------------------------------
const course = (window.course = { views: {} });
const wake = async (frame) => {
  const source = frame.dataset.view;
  try {
    await Promise.all([need("stage.js"), need(source)]);
    const host = make("div", { class: "stage-host" });
    const high = frame.getBoundingClientRect().height;
    if (high) frame.style.minHeight = `${Math.min(high, 560)}px`; // what stands below it jumps little
    await course.play(host, course.views[source], need, frame);
    frame.dataset.alive = "yes";
  } catch (trouble) {
    frame.dataset.alive = "no"; // its still stays
    console.warn(String(trouble));
  }
};
const near = new IntersectionObserver((seen) => {
  for (const { target, isIntersecting } of seen) if (isIntersecting) { near.unobserve(target); wake(target); }
}, { rootMargin: "500px 0px" });
all("[data-view]").forEach((frame) => near.observe(frame));

// ---- search: its words are fetched when it is asked for the first time ---------------------------------------------
const box = document.querySelector("#ask-site"), found = document.querySelector("#found");
let chosen = -1;
const close = () => { found.hidden = true; chosen = -1; box.setAttribute("aria-expanded", "false"); box.removeAttribute("aria-activedescendant"); };
function excerpt(text, word) {
  const at = Math.max(text.toLowerCase().indexOf(word), 0), from = at < 60 ? 0 : text.indexOf(" ", at - 60) + 1;
  return `${from ? "… " : ""}${text.slice(from, from + 150)}${text.length > from + 150 ? " …" : ""}`;
}
async function search() {
  const words = box.value.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 1);
  if (!words.length) return close();
  await need("search.js");
  const rank = (part) => {
    const text = part[3].toLowerCase(), head = `${part[0]} ${part[2]}`.toLowerCase();
    const each = words.map((word) => 12 * head.includes(word) + Math.min(text.split(word).length - 1, 6));
    return each.includes(0) ? 0 : each.reduce((a, b) => a + b, 0);
  };
  const best = course.words.map((part) => [rank(part), part]).filter(([score]) => score).sort((a, b) => b[0] - a[0]).slice(0, 10);
  found.replaceChildren(...best.map(([, [title, address, head, text]], i) => {
    const link = make("a", { href: base + address, tabindex: -1 }, make("b", {}, head === title ? title : `${title} › ${head}`), make("span", {}, excerpt(text, words[0])));
    return make("li", { role: "option", id: `found-${i}`, "aria-selected": "false" }, link);
  }));
  if (!best.length) found.append(make("li", { role: "option", "aria-selected": "false", class: "none" }, "Nothing here has all these words."));
  found.hidden = false;
  chosen = -1;
  box.setAttribute("aria-expanded", "true");
}
box.addEventListener("input", search);
box.addEventListener("focus", () => need("search.js"));
box.addEventListener("keydown", (event) => {
  const links = all("a", found);
  if (event.key === "Escape") { box.value = ""; close(); }
  else if (event.key === "Enter" && links.length) links[Math.max(chosen, 0)].click();
  else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && links.length) {
    event.preventDefault();
    chosen = (chosen + (event.key === "ArrowDown" ? 1 : -1) + links.length) % links.length;
    all("li", found).forEach((item, i) => item.setAttribute("aria-selected", String(i === chosen)));
    box.setAttribute("aria-activedescendant", `found-${chosen}`);
  }
});
document.addEventListener("click", (event) => { if (!event.target.closest(".search")) close(); });
})();
