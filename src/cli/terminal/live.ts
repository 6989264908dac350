import process from "node:process";
import { createLogUpdate } from "log-update";

/**
 * A part of the terminal that is drawn again and again. The cursor stays visible and no mode of the
 * terminal is changed, so that there is nothing to restore, however the process ends.
 */
export class Live {
  readonly #update = createLogUpdate(process.stdout, { showCursor: true });

  show(frame: string): void {
    this.#update(frame.trimEnd());
  }
}
