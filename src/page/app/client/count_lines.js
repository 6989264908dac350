import { addressOf, hasKey } from "./api.js";
import { curlOf, millraceOf } from "./command_lines.js";
import { CopiedLine } from "./copied_line.js";
import { html } from "./preact.js";

/**
 * Lines for a shell that count the same.
 *
 * @param {{
 *   options: import("./options.js").Options,
 *   source: import("./options.js").Source,
 * }} properties
 */
export function CountLines({ options, source }) {
  return html`
    <${CopiedLine} label="The same by curl"
      line=${curlOf(addressOf("v1/count"), options, source, hasKey())} />
    <${CopiedLine} label="The same by the command line, without a server"
      line=${millraceOf(options, source)} />
  `;
}
