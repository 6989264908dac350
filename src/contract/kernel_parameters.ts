import type { Parameter } from "./parameters.ts";

/** The kernel that counts tokens: the one of the server itself. */
export const BUILT_IN_KERNEL = "words";

/** What stands before the name of a kernel's option in a query. */
export const KERNEL_OPTION_PREFIX = "option.";

/** How a request to count names the kernel, as its query says it. */
export interface KernelRequest {
  /** An id, the unique beginning of one, or a name of the library. */
  name: string;
  /** Texts of its options, by name. */
  options: Readonly<Record<string, string>>;
}

/** The name of a kernel as a query says it; undefined for the built-in one. */
export function readKernelName(text: string): string | undefined {
  const name = text.trim().toLowerCase();
  return name === "" || name === BUILT_IN_KERNEL ? undefined : name;
}

/** The options of a kernel, whose names the kernel decides. */
export const KERNEL_OPTION_PARAMETERS = {
  "option.NAME": {
    kind: "family",
    prefix: KERNEL_OPTION_PREFIX,
    maxItems: 64,
    maxChars: 4096,
    about: "An option of the kernel, by the name that `GET /v1/kernels` shows",
  },
} as const satisfies Record<string, Parameter>;

/** What a request to count says of kernels. */
export const KERNEL_PARAMETERS = {
  kernel: {
    kind: "text",
    maxChars: 64,
    default: BUILT_IN_KERNEL,
    about: "What maps the text to keys: a kernel's name or id, or the first 8 digits of one",
  },
  ...KERNEL_OPTION_PARAMETERS,
} as const satisfies Record<string, Parameter>;
