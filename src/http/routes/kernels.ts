import { Decimal } from "../../contract/decimals.ts";
import type { KernelDocument, KernelListDocument } from "../../contract/documents.ts";
import { RAW_JSON } from "../../contract/raw_json.ts";
import type { KernelTrier } from "../../kernels/kernel_trier.ts";
import { describeKernel, describeOwnKernel, kernelPathOf } from "../answer/kernel_document.ts";
import type { AppContext } from "../app_context.ts";
import type { Caller } from "../door/caller.ts";
import type { RequestScope } from "../door/request_scope.ts";
import { parseTryQuery, queryText, refuseQuery } from "../read/query.ts";
import { readRecord, readSentKernel } from "../read/sent_kernel.ts";
import { byRequest, type Route, type RouteHandler } from "../route.ts";
import {
  DECLARATIONS_DOC,
  GET_KERNEL_DOC,
  GET_SOURCE_DOC,
  LIST_KERNELS_DOC,
  REMOVE_KERNEL_DOC,
  SEND_KERNEL_DOC,
  TRY_KERNEL_DOC,
} from "./kernels_docs.ts";

/** Answers a request about one kernel. */
type KernelHandler = (
  request: Request,
  name: string,
  caller: Caller,
  scope: RequestScope,
) => Promise<Response>;

const JSON_HEADERS = { "content-type": "application/json", "cache-control": "no-store" };
const SOURCE_HEADERS = { "content-type": "text/typescript; charset=utf-8" };

/** The kernels that jobs may run: those that come with the server, and those of clients. */
export function createKernelRoutes(context: AppContext): Route[] {
  const { trier } = context;
  return [
    {
      path: "/v1/kernels",
      methods: {
        GET: { handle: byRequest(createListHandler(context)), docs: LIST_KERNELS_DOC },
        POST: {
          handle: byRequest(createSendHandler(context)),
          docs: SEND_KERNEL_DOC,
          access: "kernels",
        },
      },
    },
    {
      path: "/v1/kernels/sdk.d.ts", // before the route that would take it for a kernel
      methods: {
        GET: { handle: byRequest(createDeclarationsHandler(context)), docs: DECLARATIONS_DOC },
      },
    },
    {
      path: "/v1/kernels/:kernel",
      methods: {
        GET: { handle: byKernel(createKernelHandler(context)), docs: GET_KERNEL_DOC },
        DELETE: {
          handle: byKernel(createRemoveHandler(context)),
          docs: REMOVE_KERNEL_DOC,
          access: "kernels",
        },
      },
    },
    {
      path: "/v1/kernels/:kernel/source",
      methods: { GET: { handle: byKernel(createSourceHandler(context)), docs: GET_SOURCE_DOC } },
    },
    ...(trier === undefined ? [] : [createTryRoute(context, trier)]),
  ];
}

/** A handler of a path whose `:kernel` names one. */
function byKernel(handle: KernelHandler): RouteHandler {
  return (c, scope) => handle(c.req.raw, c.req.param("kernel")!, scope.caller, scope);
}

/** `GET /v1/kernels`: every kernel that the caller's jobs may run. */
function createListHandler(
  { engine, kernels }: AppContext,
): (request: Request, caller: Caller) => Promise<Response> {
  return async (request, caller) => {
    refuseQuery(queryText(request.url));
    warmFor(caller, kernels);
    const own = (await engine.kernels()).map(describeOwnKernel);
    const others = (await kernels.list(caller.tenant)).map(describeKernel);
    return answer({ kernels: [...own, ...others], compiles: kernels.compiles });
  };
}

/** Who reads about kernels and may send one is likely to do so. */
function warmFor({ rights }: Caller, kernels: AppContext["kernels"]): void {
  if (rights.includes("kernels")) kernels.warm();
}

/** `POST /v1/kernels`: keeps a kernel; 200 if it is there already. */
function createSendHandler(
  { kernels, options }: AppContext,
): (request: Request, caller: Caller, scope: RequestScope) => Promise<Response> {
  return async (request, { tenant }, { via: { prefix } }) => {
    refuseQuery(queryText(request.url));
    const sent = await readSentKernel(request, options);
    const { kernel, isNew } = await kernels.push(sent, tenant);
    const location = kernelPathOf(kernel.id, prefix);
    return answer(describeKernel(kernel), isNew ? 201 : 200, { location });
  };
}

/** `GET /v1/kernels/sdk.d.ts`: what editors know the module `millrace` by. */
function createDeclarationsHandler(
  { kernels }: AppContext,
): (request: Request, caller: Caller) => Promise<Response> {
  return async (request, caller) => {
    refuseQuery(queryText(request.url));
    warmFor(caller, kernels);
    return new Response(await kernels.declarations(), { headers: SOURCE_HEADERS });
  };
}

/** `GET /v1/kernels/:kernel`: what a kernel says of itself. */
function createKernelHandler({ engine, kernels }: AppContext): KernelHandler {
  return async (request, name, { tenant }) => {
    refuseQuery(queryText(request.url));
    const own = (await engine.kernels()).find((each) => each.name === name);
    return answer(own ? describeOwnKernel(own) : describeKernel(await kernels.find(name, tenant)));
  };
}

/** `GET /v1/kernels/:kernel/source`: what a kernel was compiled from. */
function createSourceHandler({ kernels }: AppContext): KernelHandler {
  return async (request, name, { tenant }) => {
    refuseQuery(queryText(request.url));
    return new Response(await kernels.source(name, tenant), { headers: SOURCE_HEADERS });
  };
}

/** `DELETE /v1/kernels/:kernel`: forgets a kernel of the caller. */
function createRemoveHandler({ kernels }: AppContext): KernelHandler {
  return async (request, name, { tenant }) => {
    refuseQuery(queryText(request.url));
    await kernels.remove(name, tenant);
    return new Response(null, { status: 204 });
  };
}

/** `POST /v1/kernels/:kernel/try`: what a kernel makes of one record. */
function createTryRoute({ kernels, options }: AppContext, trier: KernelTrier): Route {
  const handle: KernelHandler = async (request, name, { tenant }) => {
    const given = parseTryQuery(queryText(request.url));
    const choice = await kernels.choose({ name, options: given }, tenant);
    const kernel = await kernels.prepare(choice, tenant);
    return answer(await trier.try(kernel, await readRecord(request, options)));
  };
  return {
    path: "/v1/kernels/:kernel/try",
    methods: { POST: { handle: byKernel(handle), docs: TRY_KERNEL_DOC } },
  };
}

/** No cache may keep it, since the next answer may differ. */
function answer(
  document:
    | KernelDocument
    | KernelListDocument
    | Awaited<ReturnType<KernelTrier["try"]>>,
  status = 200,
  headers: Record<string, string> = {},
): Response {
  const body = JSON.stringify(document, writeDigits) + "\n";
  return new Response(body, { status, headers: { ...JSON_HEADERS, ...headers } });
}

/** Writes integers of 64 bits and decimals with all of their digits, which a double may not hold. */
function writeDigits(_member: string, value: unknown): unknown {
  const hasDigits = typeof value === "bigint" || value instanceof Decimal;
  return hasDigits ? RAW_JSON.rawJSON(String(value)) : value;
}
