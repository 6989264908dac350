import { ENGINE_DEFAULTS } from "../engine/engine_options.ts";
import { type MemberDoc, readMembers } from "./doc_comments.ts";
import type { MarkdownTable } from "./markdown_table.ts";

/** The options of `Engine.start`, by the comments of their interface. */
export async function createEngineOptionTable(): Promise<MarkdownTable> {
  const options = await readInterface("../engine/engine_options.ts", "EngineOptions");
  return [["engine option", "default", "meaning"], ...options.map(formatRow)];
}

/** The options of `submit` beside input and count options, likewise. */
export async function createSubmitOptionTable(): Promise<MarkdownTable> {
  const options = await readInterface("../engine/job_contract.ts", "SubmitOptions");
  const limits = await readInterface("../input/source.ts", "SourceLimits");
  return [["submit option", "default", "meaning"], ...[...options, ...limits].map(formatRow)];
}

/** The options of a client, likewise. */
export async function createClientOptionTable(): Promise<MarkdownTable> {
  const options = await readInterface("../client/transport.ts", "ClientOptions");
  return [["option", "default", "meaning"], ...options.map(formatRow)];
}

async function readInterface(path: string, name: string): Promise<MemberDoc[]> {
  return readMembers(await Deno.readTextFile(new URL(path, import.meta.url)), name);
}

function formatRow({ name, about, default: text }: MemberDoc): string[] {
  return [`\`${name}\``, formatDefault(name, text), about.replace(/\.$/, "")];
}

/** A default is code where it is a value or a name, and else words. */
function formatDefault(name: string, text = "none"): string {
  if (Object.hasOwn(ENGINE_DEFAULTS, name)) {
    const value = ENGINE_DEFAULTS[name as keyof typeof ENGINE_DEFAULTS];
    return `\`${typeof value === "object" ? JSON.stringify(value) : value}\``;
  }
  if (text === "none" || text.includes(" ")) return text.replace(/^none: .*/, "none");
  return `\`${text.replaceAll('"', "")}\``;
}
