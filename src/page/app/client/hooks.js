import { callJson, toProblem } from "./api.js";
import { useEffect, useState } from "./preact.js";

/** @typedef {import("./api.js").Problem} Problem */

/**
 * What is loaded for a view; while something else is loaded, the last one stays.
 *
 * @template T
 * @param {(signal: AbortSignal) => Promise<T>} load
 * @param {readonly unknown[]} inputs With other ones it loads anew.
 * @returns {{ data?: T, problem?: Problem }}
 */
export function useLoaded(load, inputs) {
  const [state, setState] = useState(/** @type {{ data?: T, problem?: Problem }} */ ({}));
  useEffect(() => {
    const stop = new AbortController();
    load(stop.signal).then(
      (data) => setState({ data }),
      (error) => stop.signal.aborted || setState({ problem: toProblem(error) }),
    );
    return () => stop.abort();
  }, inputs);
  return state;
}

/**
 * A document of the server.
 *
 * @param {string} path
 * @param {unknown} [version] Another one asks anew.
 * @returns {{ data?: unknown, problem?: Problem }}
 */
export function useJson(path, version) {
  return useLoaded((signal) => callJson(path, signal), [path, version]);
}

/** Does one thing at a time that may fail, and tells why it did. */
export function useAction() {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState(
    /** @type {Problem | undefined} */ (undefined),
  );
  /** @param {() => Promise<void>} work */
  const act = async (work) => {
    setProblem(undefined);
    setBusy(true);
    try {
      await work();
    } catch (error) {
      setProblem(toProblem(error));
    }
    setBusy(false);
  };
  return { act, isBusy, problem };
}
