import type { CountOptions } from "../../src/contract/options.ts";

/** A text of records, what is asked of them, and the rows of the answer as CSV. */
export interface RecordSample {
  name: string;
  text: string;
  asked: Partial<CountOptions>;
  csv: string;
  /** Records, those without a key, and those without a number. */
  told: readonly [records: number, missing: number, notNumbers: number];
}

/** Lines of the Common Log Format, as servers write them. */
const LOG = `203.0.113.7 - - [27/Nov/2026:10:00:01 +0000] "GET /docs HTTP/1.1" 200 512
198.51.100.9 - ann [27/Nov/2026:10:00:02 +0000] "GET /v1/jobs?limit=5 HTTP/1.1" 404 17
203.0.113.7 - - [27/Nov/2026:10:01:03 +0000] "POST /v1/count HTTP/1.1" 200 2048
-

203.0.113.8 - - [27/Nov/2026:10:01:04 +0000] "GET / HTTP/1.1" 200 -
`;

/** CSV in which quotes hold commas, quotes and line feeds. */
const SALES = [
  "order,country,revenue,note",
  '1,Germany,10.50,"two lines:',
  'first, ""second"""',
  "2,France,7,",
  '3,Germany,0.25,"',
  '"',
  '4,"Côte d\'Ivoire, West",12.125,x',
  "5,Spain,n/a,",
  "6,,3,",
  "",
].join("\r\n");

const EVENTS = `{"user":{"id":7,"tags":["a","b"]},"ms":12.5}
{"user":{"id":"é\\u0041"},"ms":3}
{ "ms" : 1e2 , "user" : { "tags" : [ ] , "id" : 7 } }
{"user":{"id":null},"ms":1}
{"ms":"slow"}
`;

const STATIONS = "Hamburg;12.0\nBulawayo;8.9\nPalembang;38.8\nHamburg;-3.5\nBulawayo;-0.1\n";

