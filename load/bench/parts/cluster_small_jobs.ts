import type { ServerProcess } from "../../../tests/support/http/server.ts";
import { readCpuSeconds } from "../../support/process_cost.ts";
import { takeRounds } from "../../support/rounds.ts";
import { KeepAliveClient } from "./keep_alive_client.ts";
import { readShortText } from "./short_text.ts";

const TEXT_BYTES = 4096;
const CONNECTIONS = 32;
const PATH = "/v1/count?top=10";

/** What came of a moment of load. */
export interface SmallRound {
  /** Requests per second. */
  rate: number;
  /** Processor time of a request on the server, in microseconds. */
  cpuMicros: number;
}

/**
 * Loads servers in turns with texts of 4 KB, once they have given the same answer.
 *
 * @param ms Of each round.
 * @throws {Error} If they count otherwise.
 */
export async function loadInTurns(
  servers: Readonly<Record<string, ServerProcess>>,
  ms: number,
  rounds: number,
): Promise<Map<string, SmallRound[]>> {
  using client = new KeepAliveClient();
  const body = await readShortText(TEXT_BYTES);
  const answers = new Set<string>();
  const ways = Object.entries(servers).map(([name, { pid, port }]) => {
    const load = async (): Promise<SmallRound> => {
      const before = await readCpuSeconds(pid);
      const round = await client.load({ port, path: PATH, body, connections: CONNECTIONS, ms });
      const seconds = await readCpuSeconds(pid) - before;
      answers.add(JSON.stringify(JSON.parse(round.answer).counts));
      if (answers.size > 1) throw new Error("Cannot compare rates: the counts differ");
      return { rate: round.requests / round.ms * 1000, cpuMicros: seconds / round.requests * 1e6 };
    };
    return [name, load] as const;
  });
  return await takeRounds(Object.fromEntries(ways), rounds, 1);
}
