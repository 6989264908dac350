// A set of bytes as two tables of 16, by the low half of a byte: a bit for each high half.

/** A set of bytes, for `runs`. It never changes. */
export class ByteClass {
  /** 16 bytes for high halves 0 to 7, 16 for 8 to 15. */
  private readonly tables: StaticArray<u8> = new StaticArray<u8>(32);

  /** @param wordsOnly Whether it is WORD, which takes whole characters. */
  private constructor(readonly wordsOnly: bool) {}

  /**
   * The bytes of some ASCII characters: `ByteClass.of("a-zA-Z_")`. A `-` stands for itself at the
   * start and at the end.
   */
  static of(characters: string): ByteClass {
    const set = new ByteClass(false);
    const length = characters.length;
    for (let i = 0; i < length; i++) {
      const first = characters.charCodeAt(i);
      let last = first;
      if (i + 2 < length && characters.charCodeAt(i + 1) == 0x2d) {
        last = characters.charCodeAt(i + 2);
        i += 2;
      }
      if (first >= 0x80 || last >= 0x80) throw new RangeError("A byte class takes ASCII characters only");
      if (last < first) throw new RangeError("A byte class takes ranges from the lower to the higher character");
      for (let byte = first; byte <= last; byte++) set.add(byte);
    }
    return set;
  }

  /** All bytes but those of some ASCII characters; so every byte of other characters is in it. */
  static not(characters: string): ByteClass {
    const without = ByteClass.of(characters);
    const set = new ByteClass(false);
    for (let byte = 0; byte < 256; byte++) if (!without.has(<u8>byte)) set.add(byte);
    return set;
  }

  static words(): ByteClass {
    return new ByteClass(true);
  }

  has(byte: u8): bool {
    return (<i32>this.tables[rowOf(byte)] & bitOf(byte)) != 0;
  }

  private add(byte: i32): void {
    this.tables[rowOf(byte)] = <u8>(<i32>this.tables[rowOf(byte)] | bitOf(byte));
  }

  /** Address of the tables. */
  get address(): usize {
    return changetype<usize>(this.tables);
  }
}

function rowOf(byte: i32): i32 {
  return (byte & 0x0f) | ((byte >>> 7) << 4);
}

function bitOf(byte: i32): i32 {
  return 1 << ((byte >>> 4) & 7);
}

/** What stands between whitespace: a word, as Python's `str.split()` has it. */
export const WORD: ByteClass = ByteClass.words();
