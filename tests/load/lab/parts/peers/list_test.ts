import { assert, assertEquals } from "@std/assert";
import { checkAnswer, createAnswer } from "../../../../../load/lab/parts/peers/answer.ts";
import { findPeers } from "../../../../../load/lab/parts/peers/list.ts";
import { findTools } from "../../../../../load/support/peer_tools.ts";
import { countWords, cutParts, mergeCounts } from "../../../../../load/lab/parts/peers/word_map.ts";
import { TemporaryFolder } from "../../../../../load/support/temporary_folder.ts";

/** Words of ASCII, of Greek, of a lone dash; lines without a word; several parts of 4 MiB. */
const LINE = "to be — or  not λόγος\n\n to (be)\n";
const COPIES = 300_000;

async function writeText(folder: TemporaryFolder): Promise<string> {
  const path = `${folder.path}/text`;
  await Deno.writeTextFile(path, LINE.repeat(COPIES) + "end");
  return path;
}

function countNaive(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of LINE.split(/\s+/).filter(Boolean)) {
    counts.set(word, (counts.get(word) ?? 0) + COPIES);
  }
  return counts.set("end", 1);
}

Deno.test("countWords() finds in all parts of a file what it finds in the whole", async () => {
  await using folder = await TemporaryFolder.make();
  const path = await writeText(folder);
  const parts = await cutParts(path);
  assert(parts.length > 1);
  const counts = await Promise.all(parts.map(({ start, end }) => countWords(path, start, end)));
  assertEquals(mergeCounts(counts), countNaive());
  assertEquals(await countWords(path), countNaive());
});

Deno.test("every peer that is here finds the same, and the others are named", async () => {
  await using folder = await TemporaryFolder.make();
  const path = await writeText(folder);
  const expected = createAnswer(countNaive());
  const { peers, absent } = await findPeers(await findTools());
  for (const peer of peers) {
    const { answer, cost } = await peer.run(path);
    assert("total" in answer, peer.name);
    checkAnswer(peer.name, answer, expected);
    assert(cost.wallSeconds > 0, peer.name);
  }
  for (const { name, reason } of absent) assert(/no \w+/.test(reason), `${name}: ${reason}`);
  assertEquals(peers.length + absent.length, 13);
});
