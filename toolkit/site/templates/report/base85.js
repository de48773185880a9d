/* The bytes of a text in base 85, as base64.b85encode of Python writes them. */
function bytesOf(text) {
  const signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
  const bytes = (text.match(/.{1,5}/gs) ?? []).flatMap((group) => {
    const value = [...group.padEnd(5, "~")].reduce((sum, sign) => sum * 85 + signs.indexOf(sign), 0);
    return [value >>> 24, value >>> 16, value >>> 8, value].slice(0, group.length - 1);
  });
  return Uint8Array.from(bytes);
}
