import type { Context } from "hono";
import type { Right } from "../contract/rights.ts";
import type { OperationDoc } from "../openapi/operation.ts";
import type { Caller } from "./door/caller.ts";
import type { RequestScope } from "./door/request_scope.ts";

/** Answers the requests of one method at one path. */
export type RouteHandler = (c: Context, scope: RequestScope) => Response | Promise<Response>;

/** One method of a route: its handler and its documentation. */
export interface RouteMethod {
  handle: RouteHandler;
  docs: OperationDoc;
  /** The right that a caller needs for this method. @default {that of the route} */
  access?: Right;
}

/** Who may ask: those who have a right, those who have a key, or everybody, who needs none. */
export type Access = Right | "any key" | "everybody";

/**
 * One path of the API, with everything about it. Each file of `routes/` gives the routes of its
 * resource. The app, the door, the welcome text, the OpenAPI document and the metrics are made from
 * them.
 */
export interface Route {
  /** With `:id` for a segment. */
  path: string;
  methods: Readonly<Record<string, RouteMethod>>;
  /** Who may ask. @default {"read" for GET, else "write"} */
  access?: Access;
  /** Whether it is answered while the server drains. @default {false} */
  whileDraining?: boolean;
}

/** A handler of requests that need nothing but the request and its caller. */
export function byRequest(
  handle: (
    request: Request,
    caller: Caller,
    scope: RequestScope,
  ) => Response | Promise<Response>,
): RouteHandler {
  return (c, scope) => handle(c.req.raw, scope.caller, scope);
}

/** The first route that takes a path. */
export function findRoute(routes: readonly Route[], path: string): Route | undefined {
  return routes.find((route) => takesPath(route.path, path));
}

/** Whether a route's path takes a path: `:id` stands for any one segment. */
function takesPath(route: string, path: string): boolean {
  const parts = route.split("/");
  const given = path.split("/");
  return parts.length === given.length &&
    parts.every((part, i) => part === given[i] || (part.startsWith(":") && given[i] !== ""));
}

/**
 * Tells whether the route of a path is of some kind.
 *
 * Paths are compared as they came. A path that is escaped, as `/%68ealthz` for `/healthz`, is of no
 * kind, though the app may find its route: it could be another route than the one found here.
 */
export function createPathTest(
  routes: readonly Route[],
  isChosen: (route: Route) => boolean,
): (path: string) => boolean {
  const chosen = routes.filter(isChosen).map(({ path }) => path);
  const names = new Set(chosen.filter((path) => !path.includes(":")));
  if (names.size === chosen.length) return (path) => names.has(path);
  return (path) => {
    if (names.has(path)) return true;
    if (path.includes("%")) return false;
    const route = findRoute(routes, path);
    return route !== undefined && isChosen(route);
  };
}

/** Who may use a method of a route. */
export function accessOf(route: Route, method: string): Access {
  const standard = method === "GET" ? "read" : "write";
  return route.methods[method].access ?? route.access ?? standard;
}

/** Every method that a route answers. */
export function methodsOf({ methods }: Route): string[] {
  const names = Object.keys(methods);
  return [...names, ...(names.includes("GET") ? ["HEAD"] : []), "OPTIONS"];
}
