// Exact decimals {c: BigInt, e: exponent of ten}, with the value c × 10^e; as Python's decimal module has them.

function decimal(value) {
  const [digits, power] = Math.abs(value).toExponential().split("e");
  const [whole, rest = ""] = digits.split(".");
  return { c: BigInt(whole + rest) * (value < 0 ? -1n : 1n), e: Number(power) - rest.length };
}

const absolute = (n) => (n < 0n ? -n : n);
const tenTo = (n) => 10n ** BigInt(n);
const adjusted = (d) => absolute(d.c).toString().length - 1 + d.e;
const toNumber = (d) => Number(`${d.c}e${d.e}`);
const timesTen = (d, power) => ({ c: d.c, e: d.e + power });
const isWhole = (d) => d.e >= 0 || d.c % tenTo(-d.e) === 0n;

function normalized(d) {
  if (d.c === 0n) return { c: 0n, e: 0 };
  let { c, e } = d;
  while (c % 10n === 0n) { c /= 10n; e++; }
  return { c, e };
}

// The decimal with the exponent e, halves away from zero.
function quantized(d, e) {
  if (e <= d.e) return { c: d.c * tenTo(d.e - e), e };
  const unit = tenTo(e - d.e), size = absolute(d.c);
  const rounded = size / unit + (2n * (size % unit) >= unit ? 1n : 0n);
  return { c: d.c < 0n ? -rounded : rounded, e };
}

// Rounded to so many significant digits; in full, without zeros at the end, for null.
function rounded(d, digits) {
  if (digits === null || d.c === 0n) return normalized(d);
  const made = quantized(d, adjusted(d) - digits + 1);
  return adjusted(made) > adjusted(d) ? quantized(made, adjusted(made) - digits + 1) : made;
}

function compared(a, b) {
  const e = Math.min(a.e, b.e), left = a.c * tenTo(a.e - e), right = b.c * tenTo(b.e - e);
  return left < right ? -1 : left > right ? 1 : 0;
}

function addedUp(values, signs) {
  const plain = values.reduce((sum, value, place) => sum + (signs[place] === "-" ? -value : value), 0);
  if (values.every(Number.isSafeInteger) && Number.isSafeInteger(plain)) return plain;
  const parts = values.map(decimal);
  const e = Math.min(...parts.map((part) => part.e));
  let total = 0n;
  parts.forEach((part, place) => { total += part.c * tenTo(part.e - e) * (signs[place] === "-" ? -1n : 1n); });
  return toNumber({ c: total, e });
}

// value × times ÷ over, as the decimals print.
function converted(value, times, over) {
  const [a, b, c] = [value, times, over].map(decimal);
  const up = 60 + c.c.toString().length;
  return toNumber({ c: (a.c * b.c * tenTo(up)) / c.c, e: a.e + b.e - c.e - up });
}

// A float as Python's repr has it: 3.0, 1e-05, 1e+16.
function pythonFloat(value) {
  const [digits, power] = value.toExponential().split("e");
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 16) {
    const text = exponent < 0 ? value.toFixed(digits.replace(/\D/g, "").length - 1 - exponent) : value.toString();
    return text.includes(".") ? text : `${text}.0`;
  }
  return `${digits}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}
