// The twin of toolkit/core/wording.py: how a number is written in a sentence, a table and a chart.

const LIMITS = Object.fromEntries([0.01, 0.1, 1, 10, 100, 1000].map((limit) => [limit, decimal(limit)]));
const MOST_DIGITS = 400; // as many as a float has before its point
const PLAIN = { form: "quantity", digits: null, bare: false, words: false, brief: false };

// The text of low to high in a unit: "$650bn to $700bn"; `bare` and `brief` of the style as in Python.
function worded(low, high, unit, style, units, locale) {
  const by = { ...PLAIN, ...style };
  if (by.digits !== null && !(Number.isInteger(by.digits) && Math.abs(by.digits) <= MOST_DIGITS)) throw new Error(`a number in ${by.digits} digits`);
  const { parts, factor } = withoutScales(unit, units);
  const values = low === high ? [low * factor] : [low * factor, high * factor];
  let ends = values.map((value) => valueParts(value, parts, by, locale));
  if (ends.length === 1) { ends = [ends[0], ends[0]]; values.push(values[0]); }
  if (ends.every((end) => end.form === "money" && !end.scale)) ends = withAsManyPlaces(ends, values, locale);
  const [first, second] = ends;
  if (second.scale && !first.scale && first.value.c && compared(first.size, LIMITS[1000]) < 0) {
    ends[1] = { ...second, digits: grouped(second.value, locale), scale: "" };
  }
  if (first.form === "percent" && by.digits === 3 && first.value.c > 0n
    && compared(first.value, LIMITS[100]) < 0 && compared(second.value, LIMITS[100]) >= 0) {
    ends[0] = valueParts(values[0], parts, { ...by, digits: 2 }, locale);
  }
  const after = first.form === "times" ? locale.times : first.form === "points" ? counted(locale.points, ends)
    : first.form === "percent" ? "" : unitWords(parts, low === high && Math.abs(low) === 1, units, locale);
  if (by.brief) return shortText(ends, by, locale);
  const [one, other] = ends.map((end) => endText(end, locale));
  const amount = one === other ? one : locale.range.replace("{low}", one).replace("{high}", other);
  return by.bare ? amount : amount + after;
}

// The style of lists and receipts, as in toolkit/core/number_style.py.
const standalone = (style) => ({ ...style, bare: false, brief: false });

// The word of one, or one below zero, or of several for what two ends count.
const counted = (words, [low, high]) =>
  words[low.minus === high.minus && [low, high].every(({ size }) => compared(size, LIMITS[1]) === 0) ? 0 : 1];

// How values stand in charts: "$650–700bn".
function shortText([low, high], by, locale) {
  if (low.form === "percent" && by.digits && low.value.c > 0n
    && compared(low.value, LIMITS[0.01]) < 0 && compared(high.value, LIMITS[0.01]) >= 0) {
    low = { ...low, digits: `<${grouped(LIMITS[0.01], locale)}` };
  }
  const ending = by.bare ? "" : { times: locale.short_times, points: counted(locale.short_points, [low, high]) }[low.form] ?? "";
  const [one, other] = [low, high].map((end) => endText(end, locale, true));
  if (one === other) return one + ending;
  if (low.minus || high.minus) return locale.range.replace("{low}", one).replace("{high}", other) + ending;
  if ((low.form === "money" || low.form === "percent") && low.scale === high.scale) {
    return endText({ ...low, digits: `${low.digits}–${high.digits}` }, locale, true) + ending;
  }
  return `${one}–${other}${ending}`;
}

function endText(end, locale, short = false) {
  const minus = end.minus ? "−" : "";
  if (end.form === "percent") return locale.percent.replace("{value}", () => minus + end.digits);
  if (end.sign) {
    const apart = /\p{L}$/u.test(end.sign) && locale.money.includes("{sign}{value}") ? "\u00a0" : "";
    const fill = { minus, sign: end.sign + apart, value: end.digits, scale: locale.money_scales[end.scale] ?? "" };
    return locale.money.replace(/\{(\w+)\}/g, (mark, name) => fill[name]);
  }
  const scales = short ? locale.short_scales : end.digits === "1" ? locale.single_scales : locale.scales;
  return minus + end.digits + (scales[end.scale] ?? "");
}

