import { assertEquals, assertRejects } from "@std/assert";
import { createInternalDoor } from "../../src/cluster/internal_door.ts";
import { KernelModules } from "../../src/cluster/kernel_modules.ts";
import { Signatures } from "../../src/cluster/signatures.ts";
import { combiningKernel, combiningModule } from "../support/modules/combining.ts";
import { SECRET } from "../support/cluster/nodes.ts";

/** What signs in the tests: Redis tells the time of this process. */
function signaturesOf(node: string, secret = SECRET): Signatures {
  return new Signatures(secret, node, { now: Date.now() });
}

/** A node that has kernels, and what another one answers by. */
function startNode(answer: (request: Request) => Promise<Response> | undefined) {
  const notHere = () => new Response(null, { status: 404 });
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => answer(request) ?? notHere(),
  );
  return { server, url: `http://127.0.0.1:${server.addr.port}` };
}

Deno.test("KernelModules gives a kernel to nodes that know the secret, as long as jobs have it", async () => {
  const kernel = await combiningKernel();
  let asked = 0;
  const { server, url } = startNode((request) => {
    asked++;
    return answer(request);
  });
  const signatures = signaturesOf(url);
  const owner = new KernelModules(url, signatures);
  const answer = createInternalDoor(url, signatures, [
    (request, path) => owner.answer(request, path),
  ]);
  const [sent] = await Promise.all([owner.offer(kernel), owner.offer(kernel)]);
  assertEquals(JSON.parse(JSON.stringify(sent)), sent); // as the queue carries it

  const other = new KernelModules("http://127.0.0.1:1", signatures);
  const found = await other.find(sent);
  assertEquals([found.id, found.manifest, found.module], [
    kernel.id,
    kernel.manifest,
    kernel.module,
  ]);
  assertEquals(found.options, kernel.options);
  assertEquals((await other.find(sent)).module === found.module, true); // it is compiled once
  assertEquals(asked, 1);
  assertEquals((await owner.find(sent)).module === kernel.module, true);

  const path = new URL(`/internal/kernels/${sent.digest}`, url);
  const unsigned = await fetch(path);
  assertEquals([unsigned.status, await unsigned.text()], [404, ""]);
  const stranger = new KernelModules(
    "http://127.0.0.1:1",
    signaturesOf(url, "another secret, of others"),
  );
  await assertRejects(() => stranger.find(sent), Error, "answers 404");

  owner.withdraw(sent);
  const late = new KernelModules("http://127.0.0.1:1", signatures);
  assertEquals((await late.find(sent)).module, kernel.module);
  owner.withdraw(sent);
  const tooLate = new KernelModules("http://127.0.0.1:1", signatures);
  await assertRejects(() => tooLate.find(sent), Error, "answers 404");
  await server.shutdown();
});

Deno.test("KernelModules takes nothing but what was named, and only what the gate lets through", async () => {
  const kernel = await combiningKernel();
  let body = new Uint8Array(0);
  const { server, url } = startNode(() => Promise.resolve(new Response(body)));
  const signatures = signaturesOf(url);
  const offer = (module: Uint8Array<ArrayBuffer>) =>
    new KernelModules(url, signatures).offer({ ...kernel, module });
  const node = new KernelModules("http://127.0.0.1:1", signatures);
  const sent = await offer(kernel.module);
  body = kernel.module.slice(0, -1);
  await assertRejects(() => node.find(sent), Error, "sends another one");
  body = new Uint8Array(3 * 1024 * 1024);
  await assertRejects(() => node.find(sent), Error, "exceed");
  for (const refused of [new TextEncoder().encode("no module"), await combiningModule()]) {
    body = refused; // the second one as a client sends it, so that nothing could stop it
    const named = await offer(refused);
    await assertRejects(() => node.find(named), Error, "sends another one");
  }
  await server.shutdown();
});
