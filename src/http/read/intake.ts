import { createHash, type Hash } from "node:crypto";
import { ignoreError, own } from "../../async/own.ts";
import type { JobHandle, SubmitOptions } from "../../engine/job_contract.ts";
import { ByteSource, type SourceLimits } from "../../input/source.ts";
import { completeCountOptions, type CountOptions } from "../../contract/options.ts";
import type { Replay } from "../../jobs/job_keeper.ts";
import type { Seal } from "../../store/seal.ts";
import type { SealedBlobs, SealedWriter } from "../../store/sealed_blobs.ts";
import { createJobId, type SpooledRequest } from "../../store/job_record.ts";
import { tapStream } from "../../intake/tap_stream.ts";
import { applyContentType, createInputLimits, createInputReader } from "./body.ts";
import type { AppContext } from "../app_context.ts";
import { type CountQuery, parseCountQuery, parseKeptQuery, queryText } from "./query.ts";
import { giveUpBody } from "../door/refused_body.ts";

/** Headers that decide how a body is read, and are kept with it. */
const KEPT_HEADERS = ["content-type", "content-encoding"];

/** Bytes that are hashed at once. */
const HASH_BYTES = 64 * 1024;

/** A job whose whole input is here, and what was kept of it on the way. */
export interface Intake {
  job: JobHandle;
  query: CountQuery;
  /** Present when the input is spooled, under the job's id. */
  request?: SpooledRequest;
  /** Present when it was asked for; see createFingerprint. */
  fingerprint?: string;
}

/** What to do with a request's input beside counting it. */
export interface IntakeOptions {
  tenant: string | undefined;
  /** The request's name, for observers. */
  requestId?: string;
  /** Where to spool it, if it is to outlive the process. */
  inputs?: SealedBlobs;
  fingerprint?: boolean;
}

type Begun = Pick<Intake, "job" | "query">;

/**
 * Gives the function that takes in what a job shall count: while the engine reads the body, it is
 * spooled and fingerprinted, so that it is read once. Resolves when all of it is here, and safe.
 *
 * The body is kept as it came, whatever it is wrapped in: counting it again is taking in the same
 * request again.
 *
 * @throws {JobError} What is wrong with the request or its body; nothing is left of it then.
 */
export function createIntake(
  context: Pick<AppContext, "engine" | "options">,
): (request: Request, options: IntakeOptions) => Promise<Intake> {
  const begin = createBegin(context);
  return async (request, { tenant, requestId, inputs, fingerprint }) => {
    const id = createJobId();
    const spool = inputs && new Spool(inputs, id);
    const hash = fingerprint ? beginFingerprint(request) : undefined;
    const tapped = tapRequest(request, spool, hash);
    let begun: Begun;
    try {
      begun = begin(tapped, { id, tenant, requestId });
    } catch (error) {
      // The request's own body is locked by the tap: who refuses the request cannot give it up.
      if (tapped !== request) giveUpBody(tapped);
      await spool?.abort(); // what reads small bodies has begun before the engine refused
      throw error;
    }
    const { job } = begun;
    own(job.done, ignoreError); // what fails before the input is here is told by `received`
    try {
      await job.received;
      const seal = await spool?.commit().catch((error) => {
        job.cancel();
        throw error;
      });
      return {
        ...begun,
        request: seal && describeRequest(request, seal),
        fingerprint: hash?.digest("hex"),
      };
    } catch (error) {
      await spool?.abort();
      throw error;
    }
  };
}

/** Gives the function that counts a spooled input again. */
export function createReplayBegin(
  context: Pick<AppContext, "engine" | "options">,
): Replay["begin"] {
  const begin = createBegin(context);
  return async ({ id, tenant, options }, { query, headers, bytes }, input) => {
    const request = new Request(`http://localhost/v1/jobs?${query}`, {
      method: "POST",
      headers: { ...headers, "content-length": String(bytes) },
      body: input,
    });
    try {
      return begin(request, { id, tenant }, options).job;
    } catch (error) {
      await input.cancel().catch(() => {}); // it may be locked by who failed
      throw error;
    }
  };
}

