import { assert, assertEquals } from "@std/assert";
import { VOLATILE_MEMBERS } from "../../src/openapi/operation.ts";
import { ServerProcess } from "../support/http/server.ts";

interface Operation {
  operationId: string;
  responses: Record<
    string,
    { content?: Record<string, { examples?: Record<string, { summary: string; value: unknown }> }> }
  >;
  "x-codeSamples"?: { label: string; source: string }[];
}

/** An example's line for a shell, and what the document shows as its answer. */
interface Sample {
  name: string;
  source: string;
  status: string;
  type: string;
  answer: unknown;
}

Deno.test("every example of the served document, pasted into a shell, gives what it shows", async () => {
  await using server = await ServerProcess.start();
  const { paths } = await (await fetch(`${server.origin}/openapi.json`)).json();
  const operations = Object.values(paths as Record<string, Record<string, Operation>>)
    .flatMap((methods) => Object.values(methods));
  const samples = operations.flatMap((operation) => [...samplesOf(operation)]);
  assert(samples.length >= 5, `${samples.length} examples`);
  for (const sample of samples) {
    const id = sample.source.includes("$id") ? await finishedJob(server.origin) : "";
    const line = sample.source;
    const { body, status, type } = await runShell(line, id);
    const { name } = sample;
    assertEquals([name, status, type], [name, sample.status, sample.type], body);
    const answer = /[/+]json/.test(type) ? JSON.parse(body) : body;
    assertEquals(steady(answer), steady(sample.answer), name);
  }
});

/** Pairs each line with the answer of the same summary. @throws {Error} If one has no other. */
function* samplesOf(operation: Operation): Generator<Sample> {
  const shown = Object.entries(operation.responses).flatMap(([status, { content = {} }]) =>
    Object.entries(content).flatMap(([type, { examples = {} }]) =>
      Object.values(examples).map(({ summary, value }) => ({ status, type, summary, value }))
    )
  );
  const samples = operation["x-codeSamples"] ?? [];
  const summaries = shown.map(({ summary }) => summary).sort();
  assertEquals(summaries, samples.map(({ label }) => label).sort(), operation.operationId);
  for (const { label, source } of samples) {
    const { status, type, value } = shown.find(({ summary }) => summary === label)!;
    yield { name: `${operation.operationId}: ${label}`, source, status, type, answer: value };
  }
}

/** A job as the examples have it. */
async function finishedJob(origin: string): Promise<string> {
  const body = new TextEncoder().encode("to be or not to be"); // a string would name its charset
  const submitted = await fetch(`${origin}/v1/jobs?top=2`, { method: "POST", body });
  const { id } = await submitted.json();
  while ((await (await fetch(`${origin}/v1/jobs/${id}`)).json()).state !== "done");
  return id;
}

async function runShell(line: string, id: string) {
  const command = line.replace("curl -s", "curl -s -w '\\n%{http_code} %{content_type}'");
  const { success, stdout } = await new Deno.Command("sh", {
    args: ["-c", command],
    env: { id },
  }).output();
  const output = new TextDecoder().decode(stdout);
  assert(success, `${line}\n${output}`);
  const end = output.lastIndexOf("\n");
  const [status, ...type] = output.slice(end + 1).split(" ");
  return { body: output.slice(0, end), status, type: type.join(" ") };
}

/** A document whose members that differ each time are told by their type alone. */
function steady(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (name, each) => {
    if (!VOLATILE_MEMBERS.includes(name) || typeof each === "object") return each;
    return `a ${typeof each}`;
  }));
}
