import { assert, assertEquals } from "@std/assert";
import { type Server, type StartOptions, startServer } from "../../src/server.ts";
import { assertSameAnswer, countUrls, problemOf } from "../support/cluster/ask.ts";
import { generateLines } from "../support/cluster/lines.ts";
import { TestNodes } from "../support/cluster/nodes.ts";
import { hasRedis, TestRedis } from "../support/cluster/redis.ts";
import { COMPRESS } from "../support/compress.ts";
import { FileServer } from "../support/http/file_server.ts";
import { S3Server } from "../support/http/s3_server.ts";
import { leftOut } from "../support/left_out.ts";
import { TempFiles } from "../support/temp_files.ts";
import { until } from "../support/waits.ts";

const ignore = !await hasRedis();
if (ignore) leftOut("inputs of a cluster", "no redis-server");

const QUERIES = [
  "top=0&order=key",
  "n=2&top=0&order=key",
  "tokenizer=lines&top=40",
  "key=field(1)&value=field(3)&agg=count,sum&top=0&order=key",
];

function alone(options: StartOptions, parts = {}): Promise<Server> {
  return startServer({ port: 0, workers: 1, allowPrivateUrls: true, ...options }, parts);
}

Deno.test({
  name: "nodes of a cluster divide files of a folder that each of them has",
  ignore,
  fn: async (t) => {
    using files = new TempFiles();
    files.write("a.txt", generateLines(1, 200_000));
    Deno.mkdirSync(`${files.path}/b`);
    files.write("b/marked.txt", Uint8Array.of(0xef, 0xbb, 0xbf, ...generateLines(2, 90_000)));
    files.write("b/packed.gz", COMPRESS.gzip(generateLines(3, 90_000)));
    files.write("b/empty.txt", "");
    const bad = generateLines(4, 200_000);
    for (const at of [90_001, 150_002]) bad[at] = 0xff;
    files.write("bad.txt", bad);
    const options = { shared: files.path };
    await using redis = await TestRedis.start();
    await using nodes = await TestNodes.start(redis, 2, options);
    await using one = await alone(options);
    const [node] = nodes.servers;
    for (const query of QUERIES) {
      await t.step(query, async () => {
        for (const urls of [["shared:a.txt"], ["shared:b/", "shared:a.txt"]]) {
          const answer = await countUrls(node.origin, query, urls);
          assertSameAnswer(answer, await countUrls(one.origin, query, urls));
          assert(answer.accounting.cluster!.splits >= 5, JSON.stringify(answer.accounting));
        }
      });
    }
    await t.step("and tell what is wrong with one", async () => {
      for (const query of ["invalid=reject", "invalid=reject&tokenizer=lines&n=2"]) {
        const problem = await problemOf(node.origin, query, ["shared:a.txt", "shared:bad.txt"]);
        assertEquals(
          problem,
          await problemOf(one.origin, query, ["shared:a.txt", "shared:bad.txt"]),
        );
        assertEquals(problem.offset, 90_001);
      }
      await Deno.symlink("/etc", `${files.path}/out`);
      for (const url of ["shared:none", "shared:../none", "shared:b", "shared:out/passwd"]) {
        assertEquals(
          await problemOf(node.origin, "", [url]),
          await problemOf(one.origin, "", [url]),
        );
      }
    });
  },
});

Deno.test({
  name: "a node of a cluster that has not the folder leaves its files to others",
  ignore,
  fn: async () => {
    using files = new TempFiles();
    files.write("a.txt", generateLines(5, 200_000));
    const options = { shared: files.path };
    await using redis = await TestRedis.start();
    await using nodes = await TestNodes.startEach(redis, [options, {}, options]);
    await using one = await alone(options);
    const [here, without] = nodes.servers;
    const answer = await countUrls(here.origin, QUERIES[0], ["shared:a.txt"]);
    assertSameAnswer(answer, await countUrls(one.origin, QUERIES[0], ["shared:a.txt"]));
    assert(answer.accounting.cluster!.nodes <= 2);
    const refused = await problemOf(without.origin, "", ["shared:a.txt"]);
    assertEquals([refused.status, refused.type], [403, "urn:millrace:problem:url-refused"]);
    const schemes = here.engine.status().nodes!.map(({ schemes }) => schemes.includes("shared:"));
    assertEquals(schemes.filter((has) => has).length, 2);
  },
});

