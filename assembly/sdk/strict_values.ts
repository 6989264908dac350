// Says where a source emits values of a wrong type. `values.ts` takes any type, so what it refuses is
// an error within it; the compiler then compiles the source once more with this file in its place,
// where an argument must be of the type that `build.ts` names. Nothing of this runs.

import { Value } from "./build";

export function emitValue<T = Value>(key: string, value: Value): void {}

export function emitBytesValue<T = Value>(start: usize, length: i32, value: Value): void {}
