import { ifNoneMatch } from "../read/std_http.ts";
import { digest } from "./digest.ts";

/** What a page may load: its own style, and nothing from anywhere. */
const PAGE_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'none'; style-src ";

/** What a page or another text for people needs to be answered. */
export interface PageContent {
  text: string;
  /** With its charset. */
  contentType: string;
  /** `sha256-…` of a page's one style. @default {none: it is no page} */
  styleHash?: string;
  /** Request headers that decide which text it is. */
  vary?: string;
}

/** Answers with a text that changes with the server's version alone; `304` if the client has it. */
export async function createPageResponse(
  request: Request,
  { text, contentType, styleHash, vary }: PageContent,
): Promise<Response> {
  const etag = `"${await digest(text)}"`;
  const headers = new Headers({ "cache-control": "no-cache", etag });
  if (vary !== undefined) headers.set("vary", vary);
  if (!ifNoneMatch(request.headers.get("if-none-match"), etag)) {
    return new Response(null, { status: 304, headers });
  }
  headers.set("content-type", contentType);
  if (styleHash !== undefined) {
    headers.set("content-security-policy", `${PAGE_POLICY}'${styleHash}'`);
  }
  return new Response(text, { headers });
}
