import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { createInternalDoor } from "../../src/cluster/internal_door.ts";
import { guarded, type KeptPart, SentParts } from "../../src/cluster/sent_parts.ts";
import { Signatures } from "../../src/cluster/signatures.ts";
import { JobError } from "../../src/contract/problems.ts";
import { REMOTE_DEFAULTS } from "../../src/intake/remote/remote_texts.ts";
import { generateLines } from "../support/cluster/lines.ts";
import { TempFiles } from "../support/temp_files.ts";

const TEXT = generateLines(1, 30_000);
const REMOTE = {
  ...REMOTE_DEFAULTS,
  mayConnect: () => true,
  stallTimeoutMs: 30_000,
  pieceBytes: 7000,
  attempts: 1,
  backoffMs: 1,
};

async function* pieces() {
  yield await Promise.resolve({ bytes: TEXT.subarray(0, 12_000), ends: false });
  yield { bytes: TEXT.subarray(12_000, 20_000), ends: true };
  yield { bytes: TEXT.subarray(20_000), ends: false };
}

/** A node that keeps a text, and another one that may read it. */
async function setUp(files: TempFiles) {
  let answer: ReturnType<typeof createInternalDoor> = () => undefined;
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    (request) => answer(request) ?? new Response(null, { status: 404 }),
  );
  const node = `http://127.0.0.1:${server.addr.port}`;
  const signatures = new Signatures("a secret of the tests, long enough", node, { now: 0 });
  const terms = { folder: files.path, signatures, remote: REMOTE };
  const keeping = new SentParts({ ...terms, node, isThere: () => Promise.resolve(true) });
  let isThere = true;
  const other = new SentParts({
    ...terms,
    node: "http://other",
    isThere: () => Promise.resolve(isThere),
  });
  answer = createInternalDoor(node, signatures, [(...asked) => keeping.answer(...asked)]);
  const kept: KeptPart[] = await Array.fromAsync(keeping.keep("upload", pieces()));
  const sent = kept.map(({ path, from, to }) => ({ node, path, bytes: to - from, markBytes: 0 }));
  const leave = () => isThere = false;
  return { keeping, other, kept, sent, leave, server, node, signatures };
}

async function read(input: ReturnType<SentParts["open"]>): Promise<Uint8Array> {
  const { stream } = await input as { stream(): ReadableStream<Uint8Array<ArrayBuffer>> };
  return await new Response(stream()).bytes();
}

Deno.test("SentParts gives other nodes the parts of a text, and whom it does not know nothing", async () => {
  using files = new TempFiles();
  const { keeping, other, kept, sent, server, node } = await setUp(files);
  await using _ = server;
  assertEquals(kept.map(({ from, to, isLast }) => [from, to, isLast]), [
    [0, 20_000, false],
    [20_000, TEXT.length, true],
  ]);
  for (const parts of [keeping, other]) {
    assertEquals(await read(parts.open(sent[0])), TEXT.slice(0, 20_000));
    assertEquals(await read(parts.open(sent[1])), TEXT.slice(20_000));
  }
  for (const path of [sent[0].path, "/internal/inputs/upload/../upload/0"]) {
    const response = await fetch(node + path);
    assertEquals([response.status, await response.text()], [404, ""]);
  }
});

Deno.test("SentParts says that a text is lost whose node has let go of it, or is gone", async () => {
  using files = new TempFiles();
  const { keeping, other, sent, leave, server } = await setUp(files);
  await using _ = server;
  await keeping.drop("upload");
  const { code, details } = await assertRejects(() => read(other.open(sent[0])), JobError);
  assertEquals([code, details.node], ["input_lost", sent[0].node]);
  assertThrows(() => keeping.openHere(sent[0]), JobError, "send it again");
  leave();
  await assertRejects(() => other.open(sent[0]), JobError, "send it again");
});

Deno.test("SentParts fails with 507 where the disk is full", async () => {
  const full = Object.assign(new Error("no space left"), { code: "ENOSPC" });
  const failing = await assertRejects(() => guarded(() => Promise.reject(full)), JobError);
  assertEquals([failing.code, failing.status], ["disk_full", 507]);
  const broken = await assertRejects(() => guarded(() => Promise.reject(new Error())), JobError);
  assertEquals(broken.code, "disk_failed");
});
