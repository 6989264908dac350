import type { ResultDocument } from "../../../src/contract/documents.ts";
import { countUrls } from "../../../tests/support/cluster/ask.ts";
import type { ServerProcess } from "../../../tests/support/http/server.ts";
import { digestOf } from "../../support/digest_of.ts";
import { readCpuSeconds } from "../../support/process_cost.ts";
import { takeRounds } from "../../support/rounds.ts";
import { readEngine } from "./cluster_nodes.ts";

/** Servers that count together; the first one is asked. */
export type Contestant = readonly ServerProcess[];

/** One count of a text. */
export interface ClusterCount {
  ms: number;
  /** Processor time of all servers that counted. */
  cpuSeconds: number;
  /** Of the one among them that had most to do. */
  busiestSeconds: number;
  /** Keys that the first server has fetched from others. */
  movedBytes: number;
  splits: number;
}

/**
 * Has contestants count a text in turns, once they have given the same keys.
 *
 * @param bytes Of the text, which every answer has to have counted.
 * @throws {Error} If one counts otherwise.
 */
export async function countInTurns(
  contestants: Readonly<Record<string, Contestant>>,
  url: string,
  bytes: number,
  rounds: number,
): Promise<Map<string, ClusterCount[]>> {
  const keys = await compareKeys(contestants, url);
  const ways = Object.entries(contestants).map(([name, servers]) => {
    return [name, () => countOnce(servers, url, { bytes, keys })] as const;
  });
  return await takeRounds(Object.fromEntries(ways), rounds);
}

/** @returns How many keys there are. @throws {Error} If the answers differ. */
async function compareKeys(
  contestants: Readonly<Record<string, Contestant>>,
  url: string,
): Promise<number> {
  const answers = new Map<string, string>();
  let keys = 0;
  for (const [name, [{ origin }]] of Object.entries(contestants)) {
    const response = await fetch(`${origin}/v1/count?top=0&order=key&format=tsv`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ urls: [url] }),
    });
    if (response.status !== 200) throw new Error(`Cannot count: ${await response.text()}`);
    const { digest, lines } = await digestOf(response.body!);
    answers.set(digest, name);
    keys = lines;
  }
  if (answers.size > 1) {
    const names = [...answers.values()].join(" and ");
    throw new Error(`Cannot compare times: ${names} count differently`);
  }
  return keys;
}

async function countOnce(
  servers: Contestant,
  url: string,
  expected: { bytes: number; keys: number },
): Promise<ClusterCount> {
  const [{ origin }] = servers;
  const before = await Promise.all(servers.map(({ pid }) => readCpuSeconds(pid)));
  const moved = await readMoved(origin);
  const start = performance.now();
  const answer = await countUrls(origin, "top=10", [url]);
  const ms = performance.now() - start;
  const after = await Promise.all(servers.map(({ pid }) => readCpuSeconds(pid)));
  const splits = requireCounted(answer, servers.length > 1, expected);
  const seconds = after.map((each, i) => each - before[i]);
  return {
    ms,
    cpuSeconds: seconds.reduce((sum, each) => sum + each),
    busiestSeconds: Math.max(...seconds),
    movedBytes: await readMoved(origin) - moved,
    splits,
  };
}

/** @returns Its splits. @throws {Error} If not all was counted, or not by as many as there are. */
function requireCounted(
  { totals, accounting: { cluster } }: ResultDocument,
  isSpread: boolean,
  { bytes, keys }: { bytes: number; keys: number },
): number {
  const isWhole = totals.bytes === bytes && totals.keys === keys;
  if (isWhole && (cluster !== undefined) === isSpread) return cluster?.splits ?? 1;
  throw new Error(`Not all was counted: ${JSON.stringify({ totals, cluster, bytes, keys })}`);
}

/** None of a server that is no node. */
async function readMoved(origin: string): Promise<number> {
  const { cluster } = await readEngine(origin);
  return cluster?.moved.outputsFetched ?? 0;
}
