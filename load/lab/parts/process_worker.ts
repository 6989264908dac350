// A process that does pieces of work: frames in by stdin, frames out by stdout.
import { encodeFrame, readFrames } from "./frames.ts";
import { perform, type Piece } from "./works.ts";

const output = Deno.stdout.writable.getWriter();
const READY: Piece = { work: "nothing", first: 0, last: 0, input: new Uint8Array() };
await output.write(encodeFrame(READY));
for await (const piece of readFrames(Deno.stdin.readable)) {
  await output.write(encodeFrame({ ...piece, input: perform(piece) }));
}
