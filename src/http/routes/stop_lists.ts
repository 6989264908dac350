import { shorten } from "../../contract/parameters.ts";
import { JobError } from "../../contract/problems.ts";
import { STOP_CODES, type StopLanguage } from "../../contract/stop_languages.ts";
import {
  describeStopList,
  isStopLanguage,
  sourcesOf,
  stopLists,
} from "../../stop_words/stop_lists.ts";
import type { OperationDoc } from "../../openapi/operation.ts";
import { requireMedia } from "../read/negotiation.ts";
import { digest } from "../../digest.ts";
import { queryText, refuseQuery } from "../read/query.ts";
import type { RequestScope } from "../door/request_scope.ts";
import { byRequest, type Route } from "../route.ts";
import { NOT_MODIFIED_DOC } from "./shared_docs.ts";
import { ifNoneMatch } from "../read/std_http.ts";
import type { Caller } from "../door/caller.ts";

const JSON_MEDIA = "application/json";
const TEXT_MEDIA = "text/plain";
const MEDIA = [JSON_MEDIA, TEXT_MEDIA];

/** Lists change with the server's version alone. */
const CACHE_CONTROL = "max-age=3600";

const LIST_HEADERS = { etag: "Names these very bytes", "cache-control": "How long it holds" };

const LANGUAGES_DOC: OperationDoc = {
  id: "getStopLanguages",
  tag: "Counting",
  summary: "The languages with stop words",
  about: "What `stop` may name. As text/plain, a code per line.",
  answers: {
    200: {
      about: "Every language",
      content: { [JSON_MEDIA]: "StopLanguages", [`${TEXT_MEDIA}; charset=utf-8`]: "text" },
      headers: LIST_HEADERS,
    },
    304: NOT_MODIFIED_DOC,
  },
  problems: ["not_acceptable"],
};

const LIST_DOC: OperationDoc = {
  id: "getStopList",
  tag: "Counting",
  summary: "The stop words of a language",
  about:
    "What `stop` leaves out, sorted; `keep` takes words out of it. As text/plain, one per line.",
  answers: {
    200: {
      about: "Its words",
      content: { [JSON_MEDIA]: "StopList", [`${TEXT_MEDIA}; charset=utf-8`]: "text" },
      headers: LIST_HEADERS,
    },
    304: NOT_MODIFIED_DOC,
  },
  problems: ["unknown_language", "not_acceptable"],
};

/** The lists of stop words. */
export function createStopRoutes(): Route[] {
  const answerList = createStopListHandler();
  return [
    {
      path: "/v1/stop",
      methods: {
        GET: { handle: byRequest(createStopLanguagesHandler()), docs: LANGUAGES_DOC },
      },
    },
    {
      path: "/v1/stop/:language",
      methods: {
        GET: { handle: (c) => answerList(c.req.raw, c.req.param("language")!), docs: LIST_DOC },
      },
    },
  ];
}

/** `GET /v1/stop`: the languages with stop words. */
function createStopLanguagesHandler(): (
  request: Request,
  caller: Caller,
  scope: RequestScope,
) => Promise<Response> {
  return async (request, _, { via: { prefix } }) => {
    refuseQuery(queryText(request.url));
    const lists = await stopLists();
    const languages = STOP_CODES.map((language) => ({
      ...summaryOf(language),
      words: lists[language].length,
      list: `${prefix}/v1/stop/${language}`,
    }));
    return await answer(request, { languages }, STOP_CODES);
  };
}

/** `GET /v1/stop/:language`: the stop words of a language, sorted. */
function createStopListHandler(): (request: Request, name: string) => Promise<Response> {
  return async (request, name) => {
    refuseQuery(queryText(request.url));
    const language = name.toLowerCase();
    if (!isStopLanguage(language)) throw unknownLanguage(name);
    const words = (await stopLists())[language];
    return await answer(request, { ...summaryOf(language), words }, words);
  };
}

function summaryOf(language: StopLanguage) {
  const { name, needsIcu } = describeStopList(language);
  const sources = sourcesOf(language);
  return { language, name, sources, ...(needsIcu && { needs: "tokenizer=icu" }) };
}

/** JSON; or a line for each item, for clients that prefer text. */
async function answer(
  request: Request,
  document: Record<string, unknown>,
  items: readonly string[],
): Promise<Response> {
  const media = requireMedia(request, MEDIA);
  const text = media === JSON_MEDIA
    ? `${JSON.stringify(document)}\n`
    : items.map((item) => `${item}\n`).join("");
  const etag = `"${await digest(text)}"`;
  const headers = { "cache-control": CACHE_CONTROL, etag, vary: "accept" };
  if (!ifNoneMatch(request.headers.get("if-none-match"), etag)) {
    return new Response(null, { status: 304, headers });
  }
  const type = media === JSON_MEDIA ? media : `${media}; charset=utf-8`;
  return new Response(text, { headers: { ...headers, "content-type": type } });
}

function unknownLanguage(name: string): JobError {
  const value = shorten(name);
  return new JobError("unknown_language", `Cannot find stop words of '${value}'`, {
    details: { value, allowed: STOP_CODES },
  });
}
