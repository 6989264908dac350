const encoder = new TextEncoder();

/** The body of a form with a file for each input, made as it is sent. */
export interface FormBody {
  contentType: string;
  blocks(): AsyncGenerator<Uint8Array, void, void>;
}

/** @param parts Opens each input, one after the other. */
export function createForm(
  parts: () => AsyncIterable<{ name: string; blocks: AsyncIterable<Uint8Array> }>,
): FormBody {
  const boundary = `millrace-${crypto.randomUUID()}`;
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    async *blocks() {
      for await (const { name, blocks } of parts()) {
        yield encoder.encode(
          `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${
            escapeName(name)
          }"\r\n\r\n`,
        );
        yield* blocks;
        yield encoder.encode("\r\n");
      }
      yield encoder.encode(`--${boundary}--\r\n`);
    },
  };
}

/** As browsers escape names in forms (HTML Standard, 4.10.21.8). */
function escapeName(name: string): string {
  return name.replaceAll("\n", "%0A").replaceAll("\r", "%0D").replaceAll('"', "%22");
}
