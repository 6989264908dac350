import {
  beginPart,
  endForm,
  formatLists,
  formType,
  type Lists,
  PART_END,
} from "../../client/form_text.ts";

const encoder = new TextEncoder();

/** The body of a form with a file for each input, made as it is sent. */
export interface FormBody {
  contentType: string;
  blocks(): AsyncGenerator<Uint8Array, void, void>;
}

/**
 * @param parts Opens each input, one after the other.
 * @param lists Options that the query has no room for.
 */
export function createForm(
  parts: () => AsyncIterable<{ name: string; blocks: AsyncIterable<Uint8Array> }>,
  lists: Lists = {},
): FormBody {
  const boundary = `millrace-${crypto.randomUUID()}`;
  return {
    contentType: formType(boundary),
    async *blocks() {
      if (Object.keys(lists).length > 0) yield encoder.encode(formatLists(boundary, lists));
      for await (const { name: filename, blocks } of parts()) {
        yield encoder.encode(beginPart(boundary, { name: "file", filename }));
        yield* blocks;
        yield encoder.encode(PART_END);
      }
      yield encoder.encode(endForm(boundary));
    },
  };
}
