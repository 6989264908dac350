import { callJson, toProblem } from "./api.js";
import { useEffect, useState } from "./preact.js";

/** @typedef {import("./api.js").Problem} Problem */

/**
 * A document of the server; while another one is asked for, the last one stays.
 *
 * @template T
 * @param {string} path
 * @param {unknown} [version] Another one asks anew.
 * @returns {{ data?: T, problem?: Problem }}
 */
export function useJson(path, version) {
  const [state, setState] = useState(/** @type {{ data?: T, problem?: Problem }} */ ({}));
  useEffect(() => {
    const stop = new AbortController();
    callJson(path, stop.signal).then(
      (data) => setState({ data }),
      (error) => stop.signal.aborted || setState({ problem: toProblem(error) }),
    );
    return () => stop.abort();
  }, [path, version]);
  return state;
}
