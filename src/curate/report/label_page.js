const data = JSON.parse(document.getElementById("data").textContent);
const record = data.record && JSON.parse(atob(data.record)); // packed, so that nobody who looks reads scores off it
const key = "curate-labels-" + data.digest;
const at = (id) => document.getElementById(id);
let own = {}; // labels given here, by row; null: taken back
let kept = true; // whether this browser keeps them
let unsaved = false;
let place = 0;
let since = Date.now();
let told = ""; // interval so far, as told last
const taken = [];

function read() {
  try {
    own = JSON.parse(localStorage.getItem(key) || "{}");
  } catch (error) {
    own = {};
  }
}

function keep() {
  try {
    localStorage.setItem(key, JSON.stringify(own));
  } catch (error) {
    kept = false;
  }
}

function label(row) {
  return Object.hasOwn(own, row) ? own[row] : data.labels[row];
}

function next(from) {
  for (let row = from; row < data.texts.length; row += 1) if (label(row) === null) return row;
  return data.texts.length;
}

function begin() {
  read();
  let last = -1;
  data.texts.forEach((text, row) => { if (label(row) !== null) last = row; });
  place = next(last + 1);
  if (place === data.texts.length) place = next(0);
}

function minutes() {
  const ahead = data.texts.filter((text, row) => row >= place && label(row) === null).length;
  const sorted = [...taken].sort((one, other) => one - other);
  const seconds = taken.length < 5 ? data.seconds : sorted[Math.floor(taken.length / 2)];
  const left = ahead * seconds / 60;
  return left < 1 ? "under a minute" : `about ${Math.round(left)} minute${Math.round(left) === 1 ? "" : "s"}`;
}

function percent(share) {
  const value = 100 * share;
  if (value > 0 && value < 0.1) return "<0.1 %";
  if (value > 99.9 && value < 100) return ">99.9 %";
  const whole = value === 0 || value === 100 || (value >= 9.95 && value <= 99);
  return `${whole ? value.toFixed(0) : value.toFixed(1).replace(".0", "")} %`;
}

// The interval by all labels: told after every ten, and at the end.
function soFar(done) {
  if (!record || done === 0 || (done % data.every !== 0 && place !== data.texts.length)) return told;
  const labels = new Array(record.tokens.length).fill(null);
  record.document.forEach((document, row) => { labels[document] = label(row); });
  const found = intervalOf(record, labels);
  return found ? `${done} labels: ${percent(found[0])} to ${percent(found[1])} machine-written` : told;
}

function show() {
  const all = data.texts.length;
  const done = data.texts.filter((text, row) => label(row) !== null).length;
  const end = place === all;
  at("head").textContent = end ? `${done} of ${all} labelled` : `${place + 1} of ${all}, ${minutes()} left`;
  told = soFar(done);
  at("note").textContent = kept ? told : `This browser keeps nothing: save before you close the page. ${told}`;
  at("text").textContent = end ? "That was the last one. Save the file." : data.texts[place] || "(no text)";
  at("text").scrollTop = 0;
  for (const who of ["human", "machine"]) {
    at(who).classList.toggle("chosen", !end && label(place) === who);
    at(who).disabled = end;
  }
  at("unknown").disabled = end;
}

function answer(who) {
  if (place === data.texts.length) return;
  if (label(place) !== who) {
    own[place] = who;
    unsaved = true;
    keep();
  }
  taken.push(Math.min((Date.now() - since) / 1000, 300));
  since = Date.now();
  place = next(place + 1);
  show();
}

function back() {
  place = Math.max(0, place - 1);
  since = Date.now();
  show();
}

function content() {
  const value = (row) => data.quoted ? JSON.stringify(label(row)) : label(row) || "";
  return data.lines.map((line) => typeof line === "string" ? line : line[1].join(value(line[0]))).join("");
}

function save() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content()], { type: "application/octet-stream" }));
  link.download = data.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  unsaved = false;
}

const page = (sign) => at("text").scrollBy(0, sign * at("text").clientHeight * 0.9);
const keys = {
  h: () => answer("human"), m: () => answer("machine"), u: () => answer(null), " ": () => answer(null),
  b: back, s: save, n: () => page(1), p: () => page(-1),
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return;
  event.preventDefault();
  keys[event.key]();
});
at("human").addEventListener("click", keys.h);
at("machine").addEventListener("click", keys.m);
at("unknown").addEventListener("click", keys.u);
at("back").addEventListener("click", back);
at("save").addEventListener("click", save);
window.addEventListener("beforeunload", (event) => { if (unsaved && !kept) event.preventDefault(); });
begin();
show();
