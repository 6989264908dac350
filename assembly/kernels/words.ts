// The built-in kernel: counts words, lines, keys and n-grams.
export * from "../kernel";
