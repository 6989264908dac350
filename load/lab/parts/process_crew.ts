import { type Crew, type Lane, Pending, workOff } from "./crew.ts";
import { encodeFrame, readFrames } from "./frames.ts";
import type { Piece } from "./works.ts";

const PROGRAM = new URL("./process_worker.ts", import.meta.url).href;

/** Processes of their own that get pieces and answer them through pipes. */
export async function startProcesses(workers: number): Promise<Crew> {
  const lanes = await Promise.all(Array.from({ length: workers }, () => ProcessLane.start()));
  return {
    pids: lanes.map(({ pid }) => pid),
    load: (pieces) => () => workOff(lanes, pieces),
    close: async () => {
      await Promise.all(lanes.map((lane) => lane.close()));
    },
  };
}

class ProcessLane implements Lane {
  readonly #child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", PROGRAM],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  readonly #input = this.#child.stdin.getWriter();
  readonly #answers = new Pending<Uint8Array>();
  readonly #ended = this.#read();

  static async start(): Promise<ProcessLane> {
    const lane = new ProcessLane();
    await lane.#answers.next(); // it says that it is there
    return lane;
  }

  get pid(): number {
    return this.#child.pid;
  }

  async #read(): Promise<void> {
    const ready = Promise.resolve(); // the fields below are set first
    await ready;
    for await (const { input } of readFrames(this.#child.stdout)) this.#answers.answer(input);
    this.#answers.fail(new Error("Cannot work by processes: one has ended"));
  }

  async perform(piece: Piece): Promise<Uint8Array> {
    const answer = this.#answers.next();
    this.#input.write(encodeFrame(piece)).catch(() => {}); // its end fails the answer
    return await answer;
  }

  async close(): Promise<void> {
    await this.#input.close();
    await this.#ended;
    await this.#child.status;
  }
}
