import { readInternal } from "./node_address.ts";
import type { Signatures } from "./signatures.ts";

/** Answers one kind of what nodes ask of each other; undefined for what is not of its kind. */
export type InternalAnswer = (request: Request, path: string) => Promise<Response> | undefined;

/**
 * Lets in nodes alone, to all that is below `/internal/`: whoever does not know the secret finds
 * nothing there, and cannot tell what a node has.
 *
 * @param node Where other nodes reach this one.
 * @returns What answers; it gives undefined for a request that is not for nodes.
 */
export function createInternalDoor(
  node: string,
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
    const asked = readInternal(request.url, node);
    return asked && answer(request, asked.path);
  };
}

function nothing(): Response {
  return new Response(null, { status: 404 });
}
