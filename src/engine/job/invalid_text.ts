import { JobError } from "../../contract/problems.ts";
import { FAULT_REASONS } from "../../shared/record_fault.ts";

/** What is known of a text that cannot be read on. */
export interface InvalidText {
  /** Whether a record is broken, or else a byte is no UTF-8. */
  isBroken: boolean;
  /** Members that say where, if that is better than the offset does. */
  place?: Record<string, unknown>;
  /** One of BROKEN_*. */
  reason?: number;
  /** Number of the line, and of the byte in it, from 1. */
  line?: number;
  column?: number;
}

/**
 * The failure of a job whose text cannot be read on.
 *
 * @param at Offset of the first byte of the record that is broken, or of the byte that is wrong.
 */
export function explainInvalid(
  at: number,
  { isBroken, place, reason = 0, line, column }: InvalidText,
): JobError {
  const why = FAULT_REASONS[reason];
  const details = {
    offset: at,
    ...definedOf({ line, column }),
    ...definedOf({ reason: why }),
    ...place,
  };
  const where = describeLine(line, column) + describePart(details);
  const { offset } = details;
  if (!isBroken) {
    const message = `Cannot count: byte ${offset} begins no valid UTF-8${where}`;
    return new JobError("invalid_utf8", message, { details });
  }
  const message = `Cannot count: the record that byte ${offset} begins is broken${where}` +
    `${why === undefined ? "" : `: ${why}`}; onError=skip leaves such records out`;
  return new JobError("broken_record", message, { details });
}

function describeLine(line?: number, column?: number): string {
  if (line === undefined) return "";
  return `, at line ${line}${column === undefined ? "" : `, column ${column}`}`;
}

function describePart({ path, part, name = part }: Record<string, unknown>): string {
  if (path !== undefined) return `, in file '${path}'`;
  return name === undefined ? "" : `, in part '${name}'`;
}

function definedOf(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
