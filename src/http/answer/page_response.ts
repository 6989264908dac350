import { ifNoneMatch } from "../read/std_http.ts";
import { digest } from "../../digest.ts";

/** What a page without scripts may load: its own style, and nothing from anywhere. */
export function readingPolicy(styleHash: string): string {
  return "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
    `style-src '${styleHash}'`;
}

/** What a page or another text for people needs to be answered. */
export interface PageContent {
  text: string;
  /** With its charset. */
  contentType: string;
  /** `Content-Security-Policy` of a page. @default {none: it is no page} */
  policy?: string;
  /** Request headers that decide which text it is. */
  vary?: string;
}

/** Answers with a text that changes with the server's version alone; `304` if the client has it. */
export async function createPageResponse(
  request: Request,
  { text, contentType, policy, vary }: PageContent,
): Promise<Response> {
  const etag = `"${await digest(text)}"`;
  const headers = new Headers({ "cache-control": "no-cache", etag });
  if (vary !== undefined) headers.set("vary", vary);
  if (!ifNoneMatch(request.headers.get("if-none-match"), etag)) {
    return new Response(null, { status: 304, headers });
  }
  headers.set("content-type", contentType);
  if (policy !== undefined) headers.set("content-security-policy", policy);
  return new Response(text, { headers });
}
