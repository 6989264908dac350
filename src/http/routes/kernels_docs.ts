import type { ErrorCode } from "../../contract/problems.ts";
import type { OperationDoc } from "../../openapi/operation.ts";
import { TRY_QUERY } from "../read/query.ts";
import { KERNEL_PROBLEMS } from "./shared_docs.ts";

const JSON_MEDIA = "application/json";
const SOURCE_MEDIA = "text/typescript; charset=utf-8";

/** What may be wrong with a body that is read whole. */
const SMALL_BODY_PROBLEMS: readonly ErrorCode[] = [
  "body_aborted",
  "read_timeout",
  "unsupported_media",
  "unknown_transfer_coding",
  "cross_origin",
];

/** A source that is short enough for an example. */
const EXAMPLE_SOURCE = 'import { emit } from "millrace"; export function map(line: string): void ' +
  "{ emit(line); }";

/** `GET /v1/kernels`. */
export const LIST_KERNELS_DOC: OperationDoc = {
  id: "getKernels",
  tag: "Kernels",
  summary: "The kernels that a count may run",
  brief: "what may be counted: the kernels and their options",
  about:
    "`words`, which counts tokens; the kernels that come with the server; and those that the " +
    "caller has sent. `kernel` and `option.NAME` of a request to count name one of them.",
  answers: { 200: { about: "Every kernel", content: { [JSON_MEDIA]: "Kernels" } } },
};

/** `POST /v1/kernels`. */
export const SEND_KERNEL_DOC: OperationDoc = {
  id: "sendKernel",
  tag: "Kernels",
  summary: "Send a kernel",
  brief: "send a kernel of your own, a source or a module",
  about:
    "The body is AssemblyScript of at most 64 KB, which is compiled, or a module of at most 1 " +
    "MB. A kernel is named by the SHA-256 of what was sent. One that is there already is not made " +
    "again. A caller has at most 100, of 20 MB together.",
  takes: {
    "text/typescript": "text",
    "application/typescript": "text",
    "text/plain": "text",
    "application/wasm": "bytes",
  },
  answers: {
    200: {
      about: "The kernel, which was there already",
      content: { [JSON_MEDIA]: "Kernel" },
      headers: { location: "Address of the kernel" },
    },
    201: {
      about: "The kernel",
      content: { [JSON_MEDIA]: "Kernel" },
      headers: { location: "Address of the kernel" },
    },
  },
  problems: [
    ...SMALL_BODY_PROBLEMS,
    "empty_body",
    "unknown_charset",
    "invalid_utf8",
    "kernel_too_large",
    "kernel_not_compiled",
    "kernel_compile_limit",
    "kernel_refused",
    "compiler_busy",
    "compiler_unavailable",
    "too_many_jobs",
    "worker_lost",
    "too_many_kernels",
    "out_of_storage",
    "damaged",
  ],
  examples: [{
    name: "asAForm",
    summary: "Without its media type, which curl calls a form",
    body: EXAMPLE_SOURCE,
    status: 415,
    mediaType: "application/problem+json",
    answer: {
      type: "urn:millrace:problem:unsupported-media",
      title: "Unsupported media type",
      status: 415,
      detail: "Cannot keep kernel: the body has media type 'application/x-www-form-urlencoded'; " +
        "say -H 'content-type: text/typescript' for a source, or application/wasm for a module",
      header: "content-type",
      value: "application/x-www-form-urlencoded",
      allowed: ["text/typescript", "application/wasm"],
      requestId: "3e3f6a26-9b40-4a0c-9f5f-1f4a3c0a6f02",
    },
  }],
};

/** `GET /v1/kernels/sdk.d.ts`. */
export const DECLARATIONS_DOC: OperationDoc = {
  id: "getKernelDeclarations",
  tag: "Kernels",
  summary: "What a kernel may import, for editors",
  about: "Declarations of the module `millrace`, in TypeScript.",
  answers: { 200: { about: "The declarations", content: { [SOURCE_MEDIA]: "text" } } },
  problems: ["not_found"],
};

/** `GET /v1/kernels/:kernel`. */
export const GET_KERNEL_DOC: OperationDoc = {
  id: "getKernel",
  tag: "Kernels",
  summary: "A kernel and its options",
  about:
    "By its name, if it comes with the server; by its id; or by the first 8 digits of that or " +
    "more.",
  answers: { 200: { about: "The kernel", content: { [JSON_MEDIA]: "Kernel" } } },
  problems: ["unknown_kernel"],
};

/** `GET /v1/kernels/:kernel/source`. */
export const GET_SOURCE_DOC: OperationDoc = {
  id: "getKernelSource",
  tag: "Kernels",
  summary: "What a kernel was compiled from",
  about: "A kernel that was sent as a module has no source.",
  answers: { 200: { about: "The source, as it was sent", content: { [SOURCE_MEDIA]: "text" } } },
  problems: ["unknown_kernel", "not_found", "damaged"],
};

/** `DELETE /v1/kernels/:kernel`. */
export const REMOVE_KERNEL_DOC: OperationDoc = {
  id: "removeKernel",
  tag: "Kernels",
  summary: "Forget a kernel",
  about: "Jobs that run go on. A job that has to be begun again fails with `unknown-kernel`.",
  answers: { 204: { about: "There is no such kernel any more" } },
  problems: ["unknown_kernel", "out_of_storage", "cross_origin"],
};

/** `POST /v1/kernels/:kernel/try`. */
export const TRY_KERNEL_DOC: OperationDoc = {
  id: "tryKernel",
  tag: "Kernels",
  summary: "Run a kernel on one record",
  about: "The body is the record, of at most 64 KB and any media type. The answer says what the " +
    "kernel emits, and how much time, memory and output it used.",
  query: TRY_QUERY,
  takes: { "text/plain": "text", "application/octet-stream": "bytes" },
  answers: { 200: { about: "What it emits", content: { [JSON_MEDIA]: "KernelTrial" } } },
  problems: [
    ...SMALL_BODY_PROBLEMS,
    "body_too_large",
    ...KERNEL_PROBLEMS,
    "kernel_refused",
    "too_many_jobs",
    "worker_lost",
  ],
};
