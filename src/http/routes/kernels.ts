import type { AppContext } from "../app_context.ts";
import { queryText, refuseQuery } from "../read/query.ts";

/** `GET /v1/kernels`: what each kernel says of itself. */
export function createKernelsHandler(context: AppContext): (request: Request) => Promise<Response> {
  return async (request) => {
    refuseQuery(queryText(request.url));
    return Response.json({ kernels: await context.engine.kernels() });
  };
}
