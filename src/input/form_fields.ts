/** What a field of a form is to a count. */
export type FieldRole = "text" | "charset" | "button" | "other";

/** The field whose value is a text, and how lists of it are named by axios, jQuery, PHP and Rails. */
const TEXT_FIELD = /^text(?:\[\d*\])?$/;

/** What browsers fill in with the charset of the form (HTML, 4.10.21.4). */
const CHARSET_FIELD = "_charset_";

/** Names of buttons, and of the fields that frameworks hide in forms. */
const BUTTON_FIELD = new RegExp(
  [
    "submit|button|btn",
    "^(?:go|ok|send|save|upload|count|commit|action|op|utf8|_method)$",
    "csrf|xsrf|^_token$|^authenticity_token$|^__requestverificationtoken$",
  ].join("|"),
  "i",
);
/** Where an image that is a button was hit: two fields, with numbers. */
const PLACE_FIELD = /^(?:.*\.)?[xy]$/;

/** Most bytes of a value that is no text: a charset, or what stands on a button. */
export const MOST_VALUE_BYTES = 1000;

/** What a form may have, for the `allowed` member of a problem. */
export const ALLOWED_FIELDS = ["text", "text[]", CHARSET_FIELD, "buttons", "empty fields"];

/** What a field is, by its name. */
export function roleOfField(name: string): FieldRole {
  if (TEXT_FIELD.test(name)) return "text";
  if (name === CHARSET_FIELD) return "charset";
  return BUTTON_FIELD.test(name) ? "button" : "other";
}

/**
 * Whether a field that is no text says nothing that its sender can mean to have counted. Browsers
 * send an empty field for what was not filled in, and the place where a button was hit.
 */
export function saysNothing(name: string, value: string): boolean {
  return value === "" || (PLACE_FIELD.test(name) && /^-?\d{1,6}$/.test(value));
}
