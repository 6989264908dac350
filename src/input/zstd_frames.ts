const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const DICTIONARY_BYTES = [0, 1, 2, 4];
const RLE_BLOCK = 1;

/** What the walk through a frame wants next: bytes to look at, or bytes to pass over. */
interface Step {
  look: number;
  skip: number;
}

/**
 * Finds where the frames of a Zstandard stream end (RFC 8878, section 3.1), without decompressing
 * them: the decoder of node:zlib stops behind the first frame of a block of bytes, and does not
 * say when a stream ends within one.
 */
export class ZstdFrames {
  #walk: Generator<Step, void, DataView> | undefined;
  readonly #field = new Uint8Array(4);
  #lookedAt = 0;
  #step: Step = { look: 0, skip: 0 };

  /** Whether the bytes so far end with a frame. */
  get complete(): boolean {
    return this.#walk === undefined;
  }

  /** How many of these bytes belong to the frame that is open or begins here. */
  push(bytes: Uint8Array): number {
    let at = 0;
    this.#walk ??= this.#begin();
    do {
      const passed = Math.min(this.#step.skip, bytes.length - at);
      this.#step.skip -= passed;
      at += passed;
      while (this.#lookedAt < this.#step.look && at < bytes.length) {
        this.#field[this.#lookedAt++] = bytes[at++];
      }
      if (this.#step.skip > 0 || this.#lookedAt < this.#step.look) break;
    } while (!this.#advance());
    return at;
  }

  #begin(): Generator<Step, void, DataView> {
    const walk = walkFrame();
    this.#step = walk.next().value as Step;
    this.#lookedAt = 0;
    return walk;
  }

  /** Takes the next step that wants bytes; true when the frame is over. */
  #advance(): boolean {
    const view = new DataView(this.#field.buffer);
    const { value, done } = this.#walk!.next(view);
    this.#lookedAt = 0;
    if (!done) this.#step = value;
    else this.#walk = undefined;
    return done === true;
  }
}

const look = (bytes: number): Step => ({ look: bytes, skip: 0 });
const skip = (bytes: number, thenLook = 0): Step => ({ look: thenLook, skip: bytes });

function* walkFrame(): Generator<Step, void, DataView> {
  const magic = (yield look(4)).getUint32(0, true);
  if ((magic & ~0xf) === SKIPPABLE_MAGIC) {
    yield skip((yield look(4)).getUint32(0, true));
    return;
  }
  if (magic !== FRAME_MAGIC) yield skip(Infinity); // the decoder will say that this is no frame
  const descriptor = (yield look(1)).getUint8(0);
  const singleSegment = (descriptor >> 5) & 1;
  const sizeFlag = descriptor >> 6;
  const sizeBytes = sizeFlag === 0 ? singleSegment : 1 << sizeFlag;
  let before = 1 - singleSegment + DICTIONARY_BYTES[descriptor & 3] + sizeBytes;
  for (let last = 0; !last;) {
    const field = yield skip(before, 3);
    const block = field.getUint16(0, true) | (field.getUint8(2) << 16);
    last = block & 1;
    before = ((block >> 1) & 3) === RLE_BLOCK ? 1 : block >> 3;
  }
  const hasChecksum = (descriptor >> 2) & 1;
  yield skip(before + 4 * hasChecksum);
}
