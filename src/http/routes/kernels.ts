import type { OperationDoc } from "../../openapi/operation.ts";
import type { AppContext } from "../app_context.ts";
import { queryText, refuseQuery } from "../read/query.ts";
import { byRequest, type Route } from "../route.ts";

const KERNELS_DOC: OperationDoc = {
  id: "getKernels",
  tag: "About",
  summary: "What the kernels say of themselves",
  brief: "what can be counted, and how",
  answers: { 200: { about: "Every kernel", content: { "application/json": "Kernels" } } },
};

/** What the kernels can do. */
export function createKernelRoutes(context: AppContext): Route[] {
  return [{
    path: "/v1/kernels",
    methods: { GET: { handle: byRequest(createKernelsHandler(context)), docs: KERNELS_DOC } },
  }];
}

/** `GET /v1/kernels`: what each kernel says of itself. */
function createKernelsHandler(context: AppContext): (request: Request) => Promise<Response> {
  return async (request) => {
    refuseQuery(queryText(request.url));
    return Response.json({ kernels: await context.engine.kernels() });
  };
}
