import type { Signatures } from "./signatures.ts";

/** Below it nodes ask each other. */
const ROOT = "/internal/";

/** Answers one kind of what nodes ask of each other; undefined for what is not of its kind. */
export type InternalAnswer = (request: Request, path: string) => Promise<Response> | undefined;

/**
 * Lets in nodes alone, to all that is below `/internal/`: whoever does not know the secret finds
 * nothing there, and cannot tell what a node has.
 *
 * @returns What answers; it gives undefined for a request that is not for nodes.
 */
export function createInternalDoor(
  signatures: Signatures,
  answers: readonly InternalAnswer[],
): (request: Request) => Promise<Response> | undefined {
  const answer = async (request: Request, path: string): Promise<Response> => {
    if (!await signatures.verify(request)) return nothing();
    for (const each of answers) {
      const answered = each(request, path);
      if (answered) return await answered;
    }
    return nothing();
  };
  return (request) => {
    if (!request.url.includes(ROOT)) return undefined; // cheap, since every request is asked
    const { pathname } = new URL(request.url);
    return pathname.startsWith(ROOT) ? answer(request, pathname) : undefined;
  };
}

function nothing(): Response {
  return new Response(null, { status: 404 });
}
