/** A text in an encoding of Unicode, without a byte order mark. */
export function encodeWide(text: string, charset: string): Uint8Array<ArrayBuffer> {
  const isUtf16 = charset.startsWith("utf-16");
  const units = isUtf16
    ? Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))
    : [...text].map((character) => character.codePointAt(0)!);
  const unitBytes = isUtf16 ? 2 : 4;
  const bytes = new Uint8Array(units.length * unitBytes);
  const view = new DataView(bytes.buffer);
  const isLittleEndian = charset.endsWith("le");
  units.forEach((unit, i) => {
    if (isUtf16) view.setUint16(i * unitBytes, unit, isLittleEndian);
    else view.setUint32(i * unitBytes, unit, isLittleEndian);
  });
  return bytes;
}

/** Bytes of a text of U+0000 to U+00FF. */
export function encodeLatin1(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
