import { Decimal, scaleOf } from "../contract/decimals.ts";
import type { KernelManifest } from "../contract/kernel_manifest.ts";
import { prefixBytes, readPrefix } from "../shared/pairs.ts";
import { behindRecord, formOf, VALUE_RECORDS } from "../shared/record_form.ts";
import { encodeOutput } from "../shared/kernel_output.ts";
import type { Emitted } from "./kernel_trier.ts";

/**
 * Reads what a thread has made of one record.
 *
 * @param bytes Packed keys or value records, as the kernel hands out the one or the other.
 */
export function* readEmitted(
  bytes: Uint8Array<ArrayBuffer>,
  { output, value }: Pick<KernelManifest, "output" | "value">,
): Generator<Emitted> {
  const form = formOf(encodeOutput({ output }));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  for (let at = 0; at < bytes.length;) {
    const start = at + form.headerBytes;
    const end = start + view.getUint32(at + form.lengthAt, true);
    const decode = (from: number, to: number) => decoder.decode(bytes.subarray(from, to));
    if (output === "pairs") {
      const keyBytes = readPrefix(bytes, start);
      const keyStart = start + prefixBytes(keyBytes);
      const keyEnd = keyStart + keyBytes;
      yield { key: decode(keyStart, keyEnd), value: decode(keyEnd, end) };
    } else {
      const isValue = form === VALUE_RECORDS;
      yield { key: decode(start, end), value: isValue ? readValue(view, at, value) : 1 };
    }
    at = behindRecord(form, end);
  }
}

type Number = number | bigint | Decimal;

function readValue(view: DataView, at: number, type: KernelManifest["value"]): Number {
  if (type === "f64") return view.getFloat64(at, true);
  const integer = view.getBigInt64(at, true);
  const scale = scaleOf(type);
  return scale === undefined ? integer : new Decimal(integer, scale);
}
