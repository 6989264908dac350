import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  DEFAULT_BODY_OPTIONS,
  DEFAULT_COUNT_OPTIONS,
  DEFAULT_OUTPUT_OPTIONS,
} from "../../src/contract/options.ts";
import { JobError } from "../../src/contract/problems.ts";
import { isPresent } from "../../src/input/text_input.ts";
import { createSubmissionOpener } from "../../src/intake/open_submission.ts";
import type { Submission } from "../../src/intake/submission.ts";
import { COMPRESS } from "../support/compress.ts";

const OPTIONS = { readTimeoutMs: 30_000, maxBodyBytes: 100_000 };

/** A submission that no request hands in. */
function submissionOf(body: BodyInit, terms: Partial<Submission> = {}): Submission {
  return {
    count: DEFAULT_COUNT_OPTIONS,
    body: DEFAULT_BODY_OPTIONS,
    output: DEFAULT_OUTPUT_OPTIONS,
    content: new Response(body),
    ...terms,
  };
}

const open = createSubmissionOpener(OPTIONS);

Deno.test("createSubmissionOpener: a short text of known length is read whole, any other streams", async () => {
  const { input, short } = open(submissionOf("to be", { length: 5 }));
  assertEquals(await short, new TextEncoder().encode("to be"));
  assertEquals(input, short);
  for (const length of [undefined, 70_000]) {
    const opened = open(submissionOf("to be", { length }));
    assert(opened.input instanceof ReadableStream);
    assertEquals([opened.short, opened.limits.framed], [undefined, length ? undefined : true]);
  }
});

Deno.test("createSubmissionOpener: terms say what the content is", async () => {
  const gzip = COMPRESS.gzip(new TextEncoder().encode("to be"));
  const rows: [BodyInit, Partial<Submission>, string[]][] = [
    ['{"texts":["to be"]}', { mediaType: "application/json" }, ["to be"]],
    ["text=to+be&text=or", { mediaType: "application/x-www-form-urlencoded" }, ["to be", "or"]],
    ["text=to+be", { body: { form: "true", decompress: "none" }, length: 10 }, ["to be"]],
  ];
  for (const [body, terms, expected] of rows) {
    const input = await open(submissionOf(body, terms)).input as { texts: Iterable<unknown> };
    const texts = Array.from(input.texts, (each) => {
      const text = typeof each === "string" ? each : (each as { text: unknown }).text;
      return text instanceof Uint8Array ? new TextDecoder().decode(text) : text;
    });
    assertEquals(texts, expected);
  }
  const decoding: Partial<Submission>[] = [
    { codings: "gzip" },
    { body: { form: "auto", decompress: "auto" } },
    { mediaType: "application/gzip", body: { form: "auto", decompress: "auto" } },
  ];
  for (const terms of decoding) {
    const { input } = open(submissionOf(gzip, { ...terms, length: gzip.length }));
    assert(!isPresent(input));
    assertEquals(await new Response(input as ReadableStream).text(), "to be");
  }
});

Deno.test("createSubmissionOpener: the framing is asked for before the content is read", async () => {
  const framed = () => {
    throw new JobError("unsupported_media", "Cannot read chunks");
  };
  const eager: Partial<Submission>[] = [{}, { length: 5, codings: "gzip" }, {
    length: 5,
    mediaType: "application/json",
  }];
  for (const terms of eager) {
    assertThrows(() => open(submissionOf("5\r\n…", { ...terms, refuseFraming: framed })), JobError);
  }
  const plain = open(submissionOf("to be", { length: 5, refuseFraming: framed }));
  assertEquals(await plain.short, new TextEncoder().encode("to be"));
  const chunk = open(submissionOf("5\r\nto be", { length: 8, refuseFraming: framed }));
  await assertRejects(() => chunk.short!, JobError, "Cannot read chunks");
});

Deno.test("createSubmissionOpener refuses what cannot be counted before it is read", () => {
  const rows: [Partial<Submission>, string][] = [
    [{ length: 0 }, "empty_body"],
    [{ content: new Response(null) }, "empty_body"],
    [{ length: 100_001 }, "body_too_large"],
    [{ codings: "zip" }, "unsupported_media"],
    [{ mediaType: "application/zip" }, "unsupported_media"],
    [{ mediaType: "multipart/form-data" }, "invalid_multipart"],
    [
      { mediaType: "text/plain", body: { form: "true", decompress: "none" } },
      "invalid_parameter",
    ],
  ];
  for (const [terms, code] of rows) {
    const error = assertThrows(() => open(submissionOf("to be", terms)), JobError);
    assertEquals(error.code, code);
  }
});

Deno.test("createSubmissionOpener: a content that is given up is handed over", () => {
  const taken: unknown[] = [];
  const handing = createSubmissionOpener(OPTIONS, (rest) => taken.push(rest));
  const { limits } = handing(submissionOf("to be"));
  const rest = { read: () => Promise.resolve(0), cancel: () => Promise.resolve() };
  limits.giveUp!(rest);
  assertEquals(taken, [rest]);
  assertEquals(open(submissionOf("to be")).limits.giveUp, undefined);
});
