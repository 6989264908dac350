import { Collocations, Comparison } from "./algebra_schemas.ts";
import { clusterMembers, splitCounters } from "./cluster_schemas.ts";
import { fraction, natural } from "./numbers.ts";
import { BODY_LISTS } from "../contract/body_lists.ts";
import { JOB_STATES } from "../contract/job_states.ts";
import { z } from "@hono/zod-openapi";
import { problemType } from "../contract/describe_problem.ts";
import { type ErrorCode, PROBLEMS } from "../contract/problems.ts";
import { DECIMAL_TYPE } from "../contract/decimals.ts";
import { COUNT_PARAMETERS, OUTPUT_PARAMETERS } from "../contract/options.ts";
import { RIGHTS } from "../contract/rights.ts";
import { optionsSchema } from "./parameter_schemas.ts";
import { AGGREGATES } from "../contract/stats.ts";

const time = () => z.iso.datetime();

/** A problem document (RFC 9457) of one of these types; each type adds members of its own. */
export function problemSchema(codes: readonly ErrorCode[]): z.ZodObject {
  const types = codes.map(problemType);
  const statuses = [...new Set(codes.map((code) => PROBLEMS[code].status))];
  return z.looseObject({
    type: z.enum(types as [string, ...string[]]).describe("Which problem; never changes"),
    title: z.string().describe("The same for every problem of the type"),
    status: z.int().openapi({ enum: statuses }),
    detail: z.string().describe("What failed, with the value and the limit"),
    requestId: z.string().optional().describe("The X-Request-Id of this response"),
  });
}

const AnyProblem = problemSchema(Object.keys(PROBLEMS) as ErrorCode[]).openapi("Problem");

const Totals = z.strictObject({
  bytes: natural().describe("Bytes of input, as received"),
  tokens: natural().describe("Tokens that the tokenizer found"),
  keys: natural().describe("Distinct keys, before min and top cut the list"),
  counted: natural().optional().describe(
    "Sum of the counts of these keys; values have none, nor results of versions before 0.2",
  ),
  replacements: natural().describe("Invalid UTF-8 sequences that were read as U+FFFD"),
}).openapi("Totals");

const Counters = z.strictObject({
  bytes: natural(),
  chunks: natural(),
  tokens: natural(),
  splits: splitCounters,
}).describe("What has been counted so far").openapi("Counters");

const milliseconds = () => z.number().min(0);
const valueType = () =>
  z.union([
    z.enum(["i64", "f64"]),
    z.string().regex(DECIMAL_TYPE).describe("Exact decimals of so many fraction digits, 0 to 18"),
  ]);

/** The kernel of a job, as answers repeat it. */
const kernelChoice = () =>
  z.strictObject({
    id: z.string().describe("SHA-256 of what was sent, or a name of the library"),
    options: z.record(z.string(), z.union([z.number(), z.boolean(), z.string()])).describe(
      "All of its options, by name",
    ),
  }).optional().describe("The kernel that made the keys, if that is not `words`");

const used = () => z.strictObject({ used: z.number().min(0), limit: natural() });

/** How a result's keys are divided. */
const partition = () =>
  z.strictObject({
    kind: z.literal("range"),
    borders: z.array(z.string()).describe("The first key of every partition but the first"),
    keys: z.array(natural()).describe("How many keys each partition holds, shown or not"),
    counted: z.array(natural()).optional().describe("Sums of their counts; values have none"),
  }).optional().describe("Present when the job was told where to divide its keys");

/** How far a result may be from the truth. */
const approx = () =>
  z.strictObject({
    bound: natural().describe("The most by which a count may be too low; none is too high"),
    keysError: z.number().min(0).describe("Standard error of totals.keys, as a share of it"),
  }).optional().describe("Present with mode=approx; both are 0 if the result is exact");

/** What the records of a text were. */
const records = () =>
  z.strictObject({
    records: natural().describe("All records, but a header"),
    missing: natural().describe("Records without a part of their key, which are not counted"),
    notNumbers: natural().describe("Records whose value is no number, which are not counted"),
    skipped: natural().describe("Records that break, which are not counted, with onError=skip"),
    skippedAt: z.array(natural()).describe("Where the first five of them begin, in bytes"),
  }).optional().describe("Present when keys were taken out of records");

