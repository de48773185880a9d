// SHA-256 of bytes and of parts, as hexadecimal text; browsers offer their own only to some addresses.

const SHA_ROUNDS = (() => {
  const fraction = (value) => ((value - Math.floor(value)) * 2 ** 32) | 0;
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
  return { start: primes.slice(0, 8).map((p) => fraction(Math.sqrt(p))), of: primes.map((p) => fraction(Math.cbrt(p))) };
})();

function sha256(bytes) {
  const length = bytes.length;
  const tail = new Uint8Array((length % 64 < 56 ? 64 : 128));
  const whole = length - (length % 64);
  tail.set(bytes.subarray(whole));
  tail[length % 64] = 128;
  const view = new DataView(tail.buffer);
  view.setUint32(tail.length - 8, Math.floor(length / 2 ** 29));
  view.setUint32(tail.length - 4, length << 3);
  const hash = Int32Array.from(SHA_ROUNDS.start), words = new Int32Array(64);
  shaBlocks(hash, words, new DataView(bytes.buffer, bytes.byteOffset, whole));
  shaBlocks(hash, words, view);
  return [...hash].map((one) => (one >>> 0).toString(16).padStart(8, "0")).join("");
}

function shaBlocks(hash, w, view) {
  const K = SHA_ROUNDS.of;
  for (let at = 0; at < view.byteLength; at += 64) {
    for (let t = 0; t < 16; t++) w[t] = view.getInt32(at + 4 * t);
    for (let t = 16; t < 64; t++) {
      const x = w[t - 15], y = w[t - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[t] = (w[t - 16] + s0 + w[t - 7] + s1) | 0;
    }
    let a = hash[0], b = hash[1], c = hash[2], d = hash[3], e = hash[4], f = hash[5], g = hash[6], h = hash[7];
    for (let t = 0; t < 64; t++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const one = (h + s1 + ((e & f) ^ (~e & g)) + K[t] + w[t]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
    }
    hash[0] += a; hash[1] += b; hash[2] += c; hash[3] += d; hash[4] += e; hash[5] += f; hash[6] += g; hash[7] += h;
  }
}

const hashes = new WeakMap();

// The SHA-256 of the content of a file, worked out once.
function hashOf(content) {
  if (!hashes.has(content)) hashes.set(content, sha256(content));
  return hashes.get(content);
}

// The digest of texts, each preceded by its length in bytes, as toolkit.core.project.digest has it.
function digestOf(parts) {
  const encoder = new TextEncoder();
  const joined = parts.map((part) => `${encoder.encode(part).length}:${part}`).join("");
  return sha256(encoder.encode(joined));
}
