import type { Conflict } from "./conflict.ts";
import type { Parameter } from "./parameters.ts";

/** Keys of a result that are shown as one, since they are forms of one word. */
export interface GroupOptions {
  /**
   * `stem(en)`: keys of one stem are one, shown by the form that counts most. `lemma(JOB)`: keys are
   * shown by their lemma, as the result of the job tells it. `top`, `min`, `max`, `order` and `prefix`
   * are about the groups then. @default {"": each key stands alone}
   */
  group: string;
}

/** Every option of groups, its default and its bounds: once. */
export const GROUP_PARAMETERS = {
  group: {
    kind: "grammar",
    grammar: "group",
    maxChars: 1024,
    default: "",
    about: "Shows keys that are forms of one word as one: by their stem, or by a table of lemmas",
  },
} as const satisfies Record<keyof GroupOptions, Parameter>;

interface Options extends GroupOptions {
  partition: string;
}

/** An option that has no effect where keys are shown in groups. */
export function findGroupConflict({ group, partition: value }: Options): Conflict | undefined {
  if (group === "" || value === "hash") return undefined;
  return {
    parameter: "partition",
    value,
    other: "group",
    reason: "its borders are of keys, and 'group' shows groups of them",
    allowed: "hash",
  };
}
