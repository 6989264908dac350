// What the host gives and takes. A module sees nothing else of the world.

// @ts-ignore: decorator
@external("millrace", "drain")
export declare function drain(at: usize, bytes: i32): void;

// @ts-ignore: decorator
@external("millrace", "fail")
declare function failWith(at: usize, bytes: i32): void;

/** Ends the job with a message; does not return. */
export function fail(message: string): void {
  const text = String.UTF8.encode(message);
  failWith(changetype<usize>(text), text.byteLength);
  unreachable(); // the host has thrown
}
