import type { Colors } from "picocolors/types";

/** Whether output is coloured: `auto` where a person reads it and has not said no. */
export type ColorChoice = "auto" | "always" | "never";

/** Whether the terminal can move its cursor. */
export function canDraw(stream: { isTerminal(): boolean }): boolean {
  return stream.isTerminal() && Deno.env.get("TERM") !== "dumb";
}

/** The colours of a stream, or functions that change nothing. */
export async function colorsFor(choice: ColorChoice, isTerminal: boolean): Promise<Colors> {
  const isWanted = choice === "auto"
    ? isTerminal && !Deno.env.get("NO_COLOR") && Deno.env.get("TERM") !== "dumb"
    : choice === "always";
  const { default: picocolors } = await import("picocolors");
  return picocolors.createColors(isWanted);
}

/** Columns of the terminal; COLUMNS outranks what it says itself. */
export function terminalColumns(): number {
  const told = Number(Deno.env.get("COLUMNS"));
  if (Number.isInteger(told) && told > 0) return told;
  try {
    return Deno.consoleSize().columns || 80;
  } catch {
    return 80;
  }
}
