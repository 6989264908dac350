import { assert, assertEquals } from "@std/assert";
import * as zlib from "node:zlib";
import { type Coding, hasZstd } from "../../src/input/decompressor.ts";
import { Random } from "../support/random.ts";

const SCRIPT = new URL("../support/decoding_memory.ts", import.meta.url).pathname;
/** The Brotli of Deno 2.5, which has no Zstandard, holds 50 MB. */
const MOST_BYTES = (hasZstd ? 32 : 64) * 1024 * 1024;

const {
  BROTLI_PARAM_LGWIN,
  BROTLI_PARAM_QUALITY,
  ZSTD_c_windowLog,
} = zlib.constants;

/** Compressors with the largest window that each coding may have. */
const COMPRESS: Partial<Record<Coding, (text: Uint8Array) => Uint8Array>> = {
  gzip: (text) => zlib.gzipSync(text, { level: 1 }),
  br: (text) =>
    zlib.brotliCompressSync(text, {
      params: { [BROTLI_PARAM_LGWIN]: 24, [BROTLI_PARAM_QUALITY]: 2 },
    }),
  ...(hasZstd
    ? { zstd: (text) => zlib.zstdCompressSync(text, { params: { [ZSTD_c_windowLog]: 23 } }) }
    : {}),
};

/** More than the largest window, and of such a kind that no coding makes much less of it. */
function longText(): Uint8Array {
  const random = new Random(1);
  const piece = Uint8Array.from({ length: 1 << 20 }, () => 32 + random.below(64));
  const text = new Uint8Array(20 << 20);
  for (let at = 0; at < text.length; at += piece.length) {
    piece.reverse();
    text.set(piece, at);
  }
  return text;
}

for (const [coding, compress] of Object.entries(COMPRESS)) {
  Deno.test({
    name: `decompress() holds less than 32 MiB for ${coding}, with the largest window`,
    ignore: Deno.build.os !== "linux",
    fn: async () => {
      const text = longText();
      const path = await Deno.makeTempFile();
      try {
        await Deno.writeFile(path, compress(text));
        const args = ["run", "-A", "--no-check", "--v8-flags=--expose-gc", SCRIPT, coding, path];
        const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
        assertEquals(new TextDecoder().decode(stderr), "");
        const told = JSON.parse(new TextDecoder().decode(stdout));
        assertEquals(told.text, text.length);
        assert(told.rise < MOST_BYTES, `${told.rise} bytes`);
      } finally {
        await Deno.remove(path);
      }
    },
  });
}
