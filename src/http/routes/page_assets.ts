import { once } from "../../async/once.ts";
import { JobError } from "../../contract/problems.ts";
import { shorten } from "../../contract/parameters.ts";
import type { OperationDoc } from "../../openapi/operation.ts";
import type { PageAsset, PageAssets } from "../../page/app/assets.ts";
import { codings, compressSmallest, negotiateCoding } from "../answer/compression.ts";
import { queryText, refuseQuery } from "../read/query.ts";
import { ifNoneMatch } from "../read/std_http.ts";
import type { Route } from "../route.ts";
import { NOT_MODIFIED_DOC } from "./shared_docs.ts";

/** Gives the files of the page, which are read when they are first asked for. */
export type AssetSource = () => Promise<PageAssets>;

const ASSET_DOC: OperationDoc = {
  id: "getPageAsset",
  tag: "About",
  summary: "A script or the style of the page",
  about: "The version is a hash of all files: what stands under an address never changes.",
  answers: {
    200: {
      about: "The file",
      content: {
        "text/javascript; charset=utf-8": "text",
        "text/css; charset=utf-8": "text",
      },
      headers: { etag: "Names these very bytes", "cache-control": "That it holds for a year" },
    },
    304: NOT_MODIFIED_DOC,
  },
  problems: ["not_found", "not_acceptable"],
};

/** A year, which is as good as for ever: the name changes with the content. */
const CACHE_CONTROL = "public, max-age=31536000, immutable";

/** Files below this gain too little: they are compressed once, so that little is enough. */
const LEAST_BYTES = 128;

/** A source of the page's files; loads what reads them when it is first asked. */
export function createAssetSource(): AssetSource {
  return once(async () => (await import("../../page/app/assets.ts")).readAssets());
}

/** The files that the page of `GET /` loads. */
export function createAssetRoutes(assets: AssetSource): Route[] {
  const encoded = new Map<string, PageAsset["bytes"]>(); // a few files, in a few codings
  const encode = ({ name, bytes }: PageAsset, coding: string) => {
    const known = `${coding} ${name}`;
    const made = encoded.get(known) ?? compressSmallest(bytes, coding);
    encoded.set(known, made);
    return made;
  };
  const answer = async (request: Request, name: string): Promise<Response> => {
    refuseQuery(queryText(request.url));
    const asset = (await assets()).byName.get(name);
    if (asset === undefined) throw unknownAsset(name);
    const isCoded = asset.bytes.length >= LEAST_BYTES;
    const coding = isCoded ? negotiateCoding(request) : undefined;
    const headers = new Headers({ "cache-control": CACHE_CONTROL, vary: "accept-encoding" });
    headers.set("etag", tagOf(name, coding));
    const known = request.headers.get("if-none-match");
    const tags = [undefined, ...codings()].map((each) => tagOf(name, each));
    if (!tags.every((tag) => ifNoneMatch(known, tag))) {
      return new Response(null, { status: 304, headers });
    }
    headers.set("content-type", asset.contentType);
    if (coding !== undefined) headers.set("content-encoding", coding);
    return new Response(coding === undefined ? asset.bytes : encode(asset, coding), { headers });
  };
  return [{
    path: "/page/:version/:file",
    methods: {
      GET: {
        handle: (c) => answer(c.req.raw, `${c.req.param("version")}/${c.req.param("file")}`),
        docs: ASSET_DOC,
      },
    },
    access: "everybody",
  }];
}

/** The entity tag of a file, which other codings change. */
function tagOf(name: string, coding: string | undefined): string {
  return coding === undefined ? `"${name}"` : `"${name}.${coding}"`;
}

function unknownAsset(name: string): JobError {
  const value = shorten(name);
  return new JobError("not_found", `Cannot find '${value}' of the page: load '/' anew`, {
    details: { value },
  });
}