/**
 * The engine is asked for every key: `top`, `min` and the output are what the result shows unless
 * its reader asks otherwise. A request that was kept is counted by the options that were.
 */
function createBegin(
  { engine, options }: Pick<AppContext, "engine" | "options">,
): (
  request: Request,
  terms: Pick<SubmitOptions, "id" | "tenant" | "requestId">,
  kept?: CountOptions,
) => Begun {
  const readInput = createInputReader(options);
  return (request, terms, kept) => {
    const text = queryText(request.url);
    const query = kept === undefined
      ? applyContentType(request, parseCountQuery(text))
      : parseKeptQuery(text, kept);
    const { input, limits } = readInput(request, query);
    const count = completeCountOptions({ ...query.count, top: 0, min: 1 });
    return { query, job: engine.submit(input, count, { ...limits, ...terms }) };
  };
}

/**
 * Gives the function that tells one request from another: by its query, the headers that decide
 * how its body is read, and the body, all of which it reads.
 *
 * @throws {JobError} As ByteSource: a body that nobody will count has the same bounds.
 */
export function createFingerprint(
  { options }: Pick<AppContext, "options">,
): (request: Request) => Promise<string> {
  const limitsOf = createInputLimits(options);
  return async (request) => {
    const hash = beginFingerprint(request);
    const { body, headers } = request;
    if (body !== null) await hashBody(body, limitsOf(headers.get("content-length")), hash);
    return hash.digest("hex");
  };
}

async function hashBody(
  body: ReadableStream<Uint8Array>,
  limits: SourceLimits,
  hash: Hash,
): Promise<void> {
  const source = new ByteSource(body, limits);
  let buffer = new Uint8Array(HASH_BYTES);
  try {
    while (true) {
      const read = await source.read(buffer, 0);
      if (read.added === 0) return;
      buffer = read.buffer;
      hash.update(buffer.subarray(0, read.added));
    }
  } catch (error) {
    source.cancel(error);
    throw error;
  }
}

function beginFingerprint(request: Request): Hash {
  const { query, headers } = describeRequest(request);
  return createHash("sha256").update(JSON.stringify([query, headers]));
}

/** @param seal Of the body; none where it is not kept. */
function describeRequest({ url, headers }: Request, seal?: Seal): SpooledRequest {
  const kept: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = headers.get(name);
    if (value !== null) kept[name] = value;
  }
  return { query: queryText(url), headers: kept, bytes: seal?.bytes ?? 0, seal };
}

/** The request itself when nobody wants to see its body. */
function tapRequest(request: Request, spool: Spool | undefined, hash: Hash | undefined): Request {
  const { url, method, headers, body } = request;
  if (body === null || (!spool && !hash)) return request;
  const tapped = tapStream(body, (bytes) => {
    hash?.update(bytes);
    return spool?.write(bytes);
  });
  return new Request(url, { method, headers, body: tapped });
}

/** A blob that exists from its first byte on: most requests that are refused leave none. */
class Spool {
  readonly #inputs: SealedBlobs;
  readonly #name: string;
  #writer: SealedWriter | undefined;
  #opening: Promise<void> | undefined;
  #aborted = false;

  constructor(inputs: SealedBlobs, name: string) {
    this.#inputs = inputs;
    this.#name = name;
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#aborted) return undefined; // a refused request may be read on for a while
    return this.#writer ? this.#writer.write(bytes) : this.#opening = this.#open(bytes);
  }

  async commit(): Promise<Seal> {
    this.#writer ??= await this.#inputs.create(this.#name);
    return await this.#writer.commit();
  }

  async abort(): Promise<void> {
    this.#aborted = true;
    await this.#opening?.catch(() => {}); // told to who reads the stream
    await this.#writer?.abort();
  }

  async #open(bytes: Uint8Array): Promise<void> {
    this.#writer = await this.#inputs.create(this.#name);
    if (!this.#aborted) await this.#writer.write(bytes);
  }
}
