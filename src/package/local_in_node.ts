// What `@millrace/millrace/local` is outside of Deno, which alone has the threads that the engine needs.

export { MillraceError } from "../client/mod.ts";

/** Says what to do instead, as a rejection: programs await it. */
export function openLocal(): Promise<never> {
  return Promise.reject(
    new Error(
      "Cannot count in this process: the engine runs in Deno alone. Run the program in it, such as by " +
        "'npx deno run -A FILE'; or start a server, 'npx millrace serve', and count by Millrace of " +
        "'@millrace/millrace/client', which has the same methods",
    ),
  );
}
