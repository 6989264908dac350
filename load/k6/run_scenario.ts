import { readEnvironment } from "../support/environment.ts";
import { TemporaryFolder } from "../support/temporary_folder.ts";
import type { Books } from "./books.ts";
import type { RunRequest } from "./command.ts";
import { startLoadServer } from "./load_server.ts";
import type { Finding, K6Summary, Outcome } from "./outcome.ts";
import { readCompressedLines, readSeconds } from "./series.ts";

/** How long what goes on beside k6 may take to end. */
const STOP_MS = 60_000;

/**
 * Runs a scenario against a server of its own, which is gone when this returns.
 *
 * @param k6 The program.
 * @param books What slices are taken from.
 * @param tell Takes lines on how it goes on.
 * @throws {Refusal} If the server does not start.
 */
export async function runScenario(
  request: RunRequest,
  k6: string,
  books: Books,
  tell: (line: string) => void,
): Promise<Outcome> {
  const { scenario, values, command } = request;
  const environment = await readEnvironment();
  await using folder = await TemporaryFolder.make("millrace-load-");
  await using server = await startLoadServer(request);
  const stop = new AbortController();
  const aside = scenario.aside?.(server, values, stop.signal) ?? Promise.resolve(undefined);
  aside.catch(() => {}); // it is awaited below
  const files = { points: `${folder.path}/points.json.gz`, summary: `${folder.path}/summary.json` };
  const code = await runK6(k6, request, {
    BASE_URL: server.origin,
    SETTINGS: JSON.stringify(values),
    BOOKS: JSON.stringify(books.paths),
    SUMMARY: files.summary,
  }, files.points);
  stop.abort();
  const seconds = await readSeconds(readCompressedLines(files.points));
  const findings = [await finish(aside), scenario.study?.(seconds, values)];
  server.kill("SIGTERM");
  const exit = await server.ended();
  if (exit !== 0) tell(`the server said:\n${server.output}`);
  return {
    name: scenario.name,
    about: scenario.about,
    command,
    environment,
    books: books.name,
    summary: await readSummary(files.summary),
    seconds,
    findings: findings.filter((each) => each !== undefined),
    timed: request.timed,
    k6: code,
    server: exit,
  };
}

async function runK6(
  k6: string,
  request: RunRequest,
  env: Record<string, string>,
  points: string,
): Promise<number> {
  const script = new URL(`./${request.scenario.name}.js`, import.meta.url).pathname;
  const own = ["--no-usage-report", "--out", `json=${points}`];
  const { code } = await new Deno.Command(k6, {
    args: ["run", ...own, ...request.k6, script],
    env,
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn().status;
  return code;
}

/** What was found beside k6, which must come to an end; a failure of it is a fault. */
async function finish(aside: Promise<Finding | undefined>): Promise<Finding | undefined> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`what ran beside k6 did not end within ${STOP_MS / 1000} s`)),
    STOP_MS,
  );
  try {
    return await Promise.race([aside, late.promise]);
  } catch (error) {
    return { lines: [], faults: [(error as Error).message], charts: [] };
  } finally {
    clearTimeout(timer);
  }
}

async function readSummary(path: string): Promise<K6Summary | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
