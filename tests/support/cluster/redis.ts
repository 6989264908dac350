import { freePort } from "../free_port.ts";
import { until } from "../waits.ts";

/** A Redis of the test's own, with its log in a folder that goes with it. */
export class TestRedis implements AsyncDisposable {
  readonly port: number;
  readonly #folder: string;
  #process: Deno.ChildProcess;

  readonly #settings: Record<string, string>;

  private constructor(port: number, folder: string, settings: Record<string, string>) {
    this.port = port;
    this.#folder = folder;
    this.#settings = settings;
    this.#process = start(port, folder, settings);
  }

  /** @param settings Beside those of all. */
  static async start(settings: Record<string, string> = {}): Promise<TestRedis> {
    const redis = new TestRedis(freePort(), await Deno.makeTempDir(), settings);
    await redis.ready();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Waits until it takes connections. */
  async ready(): Promise<void> {
    await until(async () => {
      try {
        using connection = await Deno.connect({ port: this.port });
        await connection.write(new TextEncoder().encode("PING\r\n"));
        const answer = new Uint8Array(5);
        return await connection.read(answer) !== null && !isLoading(answer);
      } catch {
        return false;
      }
    });
  }

  /** Ends it as a machine ends that loses power. */
  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.status;
  }

  /** Starts it again with what its log holds. */
  async restart(): Promise<void> {
    this.#process = start(this.port, this.#folder, this.#settings);
    await this.ready();
  }

  /** Has it stop, or go on. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#process.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.kill();
    } catch {
      // it has been killed before
    }
    await Deno.remove(this.#folder, { recursive: true });
  }
}

/** Whether a Redis can be started here. */
export async function hasRedis(): Promise<boolean> {
  try {
    return (await new Deno.Command("redis-server", { args: ["--version"] }).output()).success;
  } catch {
    return false;
  }
}

/** Whether it says so, and neither +PONG nor that it wants a password. */
function isLoading(answer: Uint8Array): boolean {
  return new TextDecoder().decode(answer).startsWith("-LOAD");
}

function start(port: number, folder: string, more: Record<string, string>): Deno.ChildProcess {
  const settings = {
    "--port": String(port),
    "--bind": "127.0.0.1",
    "--dir": folder,
    "--appendonly": "yes",
    "--save": "",
    "--maxmemory-policy": "noeviction",
    ...more,
  };
  const args = Object.entries(settings).flat();
  return new Deno.Command("redis-server", { args, stdout: "null", stderr: "null" }).spawn();
}
