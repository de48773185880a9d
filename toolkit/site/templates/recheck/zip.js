// An archive or a folder as a Map of contents (bytes) by path. Each failure is an Error of one sentence.

const MOST_BYTES = 200 * 2 ** 20, MOST_FILES = 20000;

function withinLimits(bytes, count) {
  if (bytes > MOST_BYTES) throw new Error("It holds more than the 200 MB that this page reads.");
  if (count > MOST_FILES) throw new Error("It holds more than the 20,000 files that this page reads.");
}

async function folderOf(chosen) {
  withinLimits(chosen.reduce((sum, [, file]) => sum + file.size, 0), chosen.length);
  const read = ([path, file]) => file.arrayBuffer().then((content) => [path, new Uint8Array(content)]);
  return new Map(await Promise.all(chosen.map(read)));
}

async function archiveOf(file) {
  withinLimits(file.size, 0);
  const bytes = new Uint8Array(await file.arrayBuffer()), view = new DataView(bytes.buffer);
  const end = bytes.length - 22, nameAt = (at, length) => new TextDecoder().decode(bytes.subarray(at, at + length));
  if (end < 0 || view.getUint32(end, true) !== 0x06054b50) throw new Error(`${file.name} is no zip file, or a part of one.`);
  const more = new Error(`${file.name} holds something beside its files, which other programs may unpack: it was not made by toolkit archive.`);
  const found = new Map(), broken = new Error(`${file.name} is damaged: its list of files cannot be read.`);
  try {
    const count = view.getUint16(end + 10, true);
    const list = view.getUint32(end + 16, true);
    let at = list, total = 0, next = 0; // files follow one another up to their list, and it up to the end
    withinLimits(0, count);
    for (let n = 0; n < count; n++) {
      if (view.getUint32(at, true) !== 0x02014b50) throw broken;
      const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
      const [packed, size] = [view.getUint32(at + 20, true), view.getUint32(at + 24, true)];
      const [name, extra, remark] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
      const path = nameAt(at + 46, name), local = view.getUint32(at + 42, true), named = view.getUint16(local + 26, true);
      withinLimits(total += size, found.size);
      if (flags & 1) throw new Error(`${path} is encrypted.`);
      if (method !== 0 && method !== 8) throw new Error(`${path} is packed by another method than this page reads.`);
      if (nameAt(local + 30, named) !== path) throw new Error(`${path} has two names in ${file.name}.`);
      if (found.has(path)) throw new Error(`${path} is twice in ${file.name}.`);
      const alike = (from, to) => [...Array(22).keys()].every((n) => bytes[from + n] === bytes[to + n]); // sizes, method, flags
      if (local !== next || extra || remark || view.getUint16(local + 28, true) || !alike(local + 4, at + 6)) throw more;
      if (!method && packed !== size) throw broken;
      const start = local + 30 + named, content = bytes.subarray(start, next = start + packed);
      found.set(path, () => (method ? unpacked(content, size, path) : content));
      at += 46 + name + extra + remark;
    }
    if (at !== end || next !== list) throw more;
  } catch (error) {
    throw error instanceof RangeError ? broken : error;
  }
  return new Map(await Promise.all([...found].map(async ([path, read]) => [path, await read()])));
}

// What was packed, of the size that the list of files says.
async function unpacked(content, size, path) {
  const whole = new Uint8Array(size);
  let at = 0;
  try {
    const { readable, writable } = new DecompressionStream("deflate-raw"), reader = readable.getReader(), writer = writable.getWriter();
    for (const done of [writer.write(content), writer.close()]) done.catch(() => 0); // the reader is told too
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      if (at + part.value.length > size) throw new Error();
      whole.set(part.value, at);
      at += part.value.length;
    }
    if (at === size) return whole;
  } catch { /* said below */ }
  throw new Error(`${path} is damaged: it cannot be unpacked.`);
}
