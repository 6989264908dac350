import { JobError } from "../../contract/problems.ts";
import type { MillraceError } from "../../client/mod.ts";
import { CommandError } from "../terminal/explain.ts";
import type { TextPart } from "../../input/text_series.ts";
import type { Source } from "./list_files.ts";
import { inInput } from "./in_input.ts";
import { NO_TEXT, openPart } from "./open_part.ts";
import type { Meter } from "./other_formats.ts";
import type { CountSettings } from "./settings.ts";

/** Opens inputs, and keeps in mind which ones were left out. */
export class Inputs {
  readonly meter: Meter = { read: 0, decoded: 0 };
  readonly #settings: CountSettings;
  readonly #all: readonly Source[];
  readonly #failures = new Map<string, CommandError>();
  readonly #noTexts = new Set<string>();
  /** What was opened last, in order: failures tell which one of these they are of. */
  #opened: Source[] = [];

  /** @param all Whatever will be opened. */
  constructor(settings: CountSettings, all: readonly Source[]) {
    this.#settings = settings;
    this.#all = all;
  }

  /** In the order of the inputs, whenever they became known. */
  get failures(): readonly CommandError[] {
    return this.#all.flatMap(({ name }) => this.#failures.get(name) ?? []);
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
    const opened: Source[] = this.#opened = [];
    for (const source of sources) {
      try {
        const part = await openPart(source, this.#settings, this.meter);
        if (part === NO_TEXT) {
          this.#noTexts.add(source.name);
          continue;
        }
        opened.push(source);
        yield part;
      } catch (error) {
        if (!(error instanceof CommandError) || this.#settings.isStrict) throw error;
        this.#failures.set(source.name, error);
      }
    }
  }

  /** @throws {CommandError} If nothing is left of the inputs. */
  requireSome(sources: readonly Source[]): void {
    if (sources.length === 0 || this.without(sources).length > 0) return;
    throw this.failures[0];
  }

  /**
   * Leaves out the input that a failure is of, as the engine here or a server has told it.
   *
   * @returns Whether there are others, which can be counted then.
   */
  leaveOut(error: JobError | MillraceError, sources: readonly Source[]): boolean {
    if (this.#settings.isStrict) return false;
    const source = this.#sourceOf(error);
    if (source === undefined) return false;
    const place = error instanceof JobError ? error.details : error.problem;
    this.#failures.set(source.name, new CommandError(inInput(error.message, place)));
    return this.without(sources).length > 0 && areRepeatable(sources);
  }

  #sourceOf(error: JobError | MillraceError): Source | undefined {
    const { part, path, name = path } = error instanceof JobError ? error.details : error.problem;
    if (typeof part === "number") return this.#opened[part];
    return this.#opened.find((each) => name !== undefined && each.name === name);
  }
}

/** Whether inputs can be read again. */
export function areRepeatable(sources: readonly Source[]): boolean {
  return !sources.some(({ kind }) => kind === "stdin");
}
