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

/** Opens an input; one that is no function and not repeatable can be opened once. */
export async function openInput(input: Input): Promise<OpenInput> {
  const given = typeof input === "function" ? await input() : input;
  if (isStream(given)) return openSource(iteratorOf(given));
  if (isIterable(given)) return openSource(given[Symbol.asyncIterator]());
  if (typeof given === "string" || given instanceof Uint8Array || given instanceof Blob) {
    return { body: { body: given as BodyInit } }; // fetch itself refuses bytes that threads share
  }
  return { body: { body: JSON.stringify(given), contentType: "application/json" } };
}

function isStream(input: Input): input is ReadableStream<Uint8Array> {
  return input instanceof ReadableStream;
}

function isIterable(input: Input): input is AsyncIterable<Uint8Array> {
  return typeof input === "object" && Symbol.asyncIterator in input;
}

/** Not `ReadableStream.from`, which not every browser has. */
function openSource(iterator: AsyncIterator<Uint8Array>): OpenInput {
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
      await iterator.return?.();
    },
  }, { highWaterMark: 0 });
  const open: OpenInput = { body: { body: stream, duplex: "half" } };
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
