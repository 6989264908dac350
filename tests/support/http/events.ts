import { post, type TestApp } from "./test_app.ts";

/** One server-sent event, or a comment. */
export interface TestEvent {
  event?: string;
  id?: string;
  retry?: string;
  comment?: string;
  // deno-lint-ignore no-explicit-any
  data?: any;
}

/** Reads server-sent events as they come; ends with the stream. */
export async function* readEvents(response: Response): AsyncGenerator<TestEvent, void, void> {
  let text = "";
  for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
    const events = (text + part).split("\n\n");
    text = events.pop()!;
    for (const event of events) yield parseEvent(event);
  }
  if (text !== "") throw new Error(`Cannot read events: '${text}' has no end`);
}

/** All events up to the end of the stream, comments and `retry` left out. */
export async function collectEvents(response: Response): Promise<TestEvent[]> {
  const events = await Array.fromAsync(readEvents(response));
  return events.filter(({ event }) => event !== undefined);
}

function parseEvent(text: string): TestEvent {
  const event: TestEvent = {};
  for (const line of text.split("\n")) {
    const colon = line.indexOf(":");
    const name = (line.slice(0, colon) || "comment") as keyof TestEvent;
    const value = line.slice(colon + 1).trimStart();
    if (name in event) throw new Error(`Cannot read event: two lines of ${name}`);
    event[name] = name === "data" ? JSON.parse(value) : value;
  }
  return event;
}

/**
 * Submits a job that is held until it is let go; gives its address.
 *
 * @param query Of the request. @default {none}
 */
export async function submitHeld(
  test: TestApp,
  query = "",
  text = "b a b",
): Promise<{ path: string; letGo: () => void }> {
  const held = Promise.withResolvers<void>();
  test.engine.hold = held.promise;
  const response = await post(test.app, `/v1/jobs${query}`, text);
  return { path: response.headers.get("location")!, letGo: held.resolve };
}
