"use strict";
// The interval by the labels so far: what curate.detect.labels.read_draw says of the same labels. Pure functions.
const STEPS = 1e6; // bounds are whole millionths
const BETS = Array.from({ length: 32 }, (unused, n) => ((n + 0.5) / 32) ** 1.5);
const sum = (values) => values.reduce((one, other) => one + other, 0);

// Strata of a draw: weight of the tokens, prior, chance of a draw.
function strataOf(record) {
  const mass = record.mass;
  const prior = record.prior.map((hundredths) => hundredths / 100);
  const density = prior.map((p) => Math.round(100 * Math.sqrt(p * (1 - p))));
  const drawn = mass.map((tokens, n) => tokens * density[n]);
  return { prior, weight: mass.map((tokens) => tokens / sum(mass)), chance: drawn.map((one) => one / sum(drawn)) };
}

// Values of a draw in two ways: human of each stratum, then machine of each.
function valuesOf(strata) {
  const by = strata.weight.map((weight, n) => weight / strata.chance[n]);
  const plain = [...by.map(() => 0), ...by];
  const expected = by.map((value, n) => strata.prior[n] * value);
  const rest = sum(strata.weight.map((weight, n) => weight * strata.prior[n]));
  return [plain, plain.map((value, n) => value - expected[n % by.length] + rest)];
}

function isAbove(values, counts, mean, level) {
  const logs = [];
  for (const way of values) {
    const least = Math.min(...way);
    if (mean <= least) continue;
    for (const bet of BETS) {
      logs.push(sum(way.map((value, n) => counts[n] && counts[n] * Math.log1p((bet / (mean - least)) * (value - mean)))));
    }
  }
  const most = Math.max(...logs);
  const total = most + Math.log(sum(logs.map((log) => Math.exp(log - most))));
  return logs.length > 0 && total - Math.log(BETS.length * values.length) >= -Math.log(level);
}

function lowerBound(values, counts, level) {
  let [low, high] = [0, STEPS];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isAbove(values, counts, middle / STEPS, level)) low = middle;
    else high = middle;
  }
  return low / STEPS;
}

// Draws up to the first document behind the last label: those labels are labels of a smaller draw.
function labelledDraws(record, labels) {
  const first = new Map();
  record.sequence.forEach((document, n) => { if (!first.has(document)) first.set(document, n); });
  const last = Math.max(...[...first].map(([document, n]) => (labels[document] === null ? -1 : n)));
  const behind = [...first.values()].filter((n) => n > last);
  return record.sequence.slice(0, behind.length ? Math.min(...behind) : record.sequence.length);
}

// labels: "human", "machine" or null by document of the record. Returns [low, high], or null without a label.
function intervalOf(record, labels) {
  if (labels.every((label) => label === null)) return null;
  const draws = labelledDraws(record, labels);
  const strata = strataOf(record);
  const size = strata.weight.length;
  const count = (missing) => {
    const counts = new Array(2 * size).fill(0);
    for (const document of draws) {
      const machine = (labels[document] || missing) === "machine";
      counts[record.code[document] + (machine ? size : 0)] += 1;
    }
    return counts;
  };
  const documents = [...new Set(draws)];
  const all = sum(record.mass);
  const seen = (who) => sum(documents.map((one) => (labels[one] === who ? record.tokens[one] : 0))) / all;
  const values = valuesOf(strata);
  const level = (1 - record.confidence) / 2;
  const opposite = values.map((way) => way.map((value) => 1 - value));
  const low = Math.max(lowerBound(values, count("human"), level), seen("machine"));
  const proved = Math.round(lowerBound(opposite, count("machine"), level) * STEPS);
  const high = Math.min((STEPS - proved) / STEPS, 1 - seen("human"));
  return [low, high].map((value) => (record.machine + all * value) / record.whole);
}
