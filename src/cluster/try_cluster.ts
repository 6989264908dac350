import { fileURLToPath } from "node:url";
import { Command, InvalidArgumentError } from "commander";
import config from "../../deno.json" with { type: "json" };
import { TASK_VARIABLE } from "../shutdown.ts";

// `deno task cluster`: a Redis and some nodes on this machine, for trying what a cluster does. All
// of it ends with this process.

/** Arguments of `deno` for a node, with the rights that the task `serve` grants. */
const SERVE = config.tasks.serve.command.split(" ").slice(1);

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const NO_REDIS = `Cannot start Redis: there is no redis-server
Install it, such as by: apt-get install redis-server
or start nodes with one that runs elsewhere: deno task serve --cluster redis://HOST:6379 …`;

const { nodes, port, workers } = new Command("deno task cluster")
  .description("Start a Redis and nodes of a cluster on this machine, for trying it")
  .option("--nodes <n>", "how many nodes", readNatural, 2)
  .option(
    "--port <port>",
    "where the first node listens, and the others behind it",
    readNatural,
    8000,
  )
  .option("--workers <n>", "counting threads of each node", readNatural, 1)
  .parse(Deno.args, { from: "user" })
  .opts<{ nodes: number; port: number; workers: number }>();

let isEnding = false;
const folder = await Deno.makeTempDir({ prefix: "millrace-redis-" });
const redis = startRedis(port - 1);
const secret = crypto.getRandomValues(new Uint8Array(32)).toHex();
const urls = Array.from({ length: nodes }, (_, i) => `http://127.0.0.1:${port + i}`);
const servers = urls.map((url, i) => startNode(url, port + i));
console.log(`${nodes} nodes, from http://127.0.0.1:${port} on; Ctrl-C ends them and their Redis`);
servers.forEach(({ pid }, i) => console.log(`${urls[i]} is process ${pid}`));
for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, end);
await Promise.race([redis.status, Promise.all(servers.map(watch))]);
end();
await Promise.all(servers.map(({ status }) => status));
redis.kill();
await redis.status;
await Deno.remove(folder, { recursive: true });

/** Waits for the end of a node. One that is killed leaves its work to the others; one that fails ends all. */
async function watch({ status }: Deno.ChildProcess, node: number): Promise<void> {
  const { code, signal } = await status;
  if (isEnding) return;
  console.log(`${urls[node]} has ended`);
  if (signal !== null || code === 0) return;
  Deno.exitCode = 1;
  end();
}

/** Ends the nodes; Redis is there until they have left. */
function end(): void {
  isEnding = true;
  for (const server of servers) {
    try {
      server.kill();
    } catch {
      // it has ended
    }
  }
}

function startRedis(port: number): Deno.ChildProcess {
  const settings = {
    port: String(port),
    bind: "127.0.0.1",
    dir: folder,
    appendonly: "yes",
    save: "",
    "maxmemory-policy": "noeviction",
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  try {
    return new Deno.Command("redis-server", { args, stdout: "null" }).spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.error(NO_REDIS);
    Deno.exit(1);
  }
}

function startNode(url: string, at: number): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [...SERVE, "--port", String(at), "--workers", String(workers), "--allow-private-urls"],
    cwd: ROOT,
    env: {
      [TASK_VARIABLE]: ROOT,
      MILLRACE_CLUSTER: `redis://127.0.0.1:${port - 1}`,
      MILLRACE_CLUSTER_URL: url,
      MILLRACE_CLUSTER_SECRET: secret,
    },
  }).spawn();
}

function readNatural(text: string): number {
  const number = /^[1-9]\d{0,4}$/.test(text) ? Number(text) : 0;
  if (number === 0) throw new InvalidArgumentError("it is no integer from 1 to 99999");
  return number;
}
