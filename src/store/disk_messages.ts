/** A block for the disk thread to write. */
export interface WriteBlock {
  /** Names the write in its answer. */
  id: number;
  /** Names the file from one block to the next. */
  file: number;
  path: string;
  bytes: Uint8Array<SharedArrayBuffer>;
  /** Where in the file. */
  at: number;
}

/** Ends the use of a file. */
export interface CloseFile {
  close: number;
}

/** What came of a write. */
export interface Written {
  id: number;
  /** Whether it went past the system's cache. */
  isDirect?: boolean;
  /** What the system said, if the write failed. */
  error?: string;
}
