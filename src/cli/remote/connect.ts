import { Millrace } from "../../client/mod.ts";
import { EVENT_STREAM, MEDIA_TYPES } from "../../contract/media_types.ts";
import { CommandError, usageError } from "../terminal/explain.ts";
import { systemReason } from "../terminal/system_reason.ts";
import { otherServer } from "./refusal.ts";
import { DEFAULT_SERVER, type ServerChoice } from "./server_options.ts";

const HOW_TO_START =
  "Start one with: millrace serve; or name another: --server URL, MILLRACE_SERVER";

/**
 * Gives what makes clients of the server that the options name.
 *
 * @param onLoss Called when the server cannot be reached. @default {nothing}
 * @returns A client whose bodies are of a media type.
 * @throws {CommandError} If the options name none.
 */
export async function connectTo(
  choice: Pick<ServerChoice, "server" | "apiKeyFile">,
  onLoss: () => void = () => {},
): Promise<(contentType?: string) => Millrace> {
  const baseUrl = readUrl(choice.server || DEFAULT_SERVER);
  const key = await readKey(choice.apiKeyFile);
  return (contentType) => {
    const fetch = (address: string, init: RequestInit) => {
      const headers = new Headers(init.headers);
      if (contentType !== undefined) headers.set("content-type", contentType);
      return reach(baseUrl, address, { ...init, headers }, onLoss);
    };
    return new Millrace({ baseUrl, key, fetch, maxRetries: 1 });
  };
}

function readUrl(text: string): string {
  const url = URL.parse(text);
  const isHttp = url?.protocol === "http:" || url?.protocol === "https:";
  if (isHttp && url.username === "" && url.password === "") return url.href.replace(/\/+$/, "");
  const shown = url?.password ? "the address" : `'${text}'`;
  throw usageError(`Cannot ask a server: ${shown} is not http://HOST:PORT`, "Say --server URL");
}

/** The key is shown to nobody, also where it is none. */
async function readKey(file: string | undefined): Promise<string | undefined> {
  const text = file === undefined ? Deno.env.get("MILLRACE_API_KEY") : await readKeyFile(file);
  const key = text?.trim() || undefined;
  if (file !== undefined && key === undefined) {
    throw usageError(`Cannot use the API key of ${file}: the file is empty`, "");
  }
  if (key === undefined || /^[!-~]+$/.test(key)) return key;
  throw usageError(`Cannot use the API key of ${file ?? "MILLRACE_API_KEY"}: it is not one word`);
}

async function readKeyFile(file: string): Promise<string> {
  try {
    return await Deno.readTextFile(file);
  } catch (error) {
    throw usageError(`Cannot read the API key: ${(error as Error).message}`, "");
  }
}

async function reach(
  url: string,
  address: string,
  init: RequestInit,
  onLoss: () => void,
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, init);
  } catch (error) {
    init.signal?.throwIfAborted();
    onLoss();
    throw new CommandError(`Cannot reach a server at ${url}: ${reasonOf(error)}`, HOW_TO_START);
  }
  const stranger = strangenessOf(response);
  if (stranger === undefined) return response;
  await response.body?.cancel();
  throw otherServer(stranger);
}

/** What Millrace answers programs with. */
const TYPES = new Set(
  [...Object.values(MEDIA_TYPES), EVENT_STREAM, "text/typescript"].map(withoutParameters),
);

/** Why an answer is none of Millrace; undefined if it may be one, or if a proxy has refused. */
function strangenessOf({ ok, body, headers }: Response): string | undefined {
  const type = withoutParameters(headers.get("content-type") ?? "");
  if (type === "text/html") return "but a page for browsers";
  if (!ok || body === null || TYPES.has(type)) return undefined;
  return `its answer is ${type === "" ? "of no media type" : type}`;
}

function withoutParameters(type: string): string {
  return type.split(";", 1)[0].trim().toLowerCase();
}

/** The innermost and last part of what `fetch` says, such as `Connection refused`. */
function reasonOf(error: unknown): string {
  const { cause } = error as Error;
  if (cause instanceof Error) return reasonOf(cause);
  return systemReason(error as Error).split(": ").at(-1)!;
}
