import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { OTHER_VARIABLES } from "../../src/settings/known_variables.ts";
import { DEPLOY_DEFAULTS } from "../../src/deno_deploy.ts";
import { UsageError } from "../../src/settings/flags.ts";
import { formatHelp } from "../../src/settings/help.ts";
import { parseServerOptions } from "../../src/settings/parse_server_options.ts";
import type { ServerOptions } from "../../src/settings/server_options.ts";
import { SERVER_PARAMETERS } from "../../src/settings/server_parameters.ts";

function parse(args: string[], env: Record<string, string> = {}): ServerOptions {
  return parseServerOptions(args, (name) => env[name], Object.keys(env)) as ServerOptions;
}

Deno.test("parseServerOptions() gives the defaults", () => {
  assertEquals(parse([]), {
    host: "127.0.0.1",
    port: 8000,
    workers: undefined,
    serialize: false,
    inline: "auto",
    listeners: 1,
    memoryBytes: undefined,
    jobMemoryBytes: undefined,
    spillDirectory: undefined,
    maxSpillBytes: undefined,
    maxBodyBytes: undefined,
    maxExpandedBytes: 68_719_476_736,
    maxRatio: 1000,
    warmCompiler: true,
    allowUrls: true,
    allowPrivateUrls: false,
    allowS3: false,
    shared: undefined,
    readTimeoutMs: 30_000,
    uploadTimeoutMs: 3_600_000,
    maxQueuedJobs: 4096,
    jobTimeoutMs: undefined,
    replayBytes: 8_388_608,
    drainTimeoutMs: 5_000,
    jobTtlMs: 86_400_000,
    resultBytes: 268_435_456,
    keys: undefined,
    insecure: false,
    rate: undefined,
    corsOrigins: [],
    hosts: undefined,
    basePath: "",
    trustProxy: undefined,
    stripUpgrade: false,
    metricsPublic: false,
    data: undefined,
    adopt: false,
    cluster: undefined,
    clusterUrl: undefined,
    clusterSecret: undefined,
    clusterRoles: ["map", "reduce", "accept"],
    clusterUploads: "auto",
    clusterSplitBytes: 67_108_864,
    clusterLockMs: 10_000,
    logFormat: "text",
    logLevel: "info",
    accessLog: false,
  });
});

Deno.test("parseServerOptions() takes a flag over a variable over a default", () => {
  const env = { PORT: "81", HOST: "::1", MILLRACE_WORKERS: "", MILLRACE_MAX_BODY: "64MB" };
  const options = parse(["--port", "82", "--memory=1.5GiB"], env);
  assertEquals([options.port, options.host], [82, "::1"]);
  assertEquals([options.maxBodyBytes, options.memoryBytes], [64_000_000, 1_610_612_736]);
  assertEquals(options.workers, parse([]).workers);
  assertEquals(parse(["--spill-dir", "/data"]).spillDirectory, "/data");
  assertEquals(parse(["--spill-dir=none"]).spillDirectory, false);
});

Deno.test("parseServerOptions() has other defaults on Deno Deploy", () => {
  const deploy = { DENO_DEPLOY: "true" };
  const options = parse([], deploy);
  const { host, workers, memoryBytes, spillDirectory, resultBytes } = options;
  assertEquals([host, workers, spillDirectory], ["0.0.0.0", 2, false]);
  assertEquals([memoryBytes, resultBytes], [268_435_456, 67_108_864]);
  assertEquals([options.replayBytes, options.drainTimeoutMs, options.data], [
    1_048_576,
    2000,
    "kv",
  ]);
  assertEquals(parse([], { DENO_DEPLOYMENT_ID: "x" }), options);
  assertEquals(options.port, parse([]).port);
  const given = parse(["--memory", "128MiB"], { ...deploy, MILLRACE_DATA: "none" });
  assertEquals([given.memoryBytes, given.data], [134_217_728, undefined]);
  for (const name of Object.keys(DEPLOY_DEFAULTS)) assertEquals(name in SERVER_PARAMETERS, true);
});

Deno.test("parseServerOptions() reads sizes and durations in all their forms", () => {
  const sizes = { "5": 5, "5B": 5, "1kb": 1000, "1KiB": 1024, "1.5 MB": 1_500_000, "2GB": 2e9 };
  for (const [text, bytes] of Object.entries(sizes)) {
    assertEquals(parse(["--max-body", text]).maxBodyBytes, bytes);
  }
  const durations = { "1ms": 1, "1.5s": 1500, "2m": 120_000, "24h": 86_400_000 };
  for (const [text, ms] of Object.entries(durations)) {
    assertEquals(parse(["--read-timeout", text]).readTimeoutMs, ms);
  }
});

Deno.test("parseServerOptions() reads switches, rates and origins", () => {
  const env = { MILLRACE_METRICS_PUBLIC: "true", MILLRACE_RATE: "5/s" };
  const { insecure, metricsPublic, rate } = parse(["--insecure"], env);
  assertEquals({ insecure, metricsPublic }, { insecure: true, metricsPublic: true });
  assertEquals(rate, { requests: 5, windowMs: 1000 });
  const origins = parse(["--cors-origin", "https://a.example, http://b.example:81"]).corsOrigins;
  assertEquals(origins, ["https://a.example", "http://b.example:81"]);
  assertEquals(parse(["--cors-origin=*"]).corsOrigins, ["*"]);
});

