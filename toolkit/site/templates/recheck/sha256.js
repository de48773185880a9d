// SHA-256 of bytes and of parts, as hexadecimal text: the browser's own, of which a promise comes back.

// A function of a file's content, worked out once for each.
const once = (made, known = new WeakMap()) => (content) => {
  if (!known.has(content)) known.set(content, made(content));
  return known.get(content);
};

async function sha256(bytes) {
  return [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((one) => one.toString(16).padStart(2, "0")).join("");
}

const hashOf = once(sha256);

// The digest of texts, each preceded by its length in bytes, as toolkit.core.project.digest has it.
function digestOf(parts) {
  const encoder = new TextEncoder();
  return sha256(encoder.encode(parts.map((part) => `${encoder.encode(part).length}:${part}`).join("")));
}
