/** What a node reads of a text to look what it is. */
const HEAD_BYTES = 1000;

/** Whether a request is for what splits are counted of, and not for the head of a text. */
export function isInSplits(request: Request): boolean {
  const [, from = "0"] = /^bytes=(\d+)-/.exec(request.headers.get("range") ?? "") ?? [];
  return Number(from) >= HEAD_BYTES;
}
