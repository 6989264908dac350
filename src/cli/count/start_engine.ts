import { Engine, type EngineOptions } from "../../mod.ts";
import { type Resources, tooLittleMemory } from "./resources.ts";

/**
 * Starts the engine of a command.
 *
 * @param said What the command line says, for the error.
 * @throws {CommandError} If there is too little memory for its threads.
 */
export async function startEngine(options: EngineOptions, said: Resources): Promise<Engine> {
  try {
    return await Engine.start(options);
  } catch (error) {
    throw error instanceof RangeError ? tooLittleMemory(said, error) : error;
  }
}
