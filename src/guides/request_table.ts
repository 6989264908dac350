import { createApp } from "../app.ts";
import type { AppContext } from "../http/app_context.ts";
import { type Access, accessOf } from "../http/route.ts";
import type { MarkdownTable } from "./markdown_table.ts";

/** Where the guides say more, by the route's path. */
const MORE: Readonly<Record<string, string>> = {
  "/v1/count": "see [Counting](#counting)",
  "/v1/jobs": "see [Jobs](#jobs)",
  "/v1/jobs/:id/events": "see [Events](#events)",
  "/v1/kernels": "see [Kernels of your own](#kernels-of-your-own)",
  "/v1/stop": "see [Stop words](#stop-words)",
  "/metrics": "see [Metrics](../cli/README.md#metrics)",
  "/readyz": "see [Probes](../cli/README.md#probes)",
};

/** Routes are made for a server; of this one nothing is asked. */
const NO_SERVER = { engine: {}, jobs: {}, trier: {}, options: {} } as unknown as AppContext;

/** Every method of every route, and which right its callers need. */
export function createRequestTable(): MarkdownTable {
  const rows = createApp(NO_SERVER).table.flatMap((route) => {
    const { path, methods } = route;
    return Object.entries(methods).map(([method, { docs }]) => [
      `\`${method} ${path}\``,
      Object.hasOwn(MORE, path) ? `${docs.summary}: ${MORE[path]}` : docs.summary,
      describeAccess(accessOf(route, method)),
    ]);
  });
  return [["request", "for", "right"], ...rows];
}

function describeAccess(access: Access): string {
  if (access === "everybody") return "none";
  return access === "any key" ? access : `\`${access}\``;
}