Deno.test("parseServerOptions() says what is wrong and what is allowed", () => {
  const rows: [string[], string][] = [
    [["--ports", "1"], "there is no option --ports; the nearest is --port"],
    [["--hepl"], "the nearest is --help"],
    [["--port"], "--port"],
    [["extra"], "'extra' belongs to no option"],
    [["--access-log", "true"], "these take no value: --allow-private-urls, --allow-s3"],
    [["--port", "65536"], "Cannot read --port: '65536' is not an integer from 0 to 65535"],
    [["--port=x"], "'x'"],
    [["--workers", "0"], "1 to 64"],
    [["--max-body", "64 megs"], "64MB or 1GiB"],
    [["--max-body", "0"], "'0'"],
    [["--drain-timeout", "5"], "30s"],
    [["--host", ""], "an address"],
    [["--keys", ""], "a path"],
    [["--rate", "5"], "a rate such as 100/s"],
    [["--insecure=no"], "--insecure"],
    [["--cors-origin", "example.org"], "a list of origins"],
    [["--cors-origin", "https://a.example/"], "a list of origins"],
    [["--cors-origin", ""], "a list of origins"],
    [["--log", "xml"], "Cannot read --log: 'xml' is not one of 'text', 'json', 'off'"],
    [["--log-level", "loud"], "'warning'"],
  ];
  for (const [args, says] of rows) {
    const error = assertThrows(() => parse(args), UsageError);
    assertStringIncludes(error.message, says);
  }
  assertThrows(() => parse([], { PORT: "x" }), UsageError, "Cannot read PORT: 'x'");
});

Deno.test("formatHelp() names every flag, variable and default", () => {
  assertEquals([parse(["--help"]), parse(["-h"])] as unknown[], ["help", "help"]);
  assertEquals([parse(["--version"]), parse(["-V"])] as unknown[], ["version", "version"]);
  const help = formatHelp();
  for (const { flag, env, default: text } of Object.values(SERVER_PARAMETERS)) {
    for (const part of [`--${flag}`, env, text]) assertStringIncludes(help, part);
  }
  assertStringIncludes(
    help,
    "These take no value, since each alone means true: --allow-private-urls",
  );
});

Deno.test("parseServerOptions() reads hosts, prefixes and proxies", () => {
  assertEquals(parse(["--hosts", "a.example,*.b.example"]).hosts, ["a.example", "*.b.example"]);
  assertEquals(parse([], { MILLRACE_BASE_PATH: "/counts/" }).basePath, "/counts");
  assertEquals(parse(["--trust-proxy", "10.0.0.0/8"]).trustProxy!.has("10.1.1.1"), true);
  for (const flag of ["--hosts=http://a", "--base-path=counts", "--trust-proxy=proxy.example"]) {
    assertThrows(() => parse([flag]), UsageError, `Cannot read ${flag.split("=")[0]}`);
  }
});

Deno.test("parseServerOptions() refuses a variable that nobody knows, with the nearest", () => {
  const rows = [
    ["MILLRACE_WORKER", "MILLRACE_WORKERS"],
    ["MILLRACE_MAXBODY", "MILLRACE_MAX_BODY"],
    ["MILLRACE_PORT", "PORT"],
    ["MILLRACE_HOST", "HOST"],
    ["millrace_memory", "MILLRACE_MEMORY"],
  ];
  for (const [name, nearest] of rows) {
    const error = assertThrows(() => parse([], { [name]: "1" }), UsageError);
    assertStringIncludes(error.message, `variable ${name}:`);
    assertEquals(error.message.endsWith(`the nearest is ${nearest}`), true, error.message);
  }
  for (const name of ["MILLRACE_", "MILLRACE_CLOUD"]) {
    const error = assertThrows(() => parse([], { [name]: "1" }), UsageError);
    assertStringIncludes(error.message, "there is no such option; --help lists all");
  }
  assertEquals(parse([], { MILLRACE_WORKER: "", PATH: "/bin", MILLRACES: "1" }), parse([]));
});

Deno.test("parseServerOptions() ignores the variables of tests and of the command line", () => {
  const others = Object.keys(OTHER_VARIABLES).map((name) => [name, "1"]);
  assertEquals(parse([], Object.fromEntries(others)), parse([]));
});

Deno.test("every variable that the sources and the guides name is known to the server", async () => {
  const known = [
    ...Object.values(SERVER_PARAMETERS).map(({ env }) => env),
    ...Object.keys(OTHER_VARIABLES),
  ];
  const root = new URL("../../", import.meta.url);
  const places = ["src", "tests", "load", "workers", "README.md", ".ci", ".github"];
  for await (const path of sources(root, places)) {
    const text = await Deno.readTextFile(new URL(path, root));
    if (path === "tests/settings/parse_server_options_test.ts") continue;
    for (const [name] of text.matchAll(/\bMILLRACE_[A-Z]+(_[A-Z]+)*\b/g)) {
      assertEquals(known.includes(name), true, `${name} in ${path}`);
    }
  }
});

async function* sources(root: URL, names: string[]): AsyncGenerator<string> {
  for (const name of names) {
    const { isDirectory } = await Deno.stat(new URL(name, root));
    if (!isDirectory) {
      if (/\.(ts|md|js)$|run$/.test(name)) yield name;
      continue;
    }
    const entries = await Array.fromAsync(Deno.readDir(new URL(`${name}/`, root)));
    yield* sources(root, entries.map((entry) => `${name}/${entry.name}`));
  }
}

Deno.test("parseServerOptions() reads where short texts are counted", () => {
  const read = (text: string) => (parse(["--inline", text]) as { inline: unknown }).inline;
  assertEquals(["auto", "true", "false"].map(read), ["auto", true, false]);
  const error = assertThrows(() => read("yes"), Error);
  assertStringIncludes(error.message, "Cannot read --inline: 'yes' is not one of 'auto', 'true'");
});
