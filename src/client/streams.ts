import { createParser, type EventSourceMessage } from "eventsource-parser";
import { abortable } from "./waiting.ts";

type Bytes = ReadableStream<Uint8Array>;

/**
 * The rows of lines of JSON, as they come: no more is held than what has come at once.
 *
 * @throws The signal's reason when it is aborted.
 */
export async function* readLines<T>(
  body: Bytes,
  signal?: AbortSignal,
): AsyncGenerator<T, void, void> {
  let rest = "";
  for await (const text of readTexts(body, signal)) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) yield JSON.parse(line);
  }
  if (rest !== "") throw new TypeError("Cannot read rows: the answer broke off");
}

/** Server-sent events, as they come. @throws The signal's reason when it is aborted. */
export async function* readEvents(
  body: Bytes,
  signal: AbortSignal,
): AsyncGenerator<EventSourceMessage, void, void> {
  const events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => events.push(event) });
  for await (const text of readTexts(body, signal)) {
    parser.feed(text);
    yield* events.splice(0);
  }
}

async function* readTexts(body: Bytes, signal?: AbortSignal): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder();
  for await (const chunk of readChunks(body, signal)) {
    yield decoder.decode(chunk, { stream: true });
  }
}

/**
 * A body as it comes. Not by iterating the stream, which not every browser can.
 *
 * @throws The signal's reason when it is aborted.
 */
export async function* readChunks(
  body: Bytes,
  signal: AbortSignal = new AbortController().signal,
): AsyncGenerator<Uint8Array, void, void> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { value, done } = await abortable(reader.read(), signal);
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {}); // whoever leaves before the end wants no more
  }
}
