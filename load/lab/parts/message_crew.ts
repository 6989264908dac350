import { copyPiece, type Crew, type Lane, Pending, workOff } from "./crew.ts";
import type { MessageStart } from "./message_worker.ts";
import type { Piece } from "./works.ts";

/** Web Workers that get pieces and answer them by messages. */
export async function startMessages(workers: number, transfers: boolean): Promise<Crew> {
  const lanes = await Promise.all(
    Array.from({ length: workers }, () => MessageLane.start({ transfers })),
  );
  return {
    pids: [],
    load(pieces) {
      const own = pieces.map(copyPiece); // what is transferred is gone afterwards
      return () => workOff(lanes, own);
    },
    close() {
      for (const lane of lanes) lane.close();
      return Promise.resolve();
    },
  };
}

class MessageLane implements Lane {
  readonly #worker = new Worker(new URL("./message_worker.ts", import.meta.url), {
    type: "module",
  });
  readonly #answers = new Pending<Uint8Array>();
  readonly #transfers: boolean;

  private constructor({ transfers }: MessageStart) {
    this.#transfers = transfers;
    this.#worker.onmessage = ({ data }: MessageEvent<Uint8Array>) => this.#answers.answer(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#answers.fail(new Error(`Cannot work by messages: ${event.message}`));
    };
  }

  static async start(start: MessageStart): Promise<MessageLane> {
    const lane = new MessageLane(start);
    const ready = lane.#answers.next();
    lane.#worker.postMessage(start);
    await ready;
    return lane;
  }

  perform(piece: Piece): Promise<Uint8Array> {
    const answer = this.#answers.next();
    const transfer = this.#transfers ? [piece.input.buffer as ArrayBuffer] : [];
    this.#worker.postMessage(piece, { transfer });
    return answer;
  }

  close(): void {
    this.#worker.terminate();
  }
}
