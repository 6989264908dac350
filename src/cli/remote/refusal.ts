import type { MillraceError } from "../../client/mod.ts";
import { EXIT } from "../terminal/exit_codes.ts";
import { asFlags, CommandError } from "../terminal/explain.ts";

const HOW_TO_GET_A_KEY =
  "Who runs the server makes a key with: millrace keys add TENANT. Give it " +
  "in MILLRACE_API_KEY or --api-key-file";

/** What to do on a command line, by the code of a problem. */
const ADVICE: Readonly<Record<string, string>> = {
  "unknown-kernel": "List them with: millrace kernels",
  "unknown-job": "List them with: millrace jobs",
  "not-mergeable": "Lists are made with the options of the jobs by -t, -c and -n",
  "payload-too-large": "Count it here, without --server; or raise the limit of the server",
};

/** What a refused request sounds like on a command line; the server speaks of requests of HTTP. */
export function refusalOf(error: MillraceError): CommandError {
  const { status, code, requestId } = error;
  if (error.type === "about:blank") return otherServer(`its answer is ${status}`);
  const request = requestId === undefined ? "" : `Request ${requestId}`;
  const toDo = status === 401 ? HOW_TO_GET_A_KEY : ADVICE[code] ?? "";
  const advice = [toDo, request].filter((line) => line !== "").join("\n");
  return new CommandError(asFlags(error.message), advice, EXIT.refused);
}

/** What has answered is something else. */
export function otherServer(reason: string): CommandError {
  const message = `Cannot use the server: no Millrace answers there, ${reason}`;
  return new CommandError(message, "Name another with --server", EXIT.refused);
}
