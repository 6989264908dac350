import { once } from "../../async/once.ts";
import { JobError } from "../../contract/problems.ts";
import { EXAMPLE_ORIGIN, EXAMPLE_SITE } from "../../openapi/example_site.ts";
import type { OperationDoc } from "../../openapi/operation.ts";
import { folderOf, type Guide, GUIDES } from "../../page/guides.ts";
import { createPageResponse, type PageContent, readingPolicy } from "../answer/page_response.ts";
import type { RequestScope } from "../door/request_scope.ts";
import { siteOf } from "../door/via.ts";
import { requireMedia } from "../read/negotiation.ts";
import { queryText, refuseQuery } from "../read/query.ts";
import type { Route } from "../route.ts";
import { NOT_MODIFIED_DOC } from "./shared_docs.ts";

const HTML_MEDIA = "text/html";
const MARKDOWN_MEDIA = "text/markdown";

/** Programs take anything and get the first; browsers ask for the second. */
const MEDIA = [MARKDOWN_MEDIA, HTML_MEDIA];

const NAMES = GUIDES.map(({ name }) => name);

const GUIDE_DOC: OperationDoc = {
  id: "getGuide",
  tag: "About",
  summary: "A guide, as a page or as Markdown",
  brief: `a guide: ${NAMES.slice(0, 3).join(", ")} and others`,
  about:
    `One of ${NAMES.map((name) => `\`${name}\``).join(", ")}: a page for clients that ask for ` +
    "text/html, as browsers do, and else its Markdown. The name of a guide's folder leads to it, " +
    "too: `cli` to `running`.",
  answers: {
    200: {
      about: "The guide, with the address of this server in its examples",
      content: {
        [`${HTML_MEDIA}; charset=utf-8`]: "text",
        [`${MARKDOWN_MEDIA}; charset=utf-8`]: "text",
      },
      headers: { etag: "Names these very bytes" },
    },
    304: NOT_MODIFIED_DOC,
    308: {
      about: "It goes by another name; this one is that of its folder",
      headers: { location: "The guide's address, relative to this one" },
    },
  },
  problems: ["not_found", "not_acceptable"],
};

/**
 * The guides of the repository. Each is read and rendered when a client first asks for it, and only
 * then is the module loaded that renders it.
 */
export function createGuideRoutes(): Route[] {
  const makers = new Map(GUIDES.map((guide) => [guide.name, createMakers(guide)]));
  const answer = async (request: Request, name: string, { via }: RequestScope) => {
    refuseQuery(queryText(request.url));
    const guide = makers.get(name);
    if (guide === undefined) return redirect(name);
    const isPage = requireMedia(request, MEDIA) === HTML_MEDIA;
    const { text, ...rest } = await (isPage ? guide.page() : guide.markdown());
    return createPageResponse(request, {
      ...rest,
      text: text.replaceAll(EXAMPLE_SITE, siteOf(request, via))
        .replaceAll(EXAMPLE_ORIGIN, siteOf(request, { ...via, prefix: "" })),
      vary: "accept",
    });
  };
  return [{
    path: "/docs/:guide",
    methods: {
      GET: {
        handle: (c, scope) => answer(c.req.raw, c.req.param("guide")!, scope),
        docs: GUIDE_DOC,
      },
    },
    access: "everybody",
  }];
}

/** Both forms of a guide, each made once. */
function createMakers(guide: Guide) {
  const markdown = once(async (): Promise<PageContent> => {
    const { readGuide, relinkGuide } = await import("../../page/guide_page.ts");
    const text = relinkGuide(guide, await readGuide(guide));
    return { text, contentType: `${MARKDOWN_MEDIA}; charset=utf-8` };
  });
  const page = once(async (): Promise<PageContent> => {
    const { readGuide, renderGuide } = await import("../../page/guide_page.ts");
    const { html, styleHash } = await renderGuide(guide, await readGuide(guide));
    return {
      text: html,
      policy: readingPolicy(styleHash),
      contentType: `${HTML_MEDIA}; charset=utf-8`,
    };
  });
  return { markdown, page };
}

/** Leads from the name of a guide's folder to the guide, below whatever prefix a proxy has. */
function redirect(name: string): Response {
  const guide = GUIDES.find((each) => folderOf(each) === name);
  if (guide === undefined) throw unknownGuide(name);
  return new Response(null, { status: 308, headers: { location: guide.name } });
}

function unknownGuide(name: string): JobError {
  const value = name.slice(0, 80);
  return new JobError("not_found", `Cannot find guide '${value}'`, {
    details: { value, allowed: NAMES },
  });
}
