import type { KernelDocument, KernelTrialDocument } from "../contract/documents.ts";
import type { Input } from "./input.ts";
import type { CallOptions, KernelOptions } from "./requests.ts";
import type { Transport } from "./transport.ts";

const PATH = "/v1/kernels";

/** The kernels of a server: those that come with it, and those of the caller. */
export class Kernels {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Every kernel that the caller's counts may run. @throws {MillraceError} */
  async list(options: CallOptions = {}): Promise<KernelDocument[]> {
    const call = { ...options, path: PATH };
    return (await this.#transport.json<{ kernels: KernelDocument[] }>(call)).kernels;
  }

  /** @param name A name, an id, or its first 8 digits or more. @throws {MillraceError} */
  get(name: string, options: CallOptions = {}): Promise<KernelDocument> {
    return this.#transport.json({ ...options, path: pathOf(name) });
  }

  /** What a kernel was compiled from. @throws {MillraceError} `not-found` if it has no source. */
  source(name: string, options: CallOptions = {}): Promise<string> {
    return this.#transport.text({ ...options, path: `${pathOf(name)}/source` });
  }

  /**
   * Sends a kernel; one that is there already stays as it is.
   *
   * @param kernel A source in AssemblyScript, or the bytes of a module of WebAssembly.
   * @throws {MillraceError} `kernel-not-compiled` or `kernel-refused`, with what is wrong with it.
   */
  push(kernel: string | Uint8Array | Blob, options: CallOptions = {}): Promise<KernelDocument> {
    const contentType = typeof kernel === "string" ? "text/typescript" : "application/wasm";
    return this.#transport.json({
      ...options,
      method: "POST",
      path: PATH,
      input: kernel,
      contentType,
    });
  }

  /** Runs a kernel on one record, which may be empty text. @throws {MillraceError} */
  async try(
    name: string,
    record: string | Uint8Array | Blob,
    options: KernelOptions & CallOptions = {},
  ): Promise<KernelTrialDocument> {
    return await (await this.downloadTrial(name, record, options)).json();
  }

  /** Likewise, and gives the answer as the server writes it. @throws {MillraceError} */
  downloadTrial(
    name: string,
    record: string | Uint8Array | Blob,
    { kernelOptions, ...options }: KernelOptions & CallOptions = {},
  ): Promise<Response> {
    const input: Input = typeof record === "string" ? new TextEncoder().encode(record) : record;
    return this.#transport.open({
      ...options,
      method: "POST",
      path: `${pathOf(name)}/try`,
      query: { kernelOptions },
      input,
      contentType: "application/octet-stream",
    });
  }

  /** Makes the server forget a kernel of the caller. @throws {MillraceError} */
  async remove(name: string, options: CallOptions = {}): Promise<void> {
    await this.#transport.json({ ...options, method: "DELETE", path: pathOf(name) });
  }
}

function pathOf(name: string): string {
  return `${PATH}/${encodeURIComponent(name)}`;
}
