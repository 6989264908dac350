import { type ErrorCode, PROBLEMS } from "../contract/problems.ts";

const HEAD = `// Written by \`deno task docs\`, from src/contract/problems.ts.

import { ProblemError } from "./millrace_error.ts";

`;

/** The module of the client that has a class for each problem. */
export function createErrorClasses(): string {
  const codes = Object.keys(PROBLEMS) as ErrorCode[];
  const classes = codes.map((code) => {
    const { title, status } = PROBLEMS[code];
    return `/** ${title} (${status}). */\n` +
      `export class ${classNameOf(code)} extends ProblemError<"${code}"> {}\n`;
  });
  const rows = codes.map((code) => `  ${code}: ${classNameOf(code)},\n`);
  return HEAD + classes.join("\n") +
    `\n/** The class of every problem, by its code. */\nexport const ERROR_CLASSES = {\n` +
    `${rows.join("")}};\n`;
}

/** `job_timeout` is a `JobTimeoutError`. */
function classNameOf(code: ErrorCode): string {
  return code.split("_").map((word) => word[0].toUpperCase() + word.slice(1)).join("") + "Error";
}
