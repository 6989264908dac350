import type { ApiKeyRing } from "../access/api_key_ring.ts";
import { Networks } from "../access/networks.ts";
import type { AppContext } from "../http/app_context.ts";
import { createDoor } from "../http/door/door.ts";
import type { RequestGate } from "../http/door/gate.ts";
import { observe } from "../http/door/observe.ts";
import type { RequestScope } from "../http/door/request_scope.ts";
import { mountRoutes } from "../http/mount_routes.ts";
import type { Route, RouteHandler } from "../http/route.ts";
import type { HttpMetrics } from "../observe/http_metrics.ts";
import { type HandedOver, HandOver } from "./hand_over.ts";
import type { ListenerOptions } from "./messages.ts";

/** Stands for what no short text needs; a request that does need it is handed over. */
export const OF_MAIN = new Proxy({}, {
  get: () => () => {
    throw new HandOver();
  },
}) as AppContext["kernels"] & AppContext["grouper"];

/** What the front of a listener thread is made of. */
export interface ShortFrontParts {
  /** Those of short texts. Their handlers throw a HandOver for what they cannot answer. */
  routes: readonly Route[];
  options: ListenerOptions;
  keys: ApiKeyRing | undefined;
  gate: RequestGate;
  metrics: HttpMetrics;
  handedOver: HandedOver;
}

/**
 * What answers short texts on a listener thread: the door, the observer and the routes of the main
 * thread. What turns out to be none is handed over as it came, and is as if it had never been here.
 */
export function createShortFront(
  { routes, options, keys, gate, metrics, handedOver }: ShortFrontParts,
): (request: Request, connection: Deno.ServeHandlerInfo) => Promise<Response> {
  const { basePath, hosts, corsOrigins, accessLog } = options;
  const trustProxy = options.trustProxy === undefined
    ? undefined
    : Networks.parse(options.trustProxy) ?? undefined;
  const table = routes.map((route) => ({ ...route, methods: withHandOver(route, handedOver) }));
  const app = mountRoutes(table, metrics, { options });
  const door = createDoor({ app, gate, keys, basePath, hosts, corsOrigins, trustProxy });
  return observe(door, { metrics, accessLog });
}

function withHandOver({ methods }: Route, handedOver: HandedOver): Route["methods"] {
  const wrap = (handle: RouteHandler): RouteHandler => async (c, scope) => {
    const request = c.req.raw;
    const keptBody = keepBody(request);
    try {
      return await handle(c, scope);
    } catch (error) {
      if (!(error instanceof HandOver)) throw error;
      return await handOver(request, scope, await keptBody(), handedOver);
    }
  };
  return Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [
      name,
      { ...method, handle: wrap(method.handle) },
    ]),
  );
}

/**
 * Keeps the body of a request if it is read whole.
 *
 * @returns Gives what was read; undefined if nothing was.
 */
function keepBody(request: Request): () => Promise<ArrayBuffer> | undefined {
  let whole: Promise<ArrayBuffer> | undefined;
  const read = request.arrayBuffer;
  request.arrayBuffer = () => whole ??= read.call(request);
  return () => whole;
}

function handOver(
  request: Request,
  scope: RequestScope,
  body: ArrayBuffer | undefined,
  handedOver: HandedOver,
): Promise<Response> {
  scope.isHandedOver = true;
  return handedOver.answer(request, scope.connection!, body && new Uint8Array(body));
}