/** Each with the answer that a reader can check by hand. */
export const RECORD_SAMPLES: readonly RecordSample[] = [
  {
    name: "requests per status of a Common Log Format",
    text: LOG,
    asked: { key: ["field(9)"] },
    csv: "key,count\r\n200,3\r\n404,1\r\n",
    told: [6, 2, 0],
  },
  {
    name: "bytes per method, of those that have some",
    text: LOG,
    asked: {
      key: ["field(6)"],
      value: "field(10)",
      where: 'field(9) < "400"',
      agg: ["sum", "max"],
    },
    csv: 'key,sum,max\r\n"""POST",2048,2048\r\n"""GET",512,512\r\n',
    told: [6, 0, 1],
  },
  {
    name: "requests per minute and method that went well",
    text: LOG,
    asked: {
      key: ["regex(:([0-9]{2}:[0-9]{2}):)", 'regex("([A-Z]+) )'],
      where: 'field(9) ~ "^2[0-9][0-9]$"',
    },
    csv: "key1,key2,count\r\n10:00,GET,1\r\n10:01,GET,1\r\n10:01,POST,1\r\n",
    told: [6, 0, 0],
  },
  {
    name: "requests per minute and status",
    text: LOG,
    asked: { key: ["field(9)"], by: ["time(1m,regex(\\[([^\\]]+)))"], order: "key" },
    csv: "key1,key2,count\r\n2026-11-27T10:00:00+00:00,200,1\r\n" +
      "2026-11-27T10:00:00+00:00,404,1\r\n2026-11-27T10:01:00+00:00,200,2\r\n",
    told: [6, 2, 0],
  },
  {
    name: "requests per hour of a zone",
    text: "2026-10-25T00:30:00Z a\n2026-10-25T01:30:00Z a\n2026-10-25T02:30:00 b\n",
    asked: { key: ["time(1h,field(1))"], tz: "Europe/Berlin" },
    csv: "key,count\r\n2026-10-25T02:00:00+02:00,2\r\n2026-10-25T02:00:00+01:00,1\r\n",
    told: [3, 0, 0],
  },
  {
    name: "bytes per day and method of those that match",
    text: LOG,
    asked: {
      key: ['regex("([A-Z]+) )'],
      by: ["time(1d,field(4))"],
      value: "field(10)",
      match: "^P",
    },
    csv: "key1,key2,value\r\n2026-11-27T00:00:00+00:00,POST,2048\r\n",
    told: [6, 0, 0],
  },
  {
    name: "orders per half day and country",
    text: "at,country\n2026-01-01 09:00:00,DE\n2026-01-01 23:59:59,DE\n1767258000,FR\nlate,FR\n",
    asked: { key: ["column(country)"], by: ["time(12h,column(at))"] },
    csv: "key1,key2,count\r\n2026-01-01T00:00:00+00:00,DE,1\r\n" +
      "2026-01-01T00:00:00+00:00,FR,1\r\n2026-01-01T12:00:00+00:00,DE,1\r\n",
    told: [4, 1, 0],
  },
  {
    name: "events per user and role",
    text: EVENTS,
    asked: { key: ["json($.user.id)"], by: ["json($.user.tags[0])"] },
    csv: "key1,key2,count\r\na,7,1\r\n",
    told: [5, 4, 0],
  },
  {
    name: "paths that match",
    text: LOG,
    asked: { key: ["field(7)"], match: "^/(v1|docs)" },
    csv: "key,count\r\n/docs,1\r\n/v1/count,1\r\n/v1/jobs?limit=5,1\r\n",
    told: [6, 0, 0],
  },
  {
    name: "revenue per country, with line feeds in quotes",
    text: SALES,
    asked: { key: ["column(country)"], value: "column(revenue)" },
    csv: 'key,value\r\n"Côte d\'Ivoire, West",12.125\r\nGermany,10.75\r\nFrance,7\r\n',
    told: [6, 1, 1],
  },
  {
    name: "orders by country and number",
    text: SALES,
    asked: {
      key: ["column(2)", "column(1)"],
      header: true,
      order: "key",
      where: 'column(2) *= "an"',
    },
    csv: "key1,key2,count\r\nFrance,2,1\r\nGermany,1,1\r\nGermany,3,1\r\n",
    told: [6, 0, 0],
  },
  {
    name: "milliseconds per user of nested objects",
    text: EVENTS,
    asked: { key: ["json($.user.id)"], value: "json($.ms)", agg: ["max", "avg", "count"] },
    csv: "key,max,avg,count\r\n7,100.0,56.25,2\r\néA,3,3,1\r\n",
    told: [5, 2, 0],
  },
  {
    name: "words of paths per status",
    text: LOG,
    asked: { key: ["word(field(7))"], by: ["field(9)"] },
    csv: "key1,key2,count\r\n" +
      ["200,count", "200,docs", "200,v1", "404,5", "404,jobs", "404,limit", "404,v1"]
        .map((row) => `${row},1\r\n`).join(""),
    told: [6, 3, 0],
  },
  {
    name: "words of notes per country",
    text: SALES,
    asked: { key: ["word(column(note))"], by: ["column(country)"], stopWords: ["two"] },
    csv: 'key1,key2,count\r\n"Côte d\'Ivoire, West",x,1\r\n' +
      ["first", "lines", "second"].map((word) => `Germany,${word},1\r\n`).join(""),
    told: [6, 4, 0],
  },
  {
    name: "long words of a log, as they stand",
    text: LOG,
    asked: { key: ["record"], records: "word", where: 'record ~ "^[A-Z]{3}"' },
    csv: "key,count\r\nHTTP,4\r\nGET,3\r\nPOST,1\r\n",
    told: [59, 0, 0],
  },
  {
    name: "templates of a log",
    text: LOG,
    asked: { tokenizer: "template" },
    csv: "key,count\r\n<ip> - - [<date>] <str> <num> <num>,2\r\n-,1\r\n" +
      "<ip> - - [<date>] <str> <num> -,1\r\n<ip> - ann [<date>] <str> <num> <num>,1\r\n",
    told: [6, 1, 0],
  },
  {
    name: "bytes per user and template of a log",
    text: LOG,
    asked: { key: ["field(3)", "template"], value: "field(10)", order: "key" },
    csv: "key1,key2,value\r\n-,<ip> - - [<date>] <str> <num> <num>,2560\r\n" +
      "ann,<ip> - ann [<date>] <str> <num> <num>,17\r\n",
    told: [6, 2, 1],
  },
  {
    name: "patterns of a log, some within others",
    text: LOG,
    asked: {
      tokenizer: "pattern",
      patterns: ["GET /", "POST /", "GET /docs", '" 200'],
      order: "key",
    },
    csv: 'key,count\r\n""" 200",3\r\nGET /,2\r\nGET /docs,1\r\nPOST /,1\r\n',
    told: [6, 2, 0],
  },
  {
    name: "all occurrences of patterns in any case of ASCII",
    text: "Anna's banana\r\n\nANAÏS,\n",
    asked: { tokenizer: "pattern", patterns: ["ana", "AN"], overlap: "all", case: "fold" },
    csv: "key,count\r\nan,4\r\nana,3\r\n",
    told: [3, 1, 0],
  },
  {
    name: "the One Billion Row Challenge",
    text: STATIONS,
    asked: {
      key: ["column(1)"],
      delimiter: ";",
      value: "column(2)",
      agg: ["min", "avg", "max"],
      round: 1,
      order: "key",
    },
    csv: "key,min,avg,max\r\nBulawayo,-0.1,4.4,8.9\r\nHamburg,-3.5,4.3,12.0\r\n" +
      "Palembang,38.8,38.8,38.8\r\n",
    told: [5, 0, 0],
  },
];
