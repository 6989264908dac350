import { assert, assertEquals, assertMatch } from "@std/assert";
import { parse } from "@std/yaml";
import config from "../../deno.json" with { type: "json" };
import { parseServerOptions } from "../../src/settings/parse_server_options.ts";
import type { ServerOptions } from "../../src/settings/server_options.ts";

interface Service {
  image: string;
  build?: { context: string; dockerfile_inline: string };
  command?: string[];
  depends_on?: Record<string, unknown>;
  environment: Record<string, string>;
  ports?: string[];
  volumes: string[];
}

const FILE = new URL("../../src/cluster/compose.yaml", import.meta.url);
const { services, volumes } = parse(await Deno.readTextFile(FILE)) as {
  services: Record<string, Service>;
  volumes: Record<string, null>;
};
const { redis, ...nodes } = services;

/** What whoever starts it sets. */
const GIVEN: Record<string, string> = {
  REDIS_PASSWORD: "a-password",
  MILLRACE_CLUSTER_SECRET: "s".repeat(32),
  MILLRACE_KEYS: "[]",
};

/** As Compose puts in variables: of those with `:?` one must be given, those with `:-` have a default. */
function expand(text: string): string {
  return text.replaceAll(/\$\{(\w+):([?-])([^}]*)\}/g, (_, name, kind, rest) => {
    assert(kind === "-" || name in GIVEN, `${name} is given`);
    return GIVEN[name] ?? rest;
  });
}

/** The command of an image: what stands behind CMD, as JSON. */
function commandOf({ build }: Service): string[] {
  const [, command] = /^CMD (\[[^\]]+\])/m.exec(build!.dockerfile_inline)!;
  return JSON.parse(command.replaceAll("\\\n", ""));
}

/** The settings that a node has, by the product's own parser. */
function settingsOf(service: Service): ServerOptions {
  const command = commandOf(service);
  const args = command.slice(command.indexOf("assembly/compiled/server.js") + 1);
  const { environment } = service;
  const names = Object.keys(environment);
  const options = parseServerOptions(args, (name) => expand(environment[name] ?? ""), names);
  if (typeof options === "string") throw new Error(`It asks for ${options} alone`);
  return options;
}

Deno.test("compose.yaml has two nodes of one cluster, which reach each other by their names", () => {
  assertEquals(Object.keys(nodes), ["node-1", "node-2"]);
  for (const [name, node] of Object.entries(nodes)) {
    const settings = settingsOf(node);
    assertEquals(settings.cluster, "redis://:a-password@redis:6379");
    assertEquals(settings.clusterUrl, `http://${name}:${settings.port}`);
    assertEquals(settings.clusterSecret, GIVEN.MILLRACE_CLUSTER_SECRET);
    assertEquals(settings.host, "0.0.0.0");
    assert(node.ports!.every((port) => /^127\.0\.0\.1:\d+:8000$/.test(port)), "is not exposed");
    assertEquals(Object.keys(node.depends_on!), ["redis"]);
    assert(node.volumes.includes(`${name}:${settings.data}`));
  }
  const ports = Object.values(nodes).flatMap((node) => node.ports!);
  assertEquals(new Set(ports).size, ports.length);
});

Deno.test("compose.yaml has a Redis with a password, a log and a volume for it", () => {
  const [program, ...args] = redis.command!.map(expand);
  assertEquals(program, "redis-server");
  const settings = Object.fromEntries(
    Array.from({ length: args.length / 2 }, (_, i) => args.slice(2 * i, 2 * i + 2)),
  );
  assertEquals(settings, {
    "--appendonly": "yes",
    "--maxmemory-policy": "noeviction",
    "--requirepass": "a-password",
  });
  assertEquals(expand(redis.environment.REDISCLI_AUTH), "a-password");
  assertEquals(redis.volumes, ["redis:/data"]);
  assertEquals(redis.ports, undefined);
});

Deno.test("compose.yaml builds the image from this clone, with the rights that a server needs", () => {
  for (const node of Object.values(nodes)) {
    const { context, dockerfile_inline: recipe } = node.build!;
    assertEquals(new URL(`${context}/`, FILE).href, new URL("../../", import.meta.url).href);
    assertMatch(recipe, new RegExp(`deno@${Deno.version.deno}\\b`));
    const flags = commandOf(node);
    const rights = flags.filter((flag) => /^--(allow|deny)-/.test(flag));
    const needed = config.tasks.start.command.split(" ").find((flag) => flag.includes("-sys="))!;
    assert(rights.includes(needed), `${needed}, as deno task start has it`);
    assertEquals(flags.slice(0, 3), ["deno", "run", "--cached-only"]);
    const { spillDirectory, data } = settingsOf(node);
    for (const right of ["--allow-read=", "--allow-write="]) {
      const paths = rights.find((flag) => flag.startsWith(right))!.slice(right.length).split(",");
      assert([spillDirectory, data].every((path) => paths.includes(path as string)));
    }
  }
});

Deno.test("the guide's settings of three machines are settings of the server", async () => {
  const guide = await Deno.readTextFile(new URL("README.md", FILE));
  const [, block] = /```ini\n([^`]+)```/.exec(guide)!;
  const lines = block.trim().split("\n").map((line) => line.trim());
  const settings = new Map(lines.map((line) => line.split(/=(.*)/s, 2) as [string, string]));
  settings.set("MILLRACE_CLUSTER_SECRET", GIVEN.MILLRACE_CLUSTER_SECRET);
  const options = parseServerOptions([], (name) => settings.get(name), [...settings.keys()]);
  if (typeof options === "string") throw new Error(`They ask for ${options} alone`);
  assertEquals(options.cluster, "rediss://:PASSWORD@10.0.0.1:6379");
  assertEquals(options.clusterUrl, `http://${options.host}:${options.port}`);
});

Deno.test("compose.yaml declares the volumes that it uses, and no others", () => {
  const used = Object.values(services).flatMap((each) => each.volumes)
    .map((volume) => volume.split(":")[0]);
  assertEquals(Object.keys(volumes).toSorted(), used.toSorted());
});
