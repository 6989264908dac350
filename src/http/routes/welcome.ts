import { COUNT_PARAMETERS, OUTPUT_PARAMETERS } from "../../contract/options.ts";
import type { OperationDoc } from "../../openapi/operation.ts";
import { siteOf } from "../door/via.ts";
import type { Route } from "../route.ts";

const WELCOME_DOC: OperationDoc = {
  id: "getWelcome",
  tag: "About",
  summary: "What this is and one line to try",
  ignoresQuery: true,
  answers: {
    200: { about: "A text for people", content: { "text/plain; charset=utf-8": "text" } },
  },
};

/**
 * `GET /`: what this is and one line to try.
 *
 * @param table All routes, this one among them; it is read at each request.
 */
export function createWelcomeRoutes(table: readonly Route[]): Route[] {
  return [{
    path: "/",
    methods: {
      GET: {
        handle: (c, { via }) =>
          new Response(formatWelcome(siteOf(c.req.raw, via), table), {
            headers: { "content-type": "text/plain; charset=utf-8" },
          }),
        docs: WELCOME_DOC,
      },
    },
    access: "everybody",
  }];
}

/** A line for a shell that shows the server at work. */
export function formatExample(site: string): string {
  return `echo 'to be or not to be' | curl -sT - '${site}/v1/count?top=3'`;
}

function formatWelcome(site: string, table: readonly Route[]): string {
  const { order, format, tokenizer, n } = { ...COUNT_PARAMETERS, ...OUTPUT_PARAMETERS };
  return `Millrace counts words: send a text, get its exact counts.

  ${formatExample(site)}

${formatRoutes(table)}
Query: top, min, order=${order.values.join("|")}, case=fold|preserve, format=${
    format.values.join("|")
  },
       tokenizer=${tokenizer.values.join("|")}, n=${n.least}..${n.most}, and more at /docs.
`;
}

/** A line for each method that has a brief, in columns. */
function formatRoutes(table: readonly Route[]): string {
  const rows = table.flatMap(({ path, methods }) =>
    Object.entries(methods)
      .filter(([, { docs }]) => docs.brief !== undefined)
      .map(([method, { docs }]) => ({ method, path, brief: docs.brief }))
  );
  const widest = Math.max(...rows.map(({ path }) => path.length));
  return rows.map(({ method, path, brief }) =>
    `${method.padEnd(6)} ${path.padEnd(widest)}   ${brief}\n`
  ).join("");
}
