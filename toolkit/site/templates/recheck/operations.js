// The twin of toolkit/core/operation.py: what each primitive does. TABLE.primitives has their shapes, units and words.

const sumOf = (values) => addedUp(values, "+".repeat(values.length));

const RULES = {
  sum: (values, by) => addedUp(values, by.signs),
  mean: (values) => sumOf(values) / values.length,
  convert: ([value], by) => converted(value, by.times, by.over),
  taken: ([value]) => value,
  product: (values) => values.reduce((product, value) => product * value, 1),
  ratio: ([dividend, divisor]) => dividend / divisor,
  power: ([value], by) => (by.power === 0.5 ? Math.sqrt(value) : value ** by.power),
  log: ([value]) => Math.log(value),
  exp: ([value]) => Math.exp(value),
  least: (values) => Math.min(...values),
  greatest: (values) => Math.max(...values),
  normal_below: ([z]) => normalBelow(z),
  normal_quantile: ([share]) => normalQuantile(share),
  normal_density: ([z]) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI),
  tail_shift: ([multiple, edge]) =>
    halved(-TABLE.farthest, TABLE.farthest, (at) => normalBelow(at - edge) < multiple * normalBelow(-at - edge)),
};

// The place in an interval up to which a condition holds, by bisection.
function halved(low, high, holds) {
  for (let n = 0; n < TABLE.halvings; n++) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle; else high = middle;
  }
  return (low + high) / 2;
}

// The error function near its middle, by its series of positive terms.
function erf(x) {
  let term = x, total = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(total); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    total += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total;
}

// 1 - erf(x), by a continued fraction where that difference would lose digits.
function erfc(x) {
  if (x < 2) return x < -6 ? 2 : 1 - erf(x);
  let under = 0;
  for (let n = 160; n > 0; n--) under = n / 2 / (x + under);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + under);
}

const normalBelow = (z) => erfc(-z / Math.SQRT2) / 2;

function normalQuantile(share) {
  if (!(share > 0 && share < 1)) return NaN;
  const off = share - 0.5;
  if (Math.abs(off) < 0.4) return off && halved(-9, 9, (z) => erf(z / Math.SQRT2) / 2 < off);
  return off < 0 ? halved(-TABLE.farthest, 0, (z) => normalBelow(z) < share)
    : -halved(-TABLE.farthest, 0, (z) => normalBelow(z) < 1 - share);
}

// The words of an operation: "69m ÷ 7m". `terms` stand for its inputs.

const WORDS = {
  sum: (by, terms) => {
    const text = terms.map((term, n) => (by.signs[n] === "+" ? " + " : " − ") + term).join("");
    return by.signs[0] === "+" ? text.slice(3) : `−${text.slice(3)}`;
  },
  mean: (by, terms) => `(${terms.join(" + ")}) ÷ ${terms.length}`,
  power: (by, terms) =>
    by.power === 0.5 ? `√${terms[0]}` : terms[0] + ({ 2: "²", 3: "³" }[by.power] || `^${setting(by.power)}`),
  choice: (by, terms) => `${terms[0]} as ${terms.slice(1).join(" or ")}`,
  count: (by) => (by.of === "key" ? "count" : `count of distinct ${by.of}s`),
  code: (by) => `${by.how}, worked out in pandas in this notebook (code ${by.sha})`,
  rows_where: (by) => `${by.rows} of ${by.all} rows${whereOf(by)}`,
  row_where: (by) => `one of ${by.all} rows${whereOf(by)}`,
  statistic: (by, terms) => filled(by.said, terms, by),
  draws: (by, terms) => filled(by.said, terms, by),
  combinations: (by, terms) => filled(by.said, terms, by),
};

const whereOf = ({ where }) => (where ? `, those where ${where}` : "");

function wordsOf(operation, terms) {
  const entry = TABLE.primitives[operation.name];
  if (entry.joined) return `${entry.start} ${terms.join(entry.joined)}`.trimStart();
  return entry.text ? filled(entry.text, terms, operation) : WORDS[operation.name](operation, terms);
}

const setting = (value) => (typeof value !== "number" || Number.isInteger(value) ? String(value) : pythonFloat(value));

// A template of Python's str.format, with inputs as {0} and settings by name.
function filled(template, terms, by) {
  return template.replace(/\{\{|\}\}|\{(\w+)\}/g, (mark, name) =>
    name === undefined ? mark[0] : /^\d+$/.test(name) ? terms[name] : setting(by[name]));
}
