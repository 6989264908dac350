import type { TenantLimits } from "../../access/api_key_ring.ts";
import type { AccessDocument, AccessLimits } from "../../contract/documents.ts";
import type { OperationDoc } from "../../openapi/operation.ts";
import type { AppContext } from "../app_context.ts";
import type { Caller } from "../door/caller.ts";
import { queryText, refuseQuery } from "../read/query.ts";
import { byRequest, type Route } from "../route.ts";

const ACCESS_DOC: OperationDoc = {
  id: "getAccess",
  tag: "About",
  summary: "What the caller may do, and how much of it",
  brief: "what your API key may do",
  about:
    "Any key may ask, whatever its rights. Where the server has no keys, everybody may do all.",
  answers: {
    200: {
      about: "Names, rights and limits of the key",
      content: { "application/json": "Access" },
    },
  },
};

const HEADERS = { "content-type": "application/json", "cache-control": "no-store" };

/** What a caller may do. */
export function createAccessRoutes(context: AppContext): Route[] {
  return [{
    path: "/v1/access",
    methods: { GET: { handle: byRequest(createAccessHandler(context)), docs: ACCESS_DOC } },
    access: "any key",
  }];
}

/** `GET /v1/access`: what the caller may do, and how much of it. */
function createAccessHandler(
  { options, limitsOf }: AppContext,
): (request: Request, caller: Caller) => Response {
  return (request, caller) => {
    refuseQuery(queryText(request.url));
    const { maxBodyBytes: bodyBytes } = options;
    const limits = { bodyBytes, ...describeLimits(limitsOf?.(caller.tenant) ?? {}) };
    const document = { ...describeCaller(caller), limits } satisfies AccessDocument;
    return new Response(JSON.stringify(document) + "\n", { headers: HEADERS });
  };
}

function describeCaller({ tenant, rights, id, name, expiresAt = Infinity }: Caller) {
  if (id === undefined) return { rights };
  const ends = expiresAt === Infinity ? undefined : new Date(expiresAt).toISOString();
  return { tenant, key: { id, name, expiresAt: ends }, rights };
}

function describeLimits({ maxJobs, weight, rate }: TenantLimits): AccessLimits {
  const told = rate && { requests: rate.requests, windowSeconds: rate.windowMs / 1000 };
  return { jobs: maxJobs, weight, rate: told };
}
