import type { ErrorCode } from "../contract/problems.ts";
import type { Parameter } from "../contract/parameters.ts";
import type { SchemaName } from "./schemas.ts";

/**
 * What one method of one path does, for its callers. Plain data: it stands beside the handler in
 * the table of routes, and becomes OpenAPI when a client asks for the document.
 */
export interface OperationDoc {
  /** `operationId`: a verb, once in the document. */
  id: string;
  tag: Tag;
  /** A few words. */
  summary: string;
  /** What the welcome text says of it, in a few words. @default {nothing: it is left out there} */
  brief?: string;
  /** Sentences. */
  about?: string;
  /** The table that parses its query. @default {none: every query parameter is refused} */
  query?: Readonly<Record<string, Parameter>>;
  /** Request headers that matter, and what they say. */
  headers?: Readonly<Record<string, string>>;
  /** Whether the handler takes any query and reads none. @default {false} */
  ignoresQuery?: boolean;
  /** Whether it takes a text to count. */
  takesText?: boolean;
  /** What else it takes, by media type. */
  takes?: Readonly<Record<string, "text" | "bytes">>;
  /** What it answers when all is well, by status. */
  answers: Readonly<Record<number, ResponseDoc>>;
  /** What may go wrong, besides what may with every request. */
  problems?: readonly ErrorCode[];
  examples?: readonly Example[];
}

/** What operations are grouped by, in the order of the page. */
export const TAGS = ["Counting", "Jobs", "Results", "Kernels", "Operations", "About"] as const;

/** One of the tags. */
export type Tag = typeof TAGS[number];

/** What an operation answers with one status. */
export interface ResponseDoc {
  about: string;
  /** What stands in it, by media type; "text" is any text, "bytes" is none. */
  content?: Readonly<Record<string, SchemaName | "text" | "bytes">>;
  /** Headers that matter, and what they say. */
  headers?: Readonly<Record<string, string>>;
}

/** A whole request and its answer. Tests send the request and compare. */
export interface Example {
  /** Its key in the document. */
  name: string;
  summary: string;
  /** As it stands in the URL. */
  query?: string;
  body?: string;
  /** @default {none} */
  contentType?: string;
  status: number;
  mediaType: string;
  /** The document, or the text. Names, times and durations are other ones each time. */
  answer: unknown;
}

/** A path and the documentation of its methods. */
export interface DocumentedRoute {
  /** With `:id` for a segment. */
  path: string;
  methods: Readonly<Record<string, { docs: OperationDoc }>>;
  /** Which callers are answered; "everybody" needs no key. */
  access?: string;
  /** Whether it is answered while the server drains. @default {false} */
  whileDraining?: boolean;
}

/** Problems of every request. */
export const COMMON_PROBLEMS: readonly ErrorCode[] = [
  "internal",
  "uri_too_long",
  "invalid_host",
  "misdirected_host",
];

/** Problems of requests that need a key or are limited to a rate. */
export const ACCESS_PROBLEMS: readonly ErrorCode[] = [
  "missing_key",
  "invalid_key",
  "missing_right",
  "rate_limited",
];

/** Members of answers that are different each time, at any depth. */
export const VOLATILE_MEMBERS: readonly string[] = [
  "id",
  "createdAt",
  "startedAt",
  "finishedAt",
  "expiresAt",
  "requestId",
  "self",
  "result",
  "events",
  "read",
  "map",
  "reduce",
  "total",
];
