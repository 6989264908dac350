import { JobError } from "../../contract/problems.ts";
import { CommandError } from "../terminal/explain.ts";
import type { TextPart } from "../../input/text_series.ts";
import type { Source } from "./list_files.ts";
import { NO_TEXT, openPart } from "./open_part.ts";
import type { Meter } from "./other_formats.ts";
import type { CountSettings } from "./settings.ts";

/** Opens inputs, and keeps in mind which ones were left out. */
export class Inputs {
  readonly meter: Meter = { read: 0, decoded: 0 };
  readonly #settings: CountSettings;
  readonly #failures = new Map<string, CommandError>();
  readonly #noTexts = new Set<string>();

  constructor(settings: CountSettings) {
    this.#settings = settings;
  }

  get failures(): readonly CommandError[] {
    return [...this.#failures.values()];
  }

  get noTexts(): number {
    return this.#noTexts.size;
  }

  /** Those that can be counted, as far as is known. */
  without(sources: readonly Source[]): readonly Source[] {
    return sources.filter(({ name }) => !this.#failures.has(name));
  }

  /** Opens one after the other. @throws {CommandError} For one that cannot be read, if that ends all. */
  async *open(sources: readonly Source[]): AsyncGenerator<TextPart, void, void> {
    for (const source of sources) {
      try {
        const part = await openPart(source, this.#settings, this.meter);
        if (part !== NO_TEXT) yield part;
        else this.#noTexts.add(source.name);
      } catch (error) {
        if (!(error instanceof CommandError) || this.#settings.isStrict) throw error;
        this.#failures.set(source.name, error);
      }
    }
  }

  /** @throws {CommandError} If nothing is left of the inputs. */
  requireSome(sources: readonly Source[]): void {
    if (sources.length === 0 || this.without(sources).length > 0) return;
    throw this.#failures.get(sources[0].name)!;
  }

  /**
   * Leaves out the input that a failure names.
   *
   * @returns Whether there is one, so that the others may be counted.
   */
  leaveOut(error: unknown, sources: readonly Source[]): boolean {
    if (!(error instanceof JobError) || this.#settings.isStrict) return false;
    const { name, path } = error.details;
    const source = sources.find((each) => each.name === (path ?? name));
    if (source === undefined) return false;
    this.#failures.set(source.name, new CommandError(inInput(error.message)));
    return true;
  }
}

/** Whether inputs can be read again. */
export function areRepeatable(sources: readonly Source[]): boolean {
  return !sources.some(({ kind }) => kind === "stdin");
}

/** What the engine calls a part is a file or a stream here. */
export function inInput(message: string): string {
  return message.replace(/, in part '/, ", in '");
}
