import { JobError } from "../contract/problems.ts";
import type { TextPartTerms } from "../input/decoder.ts";
import type { Chunk, ChunkParts, ChunkText, SplitRule } from "../input/splitter.ts";
import type { Text } from "../input/text.ts";
import { TextView } from "../input/text_view.ts";
import { countLineFeeds } from "../shared/line_feeds.ts";

/** Takes the header off the beginning of a text. */
export interface HeaderReader {
  /**
   * Called with the first chunk of each text, before any of it is counted.
   *
   * @param text Whole records; a piece of a file has no header.
   * @returns Bytes of the header, which are not counted.
   */
  begin(text: ChunkText): number;
}

/** A text of which the beginnings are read before it is counted: its own, and those of its parts. */
export class HeadedText extends TextView {
  protected readonly text: Text;
  readonly #reader: HeaderReader;
  readonly #header: Uint8Array | undefined;

  /** @param part Present where the text is a part of another, which may have the header. */
  constructor(text: Text, reader: HeaderReader, part?: Pick<TextPartTerms, "header">) {
    super();
    this.text = text;
    this.#reader = reader;
    this.#header = part?.header;
  }

  async *chunks(chunkBytes: number, rule: SplitRule): AsyncGenerator<Chunk, void, void> {
    for await (const chunk of this.text.chunks(chunkBytes, rule)) {
      if (this.text.isKeys) throw wordsGiven();
      yield chunk.opens ?? chunk.offset === 0 ? this.#beginning(chunk) : chunk;
    }
  }

  #beginning(chunk: Chunk): Chunk {
    const { text, offset } = chunk;
    const bytes = beginText(this.#reader, this.#header ?? text, this.place(offset));
    if (this.#header || bytes === 0 || !(text instanceof Uint8Array)) return chunk;
    return {
      ...chunk,
      text: text.subarray(bytes),
      offset: offset + bytes,
      lineFeedsBefore: countLineFeeds(text.subarray(0, bytes)),
      parts: chunk.parts && movedBack(chunk.parts, bytes),
    };
  }
}

/**
 * Has the beginning of a text read.
 *
 * @param place Of the text among others, as errors say it.
 * @returns Bytes of the header.
 * @throws {JobError} What is wrong with the header, and where.
 */
export function beginText(
  reader: HeaderReader,
  text: ChunkText,
  place: Record<string, unknown>,
): number {
  try {
    return reader.begin(text);
  } catch (error) {
    throw error instanceof JobError ? inText(error, place) : error;
  }
}

function movedBack({ starts, indexes }: ChunkParts, bytes: number): ChunkParts {
  return { starts: starts.map((start) => start - bytes), indexes };
}

function wordsGiven(): JobError {
  return new JobError(
    "unsupported_media",
    "Cannot take keys out of words: they have no records; give texts",
  );
}

/** The same error, which also says where: a header is the first line, of one of several texts. */
function inText(error: JobError, place: Record<string, unknown>): JobError {
  const { code, message, details, cause } = error;
  const { part, name = part, path = name } = place;
  const where = path === undefined ? "" : `, in '${path}'`;
  return new JobError(code, message + where, { cause, details: { ...details, line: 1, ...place } });
}