const CountResult = z.strictObject({
  totals: Totals,
  input: z.strictObject({
    charset: z.string().describe("Encoding that the input was read by"),
    bomSkipped: z.boolean().describe("Whether a byte order mark was dropped"),
  }),
  chunks: natural(),
  attempts: natural().describe("Chunks run, retries included"),
  accounting: z.strictObject({
    bytesIn: natural().describe("Bytes of text that were handed out"),
    bytesCounted: natural().describe("Bytes that came back counted: the same"),
    runs: natural().describe("How often the job was begun"),
    cluster: z.strictObject({
      splits: natural().describe("Parts of the text that were counted apart"),
      nodes: natural().describe("Servers that have counted at least one"),
      lost: natural().describe("Splits that were counted again, since their keys were lost"),
      reducers: natural().describe("Servers that have put keys together"),
    }).optional().describe("Present when servers of a cluster have counted"),
  }),
  workers: natural().describe("Threads that counted; 1 for a short text, counted where it came in"),
  ms: z.strictObject({
    read: milliseconds().describe("From submission to the last byte of input"),
    map: milliseconds().describe("From the first chunk to the last chunk's count"),
    reduce: milliseconds().describe("From the last count to the answer"),
    total: milliseconds(),
  }).describe("Where the time went, in milliseconds"),
  spilled: z.strictObject({
    runs: natural().describe("Sorted runs of keys that left memory"),
    bytes: natural().describe("All bytes written to disk"),
  }).optional().describe("Present when the keys outgrew memory"),
  approx: approx(),
  values: z.strictObject({
    op: z.enum(["sum", "min", "max", "avg", "combine", "distinct", "approxDistinct", "stats"]),
    type: valueType().optional().describe("Present unless op is stats"),
    aggs: z.array(z.enum(AGGREGATES)).optional().describe("What is told of each key's numbers"),
    round: natural().optional().describe("Fraction digits that they are rounded to"),
  }).optional().describe("Present when the rows have values and no counts: how they came about"),
  keyParts: natural().optional().describe("Present when each key is an array of so many parts"),
  records: records(),
  partition: partition(),
  kernelUse: z.strictObject({
    ms: used().describe("Time, in milliseconds"),
    memory: used().describe("Bytes of the kernel's memory"),
    output: used().describe("Bytes that it has handed out"),
  }).optional().describe(
    "Present when a kernel has made the keys: the most that it used for one chunk",
  ),
  options: optionsSchema(COUNT_PARAMETERS).extend({ kernel: kernelChoice() }).describe(
    "What was asked, defaults filled in",
  ),
  counts: z.array(z.strictObject({
    key: z.union([z.string(), z.array(z.string())]),
    ...Object.fromEntries(AGGREGATES.map((name) => [name, z.number().optional()])),
    count: natural().optional().describe("How often; absent where rows have values and not this"),
    value: z.number().optional().describe("The value, where rows have one alone, with all digits"),
    share: fraction().optional().describe("Of totals.counted, from 0 to 1; with columns=share"),
    perMillion: fraction().optional().describe("1,000,000 times the share"),
    rank: natural().optional().describe("Position in the order of counts or values, from 1"),
  })),
  truncated: natural().describe("Distinct keys that are not in counts"),
  otherKeys: natural().describe(
    "The same: totals.keys, or those of the part that was asked for, less the keys in counts",
  ),
  otherCount: natural().optional().describe(
    "Sum of their counts: totals.counted, or that of the part, less the counts in counts; values have none",
  ),
  next: z.string().optional().describe("Address of the next page, when there is one"),
}).openapi("CountResult");

const Job = z.strictObject({
  id: z.string(),
  state: z.enum(JOB_STATES),
  createdAt: time(),
  startedAt: time().describe("When the last attempt began"),
  finishedAt: time().optional(),
  expiresAt: time().optional().describe("From then on nobody sees the job"),
  attempt: natural().describe("How often the job was begun, and appended to"),
  progress: Counters,
  totals: Totals.optional().describe("Present when the job is done"),
  partition: partition(),
  merge: z.strictObject({
    jobs: z.array(z.string()).describe("Ids of the jobs whose results it puts together"),
    weights: z.array(natural()).optional().describe("How often each counts, if not once"),
  }).optional().describe("Present when the job puts results together, and counts nothing"),
  parts: natural().optional().describe("How many parts were appended, if any"),
  options: optionsSchema({ ...COUNT_PARAMETERS, ...OUTPUT_PARAMETERS })
    .extend({ kernel: kernelChoice() }),
  error: AnyProblem.optional().describe("Present when the job failed or was cancelled"),
  links: z.strictObject({ self: z.string(), result: z.string(), events: z.string() }),
}).openapi("Job");

