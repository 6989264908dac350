import {
  FIRST_THREAD_REGISTER,
  OPS_MATCH,
  REGISTER_END,
  REGISTER_SPARE,
  REGISTER_START,
  SOURCE_NONE,
  SOURCE_POSITION,
} from "../../../assembly/regex_layout.ts";
import { tooLarge } from "./regex_limits.ts";
import { HERE, NOWHERE, type Place, type Thread } from "./threads.ts";

interface Move {
  readonly to: number;
  readonly from: number;
}

const MAX_PLACES = REGISTER_SPARE - FIRST_THREAD_REGISTER;

/** Threads whose registers are numbered in the order in which they appear. */
export interface Renumbered {
  readonly threads: readonly Thread[];
  /** By number, from 0: what is to be moved there. */
  readonly places: readonly Place[];
}

/** Gives equal names to threads that differ in the names of their registers alone. */
export function renumber(threads: readonly Thread[]): Renumbered {
  const numbers = new Map<Place, number>();
  const numberOf = (place: Place) => {
    if (place === NOWHERE) return NOWHERE;
    let number = numbers.get(place);
    if (number === undefined) numbers.set(place, number = numbers.size);
    return number;
  };
  const renamed = threads.map(({ state, open, close }) => ({
    state,
    open: numberOf(open),
    close: numberOf(close),
  }));
  if (numbers.size > MAX_PLACES) throw tooLarge(`${MAX_PLACES} registers`);
  return { threads: renamed, places: [...numbers.keys()] };
}

/** The operations of an entry as the walker reads them; none are an empty list. */
export function operations(places: readonly Place[], match: Thread | null): number[] {
  const moves = places.map((place, i) => ({ to: registerOf(i), from: sourceOf(place) }));
  const answer = match
    ? [
      { to: REGISTER_START, from: sourceOf(match.open) },
      { to: REGISTER_END, from: sourceOf(match.close) },
    ]
    : [];
  const all = [...answer, ...inOrder(moves)];
  if (all.length === 0 && !match) return [];
  return [all.length | (match ? OPS_MATCH : 0), ...all.map(({ to, from }) => to | (from << 8))];
}

const registerOf = (number: number) => FIRST_THREAD_REGISTER + number;

function sourceOf(place: Place): number {
  if (place === HERE) return SOURCE_POSITION;
  return place === NOWHERE ? SOURCE_NONE : registerOf(place);
}

/** Orders moves that are meant at once, so that none overwrites what another has yet to read. */
function inOrder(moves: readonly Move[]): Move[] {
  const ordered: Move[] = [];
  let left = moves.filter(({ to, from }) => to !== from);
  while (left.length > 0) {
    const free = left.filter(({ to }) => !left.some(({ from }) => from === to));
    if (free.length > 0) {
      ordered.push(...free);
      left = left.filter((move) => !free.includes(move));
    } else {
      // All that is left are circles: one of them is opened.
      const { to } = left[0];
      ordered.push({ to: REGISTER_SPARE, from: to });
      left = left.map((move) => move.from === to ? { ...move, from: REGISTER_SPARE } : move);
    }
  }
  return ordered;
}