const sized = (d) => ({ c: absolute(d.c), e: d.e });

function valueParts(value, parts, by, locale) {
  const exact = decimal(value);
  if (by.form === "percent" || by.form === "points") {
    const made = hundredths(exact, by.digits, by.form === "percent");
    return { value: made, size: sized(made), minus: made.c < 0n, digits: grouped(made, locale), scale: "", form: by.form };
  }
  const made = rounded(exact, by.digits);
  const money = [...parts].find(([name, power]) => power === 1 && TABLE.currencies[name]);
  if (by.form === "quantity" && money) return moneyParts(exact, made, TABLE.currencies[money[0]], by, locale);
  if (by.words && isWhole(made) && made.c >= 0n && toNumber(made) < locale.small.length) {
    return { value: made, size: sized(made), minus: false, digits: locale.small[toNumber(made)], scale: "", form: by.form };
  }
  let [small, scale] = scaledDown(made);
  if (scale && by.digits > TABLE.digitsInCents) small = normalized(small);
  return { value: made, size: sized(made), minus: small.c < 0n, digits: grouped(small, locale), scale, form: by.form };
}

// Of a fraction, in hundredths; at more digits where rounding would give 100 for another value, at one below 0.001%.
function hundredths(value, digits, percent) {
  let exact = timesTen(value, 2);
  if (digits === null || digits <= TABLE.reliable) exact = rounded(exact, TABLE.reliable);
  const tiny = percent && digits !== null && digits <= TABLE.digitsInCents && exact.c && adjusted(exact) < -3;
  let made = rounded(exact, tiny ? 1 : digits);
  if (compared(made, exact) === 0 && !percent) return normalized(made);
  const is100 = (d) => compared(sized(d), LIMITS[100]) === 0;
  while (digits !== null && is100(made) && !is100(exact)) made = rounded(exact, ++digits);
  return made;
}

function scaledDown(d) {
  const size = d.c && adjusted(d), scale = Object.keys(TABLE.scales).find((one) => size >= TABLE.scales[one]);
  return scale ? [timesTen(d, -TABLE.scales[scale]), scale] : [d, ""];
}

function moneyParts(value, made, sign, by, locale) {
  let [small, scale] = scaledDown(made), places = null;
  const exact = rounded(value, TABLE.reliable), size = sized(small);
  const cents = scale ? exact : quantized(exact, -2), inCents = () => { made = small = cents; };
  const few = by.digits > 1 && by.digits <= TABLE.digitsInCents && compared(size, LIMITS[10]) < 0;
  if (!scale && compared(size, LIMITS[0.01]) >= 0 && !(isWhole(small) && (!few || isWhole(cents)))) {
    if (by.digits === null || by.digits > TABLE.digitsInCents) {
      places = Math.max(2, -small.e);
      if (places > -small.e) inCents();
    } else if (compared(size, LIMITS[10]) < 0 &&
      (compared(size, LIMITS[0.1]) >= 0 || compared(small, quantized(small, -2)) === 0)) {
      inCents();
      places = 2;
    }
  }
  if (places === null && (compared(made, exact) === 0 || !scale) && isWhole(small)) places = 0;
  const digits = grouped(small, locale, places);
  return { value: made, size: sized(made), minus: small.c < 0n, digits, scale, form: "money", sign };
}

function withAsManyPlaces(ends, values, locale) {
  if (!ends.some((end) => !isWhole(end.value) && compared(end.size, LIMITS[1]) >= 0)) return ends;
  return ends.map((end, n) => {
    if (!end.value.c || !isWhole(end.value)) return end;
    const cents = quantized(rounded(decimal(values[n]), TABLE.reliable), -2);
    return { ...end, value: cents, digits: grouped(cents, locale, 2) };
  });
}

// The digits of a size with separators; so many places after the point, or all.
function grouped(value, locale, places = null) {
  const d = places === null ? value : quantized(value, -places);
  const text = (absolute(d.c) * (d.e > 0 ? tenTo(d.e) : 1n)).toString().padStart(Math.max(0, -d.e) + 1, "0");
  const whole = d.e < 0 ? text.slice(0, d.e) : text, rest = d.e < 0 ? text.slice(d.e) : "";
  return whole.replace(/\B(?=(\d{3})+$)/g, locale.group) + (rest && locale.point + rest);
}