const OnlyTotals = z.strictObject({
  totals: Totals,
  approx: CountResult.shape.approx,
  values: CountResult.shape.values,
  records: CountResult.shape.records,
}).describe("Where the totals alone were asked for").openapi("OnlyTotals");

const CountAnswer = z.union([CountResult, OnlyTotals]).openapi("CountAnswer");

const Jobs = z.strictObject({
  jobs: z.array(Job),
  links: z.strictObject({ next: z.string().optional().describe("Address of the next page") }),
}).openapi("Jobs");

const languageMembers = {
  language: z.string().describe("ISO 639-1 code"),
  name: z.string().describe("In English"),
  sources: z.array(z.string()).describe("Where the words come from, with licences"),
  needs: z.string().optional().describe("What alone finds the words of the language"),
};

const StopLanguages = z.strictObject({
  languages: z.array(z.strictObject({
    ...languageMembers,
    words: natural().describe("How many"),
    list: z.string().describe("Address of the words"),
  })),
}).openapi("StopLanguages");

const StopList = z.strictObject({
  ...languageMembers,
  words: z.array(z.string()).describe("Sorted, in lower case; with both apostrophes"),
}).openapi("StopList");

const Engine = z.looseObject({
  version: z.string().describe("Of Millrace"),
  workers: natural(),
  uptimeMs: natural(),
  serialized: z.boolean().describe("Whether threads work one at a time, for benchmarks"),
  doorbell: z.string().describe("How results wake the host"),
  threads: z.array(z.looseObject({
    state: z.enum(["idle", "busy", "silent", "lost"]),
    tasks: natural(),
    busyMs: natural(),
    utilization: fraction(),
  })),
  inline: z.looseObject({
    mode: z.union([z.literal("auto"), z.boolean()]),
    jobs: natural(),
    busyMs: natural(),
  }).describe("Short texts that the serving thread has counted"),
  utilization: fraction(),
  jobs: z.looseObject({ pending: natural(), running: natural(), leaving: natural() }),
  ended: z.looseObject({
    done: natural(),
    failed: natural().describe("By the server's fault"),
    invalid: natural().describe("By their input's fault"),
    cancelled: natural(),
    refused: natural(),
  }),
  counted: Counters,
  queue: z.looseObject({ jobs: natural(), bytes: natural() }),
  bounds: z.looseObject({ runningJobs: natural() }),
  tasks: z.looseObject({ queued: natural(), out: natural(), pending: natural() }),
  slots: z.looseObject({ free: natural(), bytes: natural() }),
  memory: z.looseObject({ bytes: natural(), touched: natural(), jobs: natural() }),
  ...clusterMembers,
}).describe("More members may come").openapi("Engine");

const kernelMembers = {
  id: z.string().describe("SHA-256 of what was sent, in hexadecimal; or the name"),
  name: z.string().describe("What the kernel calls itself"),
  builtIn: z.boolean().describe("Whether it comes with the server"),
  abi: natural().describe("Version of the interface between host and kernel"),
  options: z.array(z.strictObject({
    name: z.string().describe("`option.NAME` in a query"),
    type: z.enum(["i32", "i64", "f64", "bool", "string"]),
    default: z.union([z.number(), z.boolean(), z.string()]),
  })).describe("What `option.NAME` may say"),
  records: z.string().optional().describe(
    "What it is called with: line, word, paragraph, chunk, fixed:N, csv or ndjson",
  ),
  value: valueType().optional().describe("Type of the values, where it emits values"),
  op: z.enum(["sum", "min", "max", "count", "avg", "combine", "distinct", "approxDistinct"])
    .optional().describe(
      "What becomes of the values of one key, where it emits values",
    ),
  createdAt: time().optional().describe("When it was sent"),
  moduleBytes: natural().optional(),
  sourceBytes: natural().optional().describe("Absent where a module was sent"),
  tokenizers: z.array(z.string()).optional().describe("Of `words`: its own tokenizers"),
  parameters: z.array(z.string()).optional().describe("Of `words`: parameters that it reads"),
};

const Kernel = z.strictObject(kernelMembers).openapi("Kernel");

