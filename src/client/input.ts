import { beginPart, endForm, formatLists, formType, type Lists, PART_END } from "./form_text.ts";

/** What can be counted. */
export type CountInput =
  | string
  | Uint8Array
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  /** Words, each of which is one token. */
  | readonly string[]
  /** Texts, each counted as if it stood alone. */
  | { texts: readonly string[] };

/** What can be counted, or a function that gives it anew each time it has to be sent. */
export type Input = CountInput | (() => CountInput | Promise<CountInput>);

/** A body as `fetch` takes it. */
export type OutgoingBody = Pick<RequestInit, "body"> & {
  contentType?: string;
  /** What `fetch` must be told of streams. */
  duplex?: "half";
};

/** An input that is open. */
export interface OpenInput {
  body: OutgoingBody;
  /** Why its source has failed, if it has: `fetch` tells it as a failure of the connection. */
  failure?: { error: unknown };
}

/** Whether an input can be sent a second time. */
export function isRepeatable(input: Input): boolean {
  return typeof input === "function" || !(isStream(input) || isIterable(input));
}

/** Lists of options that are sent with an input. */
export interface BroughtLists {
  lists: Lists;
  /** What stands between the parts of a form, the same each time: so it is the same request. */
  boundary: string;
}

/** Opens an input; one that is no function and not repeatable can be opened once. */
export async function openInput(input: Input, brought?: BroughtLists): Promise<OpenInput> {
  const given = typeof input === "function" ? await input() : input;
  if (isStream(given)) return openSource(iteratorOf(given), brought);
  if (isIterable(given)) return openSource(given[Symbol.asyncIterator](), brought);
  if (typeof given === "string" || given instanceof Uint8Array || given instanceof Blob) {
    const body = given as BodyInit & BlobPart; // fetch itself refuses bytes that threads share
    return { body: brought ? inForm(body, brought) : { body } };
  }
  const document = brought ? { ...brought.lists, ...asMembers(given) } : given;
  return { body: { body: JSON.stringify(document), contentType: "application/json" } };
}

function asMembers(given: readonly string[] | { texts: readonly string[] }) {
  return "texts" in given ? given : { words: given };
}

/** Called as the only text of a body is: of what it is called there may be keys (`by=part`). */
const THE_TEXT = { name: "text", filename: "0" };

/** A text behind lists, as a form. */
function inForm(text: BlobPart, { lists, boundary }: BroughtLists): OutgoingBody {
  const type = text instanceof Blob ? text.type : undefined;
  const head = formatLists(boundary, lists) + beginPart(boundary, { ...THE_TEXT, type });
  const body = new Blob([head, text, PART_END + endForm(boundary)]);
  return { body, contentType: formType(boundary) };
}

/** The same of one that streams. */
async function* streamForm(
  blocks: AsyncIterator<Uint8Array>,
  { lists, boundary }: BroughtLists,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  yield encoder.encode(formatLists(boundary, lists) + beginPart(boundary, THE_TEXT));
  yield* { [Symbol.asyncIterator]: () => blocks };
  yield encoder.encode(PART_END + endForm(boundary));
}

function isStream(input: Input): input is ReadableStream<Uint8Array> {
  return input instanceof ReadableStream;
}

function isIterable(input: Input): input is AsyncIterable<Uint8Array> {
  return typeof input === "object" && Symbol.asyncIterator in input;
}

/** Not `ReadableStream.from`, which not every browser has. */
function openSource(blocks: AsyncIterator<Uint8Array>, brought?: BroughtLists): OpenInput {
  const iterator = brought ? streamForm(blocks, brought) : blocks;
  const stream = new ReadableStream({
    async pull(controller) {
      try {
        const { value, done } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        open.failure = { error };
        throw error;
      }
    },
    async cancel() {
      await blocks.return?.(); // which a form that waits for them, or has not begun, does not tell
    },
  }, { highWaterMark: 0 });
  const contentType = brought && formType(brought.boundary);
  const open: OpenInput = { body: { body: stream, duplex: "half", contentType } };
  return open;
}

/** Not the stream's own, which not every browser has. */
function iteratorOf(stream: ReadableStream<Uint8Array>): AsyncIterator<Uint8Array> {
  const reader = stream.getReader();
  return {
    next: () => reader.read() as Promise<IteratorResult<Uint8Array>>,
    async return() {
      await reader.cancel();
      return { value: undefined, done: true };
    },
  };
}
