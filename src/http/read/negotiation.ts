import { BoundedCache } from "../../async/bounded_cache.ts";
import { JobError } from "../../contract/problems.ts";
import type { Format } from "../../contract/options.ts";
import { type Choice, parseChoices, type Preference, preferenceFor } from "./accept.ts";
import { EVENT_STREAM, MEDIA_TYPES, OTHER_MEDIA_TYPES } from "../../contract/media_types.ts";

/** A form that an answer may take. */
export interface Form {
  format: Format;
  /** The content type, if it is not the format's own. */
  mediaType?: string;
}

interface Offer extends Form {
  /** The media type alone. */
  name: string;
  parameters: Record<string, RegExp>;
}

/**
 * All text is UTF-8, also where a media type has no such parameter. JSON has none and is never
 * anything else (RFC 8259, 11), so a client that asks for it in UTF-8 gets it.
 */
const UTF8 = /^utf-?8$/;
const PRESENT = /^present$/;

const FORMATS = Object.keys(MEDIA_TYPES) as Format[];
const OFFERS: readonly Offer[] = [
  ...FORMATS.map((format) => createOffer({ format }, MEDIA_TYPES[format])),
  ...Object.entries(OTHER_MEDIA_TYPES).map(([mediaType, format]) =>
    createOffer({ format, mediaType }, mediaType)
  ),
];
const EVENTS = { name: EVENT_STREAM, parameters: { charset: UTF8 } };

/** Clients repeat a few headers. */
const chosen = new BoundedCache<Form>({ mostEntries: 64, mostChars: 256 });

/**
 * The form that Accept asks for (RFC 9110, 12.5.1). Between equal weights a type that is named
 * goes before a range; then `standard` goes first.
 *
 * @param standard The format for a client that takes anything.
 * @returns Shared with other requests: not to be changed.
 * @throws {JobError} `not_acceptable`.
 */
export function negotiateForm(request: Request, standard: Format): Form {
  const accept = request.headers.get("accept");
  if (accept === null || accept === "*/*" || accept === "") return STANDARD_FORMS[standard];
  return chosen.getOrMake(standard + accept, () => {
    const form = chooseForm(parseChoices(accept), standard);
    if (form !== undefined) return form;
    throw notAcceptable("accept", accept, Object.values(MEDIA_TYPES));
  });
}

const STANDARD_FORMS = Object.fromEntries(FORMATS.map((format) => [format, { format }])) as Record<
  Format,
  Form
>;

function chooseForm(choices: readonly Choice[], standard: Format): Form | undefined {
  let best: Offer | undefined;
  let most: Preference = { weight: 0, rank: 0 };
  for (const offer of OFFERS) {
    const preference = weigh(choices, offer);
    if (preference.weight === 0) continue;
    const order = comparePreferences(preference, most);
    const isStandard = offer.format === standard && offer.mediaType === undefined;
    if (best === undefined || order > 0 || (order === 0 && isStandard)) {
      [best, most] = [offer, preference];
    }
  }
  return best && { format: best.format, mediaType: best.mediaType };
}

/**
 * How much a client wants a form. A range of types means the formats' own names. A client that
 * lists text/plain beside others takes any text: of equal weights it is the last.
 */
function weigh(choices: readonly Choice[], offer: Offer): Preference {
  const preference = preferenceFor(choices, offer.name, offer.parameters);
  const isLast = offer.mediaType !== undefined &&
    (preference.rank < 3 || offer.name === "text/plain");
  return isLast ? { ...preference, rank: 0 } : preference;
}

function comparePreferences(a: Preference, b: Preference): number {
  return a.weight - b.weight || a.rank - b.rank;
}

/** Whether Accept prefers a stream of events to every other answer. */
export function wantsEvents(request: Request): boolean {
  const accept = request.headers.get("accept");
  if (accept === null || !/text\/event-stream/i.test(accept)) return false;
  const choices = parseChoices(accept);
  const events = preferenceFor(choices, EVENTS.name, EVENTS.parameters);
  return events.weight > 0 &&
    OFFERS.every((offer) => comparePreferences(events, weigh(choices, offer)) > 0);
}

/** @throws {JobError} `not_acceptable` if Accept rules out a stream of events. */
export function requireEvents(request: Request): void {
  const accept = request.headers.get("accept");
  if (accept === null || accept === "") return;
  const { weight } = preferenceFor(parseChoices(accept), EVENTS.name, EVENTS.parameters);
  if (weight === 0) throw notAcceptable("accept", accept, [EVENT_STREAM]);
}

/** The one of some media types that Accept prefers. @throws {JobError} `not_acceptable`. */
export function requireMedia(request: Request, media: readonly string[]): string {
  const preferred = preferMedia(request, media);
  if (preferred !== undefined) return preferred;
  throw notAcceptable("accept", request.headers.get("accept")!, media);
}

/** The one of some media types that Accept prefers, the first of equals; undefined for none. */
export function preferMedia(request: Request, media: readonly string[]): string | undefined {
  const accept = request.headers.get("accept") ?? "";
  if (accept === "") return media[0];
  const choices = parseChoices(accept);
  const wanted = media.map((name) => ({
    name,
    preference: preferenceFor(choices, name, { charset: UTF8 }),
  })).filter(({ preference }) => preference.weight > 0);
  return wanted.sort((a, b) => comparePreferences(b.preference, a.preference))[0]?.name;
}

/** The refusal of a request that accepts none of the forms that there are. */
export function notAcceptable(
  header: "accept" | "accept-encoding",
  given: string,
  allowed: readonly string[],
): JobError {
  const value = given.slice(0, 200);
  const what = header === "accept" ? "media type" : "content coding";
  return new JobError("not_acceptable", `Cannot answer with ${what} '${value}'`, {
    details: { header, value, allowed },
  });
}

function createOffer(form: Form, mediaType: string): Offer {
  const [name, ...rest] = mediaType.split("; ");
  const parameters: Record<string, RegExp> = { charset: UTF8 };
  if (rest.includes("header=present")) parameters.header = PRESENT;
  return { ...form, name, parameters };
}
