// The page that a job has which counts approximately: what left its tables. Untyped integer
// constants only, as in layout.ts; approx/purge.ts has the rules.

/** u64, any worker (add): the most by which the count of a key may be too low. */
export const APPROX_BOUND = 0;
/** u32, any worker (add): how often a table was purged. */
export const APPROX_PURGES = 8;
/** u32, host: whether all keys are noted, also where none leaves. */
export const APPROX_NOTES_ALL = 12;
/** u8 × APPROX_REGISTERS, any worker (CAS, upwards): a HyperLogLog of the keys; see src/shared/hyperloglog.ts. */
export const APPROX_SKETCH = 128;
export const APPROX_REGISTER_BITS = 12;
export const APPROX_REGISTERS = 4096;
