import type { RecordCursor } from "./segment.ts";

/** The records of another cursor, but for what a subclass says of them. */
export class CursorView implements RecordCursor {
  protected readonly records: RecordCursor;

  constructor(records: RecordCursor) {
    this.records = records;
  }

  get bytes(): Uint8Array {
    return this.records.bytes;
  }

  get keyStart(): number {
    return this.records.keyStart;
  }

  get keyEnd(): number {
    return this.records.keyEnd;
  }

  get count(): number {
    return this.records.count;
  }

  get integer(): bigint {
    return this.records.integer;
  }

  get double(): number {
    return this.records.double;
  }

  get position(): number {
    return this.records.position;
  }

  next(): boolean {
    return this.records.next();
  }

  seek(position: number): void {
    this.records.seek(position);
  }
}
