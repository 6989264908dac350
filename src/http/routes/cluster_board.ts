import { ignoreError, own } from "../../async/own.ts";
import { settledWithin } from "../../async/settled_within.ts";
import { JobError } from "../../contract/problems.ts";
import type { OperationDoc } from "../../openapi/operation.ts";
import type { AppContext } from "../app_context.ts";
import { pathOf } from "../door/address.ts";
import { byRequest, type Route } from "../route.ts";

const ROOT = "/v1/cluster/board";

/** Segments below the root, of scripts and of what they ask for. */
const DEEPEST = 5;

/** How long Redis may take to answer what the page asks for. */
const MOST_SILENCE_MS = 5000;

/** The page sets styles on elements, and wants fonts of another site, which it does without. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const BOARD_DOC: Omit<OperationDoc, "id"> = {
  tag: "Operations",
  summary: "A page about the queue of the cluster",
  about: "By bull-board, which only reads here.",
  ignoresQuery: true,
  answers: { 200: { about: "The page, or what it asks for" } },
  problems: ["engine_unavailable"],
};

/** The page about the queue of a cluster, on its nodes: nobody can change anything by it. */
export function createBoardRoutes({ board, options: { basePath = "" } }: AppContext): Route[] {
  if (!board) return [];
  const root = basePath + ROOT;
  const handle = async (request: Request) => {
    const { search } = new URL(request.url);
    const url = new URL(basePath + pathOf(request.url, basePath) + search, request.url);
    const answering = board(root, new Request(url, { headers: request.headers }));
    if (!await settledWithin([answering], { timeoutMs: MOST_SILENCE_MS })) {
      own(answering, ignoreError);
      throw new JobError("engine_unavailable", "Cannot show the queue: Redis does not answer");
    }
    const answer = await answering;
    const headers = new Headers(answer.headers);
    headers.set("content-security-policy", POLICY);
    headers.set("cache-control", "no-store");
    return new Response(answer.body, { status: answer.status, headers });
  };
  return Array.from({ length: DEEPEST + 1 }, (_, depth) => ({
    path: ROOT + Array.from({ length: depth }, (_, i) => `/:part${i + 1}`).join(""),
    methods: {
      GET: { handle: byRequest(handle), docs: { ...BOARD_DOC, id: `getClusterBoard${depth}` } },
    },
    access: "observe",
  }));
}
