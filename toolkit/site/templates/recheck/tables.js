// Tables on pages, in CSV files and in an archive, held against each other and against the manifest.

function csvRows(text) {
  const rows = [];
  let row = [], at = 0;
  for (const [whole, quoted, plain, end] of text.matchAll(/(?:"([^"]*(?:""[^"]*)*)"|([^,\n\r"]*))(,|\r?\n|$)/gy)) {
    at += whole.length;
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    if (row.length > 1 || row[0]) rows.push(row);
    row = [];
  }
  if (at < text.length) throw new Error("a table has a line that is no CSV");
  return rows;
}

const recordsOf = (text) => {
  const [header = [], ...rows] = csvRows(text);
  return rows.map((row) => Object.fromEntries(header.map((name, n) => [name, (row[n] ?? "").replace(/^'(?=[=+\-@\t\r])/, "")])));
};

const STYLES = ["quantity", "percent", "times", "points"].flatMap((form) =>
  [null, 2, 3, 1, 4, 5, 6].flatMap((digits) => [{ bare: true }, {}, { brief: true }].map((more) => ({ form, digits, ...more }))));

// Whether a text is how some style writes a value; those that fitted in its column are tried first. In a column without
// a unit each number has its own, whose words are not looked at.
function isWritten(text, ends, unit, context, fitted) {
  const units = unit ? [unit] : ["1", ...Object.keys(TABLE.currencies).filter((name) => context.units.lines.has(name))];
  const fits = ({ in: one, ...style }) => {
    const found = plainText(worded(ends[0], ends.at(-1), parsedUnit(one, context.units), style, context.units, context.locale));
    return unit ? found === text : text.startsWith(found);
  };
  if (fitted.some(fits)) return true;
  const style = units.flatMap((one) => STYLES.map((other) => ({ in: one, ...other }))).find(fits);
  if (style) fitted.push(style);
  return Boolean(style);
}

function tableCells(page, id) {
  const table = page.getElementById(id);
  if (!table) return null;
  const [head, ...rows] = table.rows;
  const heads = [...head.cells].map((cell) => {
    const unit = cell.querySelector(".unit");
    return { label: wordsIn(cell, ".unit"), unit: unit ? plainText(unit.textContent) : "" };
  });
  return { heads, rows: rows.map((row) => [...row.cells]) };
}

const cellText = (cell) => (cell.querySelector(".v") ? null : plainText(cell.textContent)); // null where a choice changes it

// A table that stands on a page alone: the manifest has the values of its numbers.
function checkTable(name, table, pages, context, tell) {
  const found = pages.map((page) => tableCells(page, `table-${name.replaceAll("_", "-")}`)).find(Boolean);
  if (!found) { tell(`the table ${name} is missing`); return; }
  if (found.rows.length !== table.values.length) { tell(`the table ${name} has ${found.rows.length} rows, not ${table.values.length}`); return; }
  const fitted = table.units.map(() => []);
  found.rows.forEach((row, n) => row.forEach((cell, m) => {
    const ends = table.values[n][m], text = cellText(cell);
    if (ends && text !== null && !isWritten(text, ends, table.units[m], context, fitted[m])) {
      tell(`the table ${name} has “${text}” in row ${n + 1}, where the value is ${shown(ends)} ${table.units[m] ?? ""}`);
    }
  }));
}

// The table behind a chart: on the page and in its CSV, whose metadata name columns, units and the chart's words.
function checkChart(id, csv, metadata, pages, context, tell) {
  const found = pages.map((page) => tableCells(page, `figures-${id}`)).find(Boolean);
  const [header, ...rows] = csvRows(csv);
  const columns = metadata.tableSchema.columns;
  if (header.join() !== columns.map((column) => column.name).join()) { tell(`the columns of ${id}.csv are not those of its metadata`); return; }
  if (!found) { tell(`the table of chart ${id} is missing`); return; }
  const page = pages.find((one) => one.getElementById(`title-${id}`)), title = page?.getElementById(`title-${id}`);
  if (title && !title.querySelector(".v") && wordsIn(title) !== plainText(metadata["dc:title"])) tell(`the title of chart ${id} is not that of its data`);
  const used = new Set();
  const places = found.heads.map(({ label }) => {
    const start = columns.findIndex((column, n) => !used.has(n) && printedLabel(column["dc:description"], context) === printedLabel(label, context));
    const wide = start >= 0 && columns[start].name.endsWith("_low") && columns[start + 1]?.name === columns[start].name.replace(/_low$/, "_high");
    used.add(start);
    if (wide) used.add(start + 1);
    return { start, wide, unit: columns[start]?.["schema:unitText"], fitted: [] };
  });
  if (places.some(({ start }) => start < 0)) { tell(`the table of chart ${id} has columns that its CSV has not`); return; }
  found.heads.forEach((head, m) => {
    const { unit } = places[m], right = unit && unit !== "1" ? unitWords(parsedUnit(unit, context.units).parts, false, context.units, context.locale) : "";
    const other = places[m].wide && columns[places[m].start + 1]["schema:unitText"] !== unit;
    if (other || head.unit !== right.trim()) tell(`the table of chart ${id} has ${head.unit || "no unit"} over a column in ${unit}`);
  });
  const kept = rows.filter((row) => places.some(({ start, wide }) => row[start] || (wide && row[start + 1])));
  if (kept.length !== found.rows.length) { tell(`the table of chart ${id} has ${found.rows.length} rows, and its CSV ${kept.length}`); return; }
  kept.forEach((row, n) => places.forEach(({ start, wide, unit, fitted }, m) => {
    const text = cellText(found.rows[n][m]), value = row[start].replace(/^'(?=[=+\-@\t\r])/, "");
    if (text === null) return;
    const ends = [value, ...(wide ? [row[start + 1]] : [])].map(Number);
    const isNumber = unit && value && ends.every(Number.isFinite);
    const same = plainText(/^\d{4}-(0[1-9]|1[0-2])(-\d\d)?$/.test(value) ? writtenDate(value, context.locale) : value || "–") === text;
    if (!same && !(isNumber && isWritten(text, ends, unit, context, fitted))) {
      tell(`the table of chart ${id} has “${text}” in row ${n + 1}, and its CSV ${ends.length > 1 ? shown(ends) : value}`);
    }
  }));
}