const Kernels = z.strictObject({
  kernels: z.array(Kernel).describe(
    "`words`, then those that come with the server, then the caller's, the oldest first",
  ),
  compiles: z.boolean().describe(
    "Whether the server compiles sources; else it takes modules alone",
  ),
}).openapi("Kernels");

/** How much of something was used, and how much may be. */

const KernelTrial = z.strictObject({
  emitted: z.array(
    z.strictObject({ key: z.string(), value: z.union([z.number(), z.string()]) }),
  ).describe(
    "What the kernel makes of the record, in its order: each key with its value, with the text " +
      "that it is paired with, or with 1",
  ),
  ms: used().describe("Time, in milliseconds"),
  memory: used().describe("Bytes of the kernel's memory"),
  output: used().describe("Bytes of the keys and their lengths"),
}).openapi("KernelTrial");

const Access = z.strictObject({
  tenant: z.string().optional().describe("Whose jobs and kernels the caller sees; of keys alone"),
  key: z.strictObject({
    id: z.string().describe("Names the key in lists and logs"),
    name: z.string().optional().describe("What its owner calls it"),
    expiresAt: time().optional().describe("From then on the key is refused"),
  }).optional().describe("Absent where the server has no keys"),
  rights: z.array(z.enum(RIGHTS)).describe("All of them where the server has no keys"),
  limits: z.strictObject({
    bodyBytes: natural().optional().describe("Of a body that is counted"),
    jobs: natural().optional().describe("Most jobs of the tenant that have not ended"),
    weight: z.number().optional().describe("Its share of busy threads, relative to 1"),
    rate: z.strictObject({ requests: natural(), windowSeconds: natural() }).optional().describe(
      "Requests of the tenant, or of an address where the server has no keys",
    ),
  }).describe("What is absent has no limit of its own"),
}).openapi("Access");

const Health = z.strictObject({
  status: z.literal("ok"),
  version: z.string().describe("Of Millrace"),
  workers: natural(),
  runningJobs: natural(),
}).openapi("Health");

const Live = z.strictObject({ status: z.literal("ok") }).openapi("Live");
const Ready = z.strictObject({ status: z.literal("ready") }).openapi("Ready");
const Document = z.looseObject({ openapi: z.literal("3.1.0") }).openapi("OpenAPI");

const strings = () => z.array(z.string()).min(1);
const location = () =>
  z.string().describe("http://…, https://…, s3://BUCKET/KEY or shared:PATH, as the server allows");

/** Options that a body may bring, since an address has no room for long ones. */
const LISTS = Object.fromEntries(BODY_LISTS.map((name) => [
  name,
  z.array(z.string().min(1)).optional().describe(`In place of the query's \`${name}\``),
]));

/**
 * A JSON body that is counted. Only the description names the bare array: from a union with an array,
 * openapi-python-client 0.29.1 makes a client that raises at every call.
 */
export const JSON_INPUT = z.union([
  z.strictObject({ words: strings().describe("Each one token as it is"), ...LISTS }),
  z.strictObject({ text: z.string(), ...LISTS }),
  z.strictObject({ texts: strings(), ...LISTS }),
  z.strictObject({ url: location(), ...LISTS }),
  z.strictObject({ urls: z.array(location()).min(1), ...LISTS }),
]).describe("A bare array of words is taken as well").openapi("JsonInput");

/** A line of a body of JSON lines. */
export const NDJSON_INPUT = z.string().describe(
  "JSON documents, one a line: strings, each one token, or objects whose member `text` is a text; " +
    "all of one kind",
);

/** A form whose files and texts are counted as one input. */
export const FORM_INPUT = z.looseObject({
  text: z.string().optional().describe("A text; may be given many times, beside any files"),
  ...Object.fromEntries(BODY_LISTS.map((name) => [
    name,
    z.string().optional().describe(
      `The query's \`${name}\`, a line each, before any text of multipart/form-data`,
    ),
  ])),
}).openapi("FormInput");

/** Every document that is answered, by name. */
export const SCHEMAS = {
  CountResult,
  CountAnswer,
  Collocations,
  Comparison,
  Job,
  Jobs,
  Engine,
  Kernel,
  Kernels,
  KernelTrial,
  Access,
  StopLanguages,
  StopList,
  Health,
  Live,
  Ready,
  OpenAPI: Document,
} as const satisfies Record<string, z.ZodType>;

/** The name of a document. */
export type SchemaName = keyof typeof SCHEMAS;
