import type { LoadReport, LoadRound } from "./keep_alive_worker.ts";

/** Loads a server from a thread of its own, one round at a time. */
export class KeepAliveClient implements Disposable {
  readonly #worker = new Worker(new URL("./keep_alive_worker.ts", import.meta.url), {
    type: "module",
  });

  /** @throws {Error} If an answer is no 200. */
  load({ port, path, body, connections, ms }: LoadRound): Promise<LoadReport> {
    return new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }: MessageEvent<LoadReport>) => {
        if (data.error === undefined) resolve(data);
        else reject(new Error(data.error));
      };
      this.#worker.postMessage({ port, path, body, connections, ms } satisfies LoadRound);
    });
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}