Deno.test({
  name: "a node of a cluster counts a file alone of which other nodes have another version",
  ignore,
  fn: async () => {
    using mine = new TempFiles();
    using others = new TempFiles();
    mine.write("a.txt", generateLines(6, 200_000));
    others.write("a.txt", generateLines(7, 200_001));
    await using redis = await TestRedis.start();
    const folders = [{ shared: mine.path }, { shared: others.path, workers: 2 }];
    await using nodes = await TestNodes.startEach(redis, folders);
    await using one = await alone({ shared: mine.path });
    const expected = await countUrls(one.origin, QUERIES[0], ["shared:a.txt"]);
    await until(async () => {
      const answer = await countUrls(nodes.servers[0].origin, QUERIES[0], ["shared:a.txt"]);
      assertSameAnswer(answer, expected);
      return answer.accounting.cluster === undefined; // the other node has taken a split
    });
  },
});

Deno.test({
  name: "nodes of a cluster divide objects of a store, and all whose keys begin alike",
  ignore,
  fn: async (t) => {
    const objects: Record<string, Uint8Array> = {
      "texts/big.txt": generateLines(8, 200_000),
      "texts/many/empty.txt": new Uint8Array(),
    };
    for (let i = 0; i < 5; i++) objects[`texts/many/${i}.txt`] = generateLines(10 + i, 30_000);
    await using s3 = new S3Server(objects);
    const remote = { environment: s3.env() };
    const options = { allowS3: true };
    await using redis = await TestRedis.start();
    await using nodes = await TestNodes.startEach(redis, [options, options], remote);
    await using one = await alone(options, { remote });
    for (const query of QUERIES) {
      await t.step(query, async () => {
        for (const [url, least] of [["s3://texts/big.txt", 8], ["s3://texts/many/", 6]] as const) {
          const answer = await countUrls(nodes.servers[1].origin, query, [url]);
          assertSameAnswer(answer, await countUrls(one.origin, query, [url]));
          assert(answer.accounting.cluster!.splits >= least, JSON.stringify(answer.accounting));
        }
      });
    }
    await t.step("and tell that there is none", async () => {
      for (const url of ["s3://texts/none", "s3://texts/none/", "s3://nowhere/"]) {
        const problem = await problemOf(nodes.servers[0].origin, "", [url]);
        assertEquals(problem, await problemOf(one.origin, "", [url]));
      }
    });
  },
});

Deno.test({
  name: "a node of a cluster looks at a text once, and reads of it what it counts",
  ignore,
  fn: async () => {
    await using redis = await TestRedis.start();
    await using nodes = await TestNodes.start(redis, 2);
    await using file = new FileServer(generateLines(9, 200_000));
    const urls = [`http://127.0.0.1:${file.port}/file.txt`];
    const { accounting } = await countUrls(nodes.servers[0].origin, QUERIES[0], urls);
    const { splits } = accounting.cluster!;
    const looks = file.ranges.filter((range) => range === "bytes=0-0");
    assertEquals(looks.length, 1);
    // One is for the text's beginning, and each border but the ends is read by both sides of it.
    assertEquals(file.ranges.length, 1 + 1 + splits + 2 * (splits - 1));
  },
});

Deno.test({
  name: "a node of a cluster refuses bodies behind URLs that exceed its limit, as one server does",
  ignore,
  fn: async () => {
    const options = { maxBodyBytes: 150_000 };
    await using redis = await TestRedis.start();
    await using nodes = await TestNodes.start(redis, 2, options);
    await using one = await alone(options);
    await using large = new FileServer(generateLines(9, 200_000));
    await using small = new FileServer(generateLines(9, 100_000));
    const urls = [small, large].map(({ port }) => `http://127.0.0.1:${port}/file.txt`);
    const problem = await problemOf(nodes.servers[0].origin, "", urls);
    assertEquals(problem, await problemOf(one.origin, "", urls));
    assertEquals(problem.status, 413);
  },
});
