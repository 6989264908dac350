import { EVENT_STREAM, MEDIA_TYPES } from "../../contract/media_types.ts";
import { DEFAULT_COUNT_OPTIONS } from "../../contract/options.ts";
import type { OperationDoc } from "../../openapi/operation.ts";
import { COUNT_NOW_QUERY } from "../read/query.ts";
import {
  BODY_PROBLEMS,
  EXAMPLE_TEXT,
  JOB_PROBLEMS,
  RESULT_DOC,
  TABLE_PROBLEMS,
} from "./shared_docs.ts";

/** `POST /v1/count`. */
export const COUNT_DOC: OperationDoc = {
  id: "count",
  tag: "Counting",
  summary: "Count a text",
  brief: "count the body and answer with the result (PUT does the same)",
  about:
    "Counts the body while it streams in and answers with the result. With `each=true`, each " +
    "line of the body (NDJSON: a string, or an object with a `text`) is counted by itself and gets " +
    "a line of the answer, in order: `tokens`, `keys`, `counted`, and `counts` as pairs of key and " +
    "count; or the members of a problem with the number of its `line`.",
  query: COUNT_NOW_QUERY,
  headers: { "content-encoding": "gzip, br, zstd, deflate, or two of them" },
  takesText: true,
  answers: {
    200: { ...RESULT_DOC, content: { ...RESULT_DOC.content, [EVENT_STREAM]: "text" } },
  },
  problems: [
    ...BODY_PROBLEMS,
    ...JOB_PROBLEMS,
    ...TABLE_PROBLEMS,
    "too_many_jobs",
    "kernel_held",
    "too_many_answers",
    "not_acceptable",
    "cross_origin",
  ],
  examples: [
    {
      name: "topTwo",
      summary: "The two most frequent words",
      query: "top=2",
      body: EXAMPLE_TEXT,
      contentType: "text/plain",
      status: 200,
      mediaType: "application/json",
      answer: {
        totals: { bytes: 18, tokens: 6, keys: 4, counted: 6, replacements: 0 },
        input: { charset: "utf-8", bomSkipped: false },
        chunks: 1,
        attempts: 1,
        workers: 1,
        accounting: { bytesIn: 18, bytesCounted: 18, runs: 1 },
        ms: { read: 0.412, map: 0.211, reduce: 0.018, total: 0.498 },
        options: { ...DEFAULT_COUNT_OPTIONS, case: "fold", top: 2 },
        counts: [{ key: "be", count: 2 }, { key: "to", count: 2 }],
        truncated: 2,
        otherKeys: 2,
        otherCount: 2,
      },
    },
    {
      name: "bigramsAsTsv",
      summary: "Pairs of words, a line each",
      query: "n=2&min=2&format=tsv",
      body: EXAMPLE_TEXT,
      contentType: "text/plain",
      status: 200,
      mediaType: MEDIA_TYPES.tsv,
      answer: "to be\t2\n",
    },
    {
      name: "words",
      summary: "Words that are cut already",
      query: "format=tsv",
      body: '{"words": ["New York", "Paris", "New York"]}',
      contentType: "application/json",
      status: 200,
      mediaType: MEDIA_TYPES.tsv,
      answer: "New York\t2\nParis\t1\n",
    },
    {
      name: "lines",
      summary: "Texts of a line each",
      query: "format=tsv",
      body: '{"text": "to be"}\n{"text": "or not to be"}\n',
      contentType: "application/x-ndjson",
      status: 200,
      mediaType: MEDIA_TYPES.tsv,
      answer: "be\t2\nto\t2\nnot\t1\nor\t1\n",
    },
    {
      name: "eachLine",
      summary: "Texts of a line each, each counted by itself",
      query: "each=true&top=2",
      body: '"to be or not to be"\n{"text": "so be it"}\n',
      contentType: "application/x-ndjson",
      status: 200,
      mediaType: MEDIA_TYPES.ndjson,
      answer: '{"tokens":6,"keys":4,"counted":6,"counts":[["be",2],["to",2]]}\n' +
        '{"tokens":3,"keys":3,"counted":3,"counts":[["be",1],["it",1]]}\n',
    },
    {
      name: "form",
      summary: "A form, as browsers send it",
      query: "format=tsv",
      body: "text=to+be+or+not+to+be&submit=Count",
      contentType: "application/x-www-form-urlencoded",
      status: 200,
      mediaType: MEDIA_TYPES.tsv,
      answer: "be\t2\nto\t2\nnot\t1\nor\t1\n",
    },
    {
      name: "wrongParameter",
      summary: "A value that is not allowed",
      query: "top=many",
      body: EXAMPLE_TEXT,
      contentType: "text/plain",
      status: 400,
      mediaType: "application/problem+json",
      answer: {
        type: "urn:millrace:problem:invalid-parameter",
        title: "Invalid query parameter",
        status: 400,
        detail: "Cannot read 'top': 'many' is not an integer from 0 to 4294967295",
        parameter: "top",
        value: "many",
        allowed: { least: 0, most: 4294967295 },
        requestId: "3e3f6a26-9b40-4a0c-9f5f-1f4a3c0a6f02",
      },
    },
  ],
};

/** `PUT /v1/count`. */
export const COUNT_BY_PUT_DOC: OperationDoc = {
  ...COUNT_DOC,
  brief: undefined,
  id: "countByPut",
  summary: "Count a text, as curl -T sends it",
  about: "The same as POST, of a whole body: one with Content-Range is refused.",
  problems: [...COUNT_DOC.problems!, "invalid_header"],
  examples: [],
};
