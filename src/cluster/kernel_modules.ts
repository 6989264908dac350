import type { KernelManifest, RunnableKernel } from "../contract/kernel_manifest.ts";
import { sha256 } from "../digest.ts";
import { readWhole } from "../input/byte_stream.ts";
import { isAdmitted } from "../kernels/gate/admit_module.ts";
import { GATE_LIMITS } from "../kernels/gate/limits.ts";
import { HeldModules } from "../kernels/held_modules.ts";
import { askNode, SILENCE } from "./ask_node.ts";
import type { Signatures } from "./signatures.ts";

/** Where nodes ask each other for kernels of clients: `/internal/kernels/DIGEST`. */
const ROOT = "/internal/kernels";

const PATH = new RegExp(`^${ROOT}/([0-9a-f]{64})$`);

/** Most bytes of a module: the gate has put its polls into what it let in. */
const MOST_BYTES = 2 * GATE_LIMITS.moduleBytes;

/** A kernel of a client, as the queue carries it: where its module is, and none of it. */
export interface SentKernel {
  id: string;
  manifest: KernelManifest;
  /** JSON of its options, in base64. */
  options: string;
  /** SHA-256 of the module, in hexadecimal. */
  digest: string;
  /** Address of the node that has the module as long as the job runs. */
  node: string;
}

/**
 * Kernels of clients on their way through the cluster. The node that was asked has the module, and any
 * other fetches it by its digest, once for many splits. What was fetched runs by the limits of the node
 * that runs it, and only if the gate would let it through there: so neither Redis nor the network is
 * trusted with what a kernel may do.
 */
export class KernelModules {
  readonly #node: string;
  readonly #signatures: Signatures;
  /** What this node has for others, and for how many jobs. */
  readonly #offered = new Map<string, { module: Uint8Array<ArrayBuffer>; jobs: number }>();
  readonly #held = new HeldModules();

  /** @param node Address of this node. */
  constructor(node: string, signatures: Signatures) {
    this.#node = node;
    this.#signatures = signatures;
  }

  /** Has a kernel ready for other nodes, until it is withdrawn as often as it was offered. */
  async offer({ id, manifest, module, options }: RunnableKernel): Promise<SentKernel> {
    const digest = (await sha256(module)).toHex();
    const { jobs = 0 } = this.#offered.get(digest) ?? {};
    this.#offered.set(digest, { module, jobs: jobs + 1 });
    return { id, manifest, options: options.toBase64(), digest, node: this.#node };
  }

  withdraw({ digest }: SentKernel): void {
    const offered = this.#offered.get(digest);
    if (offered && --offered.jobs === 0) this.#offered.delete(digest);
  }

  /**
   * Gets a kernel ready to run here.
   *
   * @throws {Error} If its module cannot be had, or is not what it should be: another attempt may do.
   */
  async find({ id, manifest, options, digest, node }: SentKernel): Promise<RunnableKernel> {
    const own = this.#offered.get(digest)?.module;
    const module = await this.#held.get(digest, async () => own ?? await this.#fetch(digest, node));
    return { id, manifest, module: module!, options: Uint8Array.fromBase64(options) };
  }

  async #fetch(digest: string, node: string): Promise<Uint8Array<ArrayBuffer>> {
    const asked = askNode(node, `${ROOT}/${digest}`, this.#signatures);
    const body = await asked.catch((cause) => {
      throw new Error(`Cannot fetch kernel ${digest} from ${node}: ${cause.message}`, { cause });
    });
    const module = (await readWhole(body, SILENCE, MOST_BYTES)).slice();
    if ((await sha256(module)).toHex() === digest && isAdmitted(module)) return module;
    throw new Error(`Cannot use kernel ${digest}: ${node} sends another one`);
  }

  /** Answers another node; undefined for a request that is not for a kernel. */
  answer(request: Request, path: string): Promise<Response> | undefined {
    const digest = PATH.exec(path)?.[1];
    if (digest === undefined || request.method !== "GET") return undefined;
    const offered = this.#offered.get(digest);
    return Promise.resolve(
      offered ? new Response(offered.module) : new Response(null, { status: 404 }),
    );
  }
}
