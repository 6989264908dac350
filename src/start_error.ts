/** Why a server did not start. */
export class StartError extends Error {
  override readonly name = "StartError";

  /** @param advice Lines that tell the user what to do about it. */
  constructor(message: string, options: ErrorOptions = {}, readonly advice: string[] = []) {
    super(message, options);
  }
}
