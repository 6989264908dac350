import { html } from "hono/html";
import { MEDIA_TYPES, OTHER_MEDIA_TYPES } from "../contract/media_types.ts";
import {
  BODY_PARAMETERS,
  COUNT_PARAMETERS,
  type Format,
  OUTPUT_PARAMETERS,
} from "../contract/options.ts";
import { CHOICE_NOTES, CONFLICT_NOTES, VALUE_CONFLICT_NOTES } from "../contract/parameter_notes.ts";
import { PROBLEMS } from "../contract/problems.ts";
import { EXAMPLE_SITE } from "../openapi/example_site.ts";
import type { PageSection } from "./page_shell.ts";
import { renderLines, renderText } from "./rich_text.ts";

type Choice = keyof typeof CHOICE_NOTES;

const PARAMETERS = { ...COUNT_PARAMETERS, ...BODY_PARAMETERS, ...OUTPUT_PARAMETERS };

/** Choices that are explained with the answers; all others are with the counting. */
const OF_ANSWERS: readonly Choice[] = ["format", "columns"];

/**
 * The anchor of a parameter's explanation, if it has one.
 *
 * @param values What it may be where it stands: one of another meaning has other values.
 */
export function choiceAnchor(name: string, values?: readonly unknown[]): string | undefined {
  if (name === "columns") return "choice-columns";
  return values !== undefined && Object.hasOwn(CHOICE_NOTES, name) ? `choice-${name}` : undefined;
}

/** The anchor of a problem, by the last part of its type. */
export function problemAnchor(name: string): string {
  return `problem-${name}`;
}

/**
 * What is counted, how answers look, and what may go wrong: explained by the tables of the code.
 */
export function createGuideSections(): PageSection[] {
  return [createCountingSection(), createAnswersSection(), createProblemsSection()];
}

function createCountingSection(): PageSection {
  const choices = (Object.keys(CHOICE_NOTES) as Choice[])
    .filter((name) => !OF_ANSWERS.includes(name));
  return {
    id: "what-is-counted",
    title: "What is counted",
    content: html`
      <p>A text is cut into tokens, and a key is <code>n</code> tokens in a row, joined by one
      space. Counts are exact: wherever chunks end, however many threads count, and for keys of any
      length.</p>
      <pre>echo 'to be or not to be' | curl -sT - '${EXAMPLE_SITE}/v1/count?top=3'</pre>
      ${choices.map(renderChoice)}
      <h3 id="values">How values are written</h3>
      <p>Values are read as programs write them: booleans as <code>true</code>, <code>True</code>,
      <code>1</code>, <code>yes</code> or <code>on</code> and their opposites, integers also as
      <code>1e+05</code> or <code>100000.0</code>, choices and language codes in any case, and lists
      with blanks around their items.</p>
      <h3 id="conflicts">Options that exclude each other</h3>
      <p>An option that could have no effect is refused
      (<a href="#${problemAnchor("invalid-parameter")}">invalid-parameter</a>) with the
      <code>other</code> option that is in its way. A value that is the default never is, so that a
      client may always send all options.</p>
      <table>
      <tr><th>Refused</th><th>Because</th></tr>
      ${[...CONFLICT_NOTES, ...VALUE_CONFLICT_NOTES].map(({ query, because }) =>
        html`
          <tr>
            <td><code>${query}</code></td>
            <td>${renderText(because)}</td>
          </tr>
        `
      )}</table>
    `,
    entries: [
      ...choices.map((name) => ({ id: `choice-${name}`, title: html`<code>${name}</code>` })),
      { id: "values", title: "How values are written" },
      { id: "conflicts", title: "Options that exclude each other" },
    ],
  };
}

function renderChoice(name: Choice) {
  const { about, default: standard } = PARAMETERS[name];
  return html`
    <h3 id="choice-${name}"><code>${name}</code></h3>
    <p>${renderText(about)}.</p>
    <table>
    <tr><th>Value</th><th>Meaning</th></tr>
    ${Object.entries(CHOICE_NOTES[name]).map(([value, note]) =>
      html`
        <tr>
          <td><code>${value}</code>${value === standard && " (default)"}</td>
          <td>${renderText(note)}</td>
        </tr>
      `
    )}</table>
  `;
}

function createAnswersSection(): PageSection {
  return {
    id: "answers",
    title: "Answers",
    content: html`
      <h3 id="choice-format">Formats</h3>
      <p>An answer has the form that <code>format</code> names, or else the one that
      <code>Accept</code> prefers, weights included; a client that takes anything gets JSON. Of types
      that weigh the same, one that is named goes before a range such as <code>*/*</code>.</p>
      <pre>curl -sT moby.txt -H 'accept: text/csv' '${EXAMPLE_SITE}/v1/count?top=2'</pre>
      <table>
      <tr><th>Format</th><th>Content type</th><th>What it is</th><th>Other names in Accept</th></tr>
      ${(Object.keys(MEDIA_TYPES) as Format[]).map(renderFormat)}</table>
      <h3 id="choice-columns">Columns</h3>
      <p>${renderText(PARAMETERS.columns.about)}: they stand behind the count or the value, in
      the order in which <code>columns</code> names them.</p>
      <table>
      <tr><th>Column</th><th>Meaning</th></tr>
      ${Object.entries(CHOICE_NOTES.columns).map(([column, note]) =>
        html`
          <tr>
            <td><code>${column}</code></td>
            <td>${renderText(note)}</td>
          </tr>
        `
      )}</table>
      <h3 id="what-is-not-shown">What is not shown</h3>
      <p>In JSON, <code>totals.keys</code> and <code>totals.counted</code> are the number of all keys
      and the sum of their counts; <code>otherKeys</code> and <code>otherCount</code> are what of
      both the answer does not show. The other formats say it in headers: <code>Total-Keys</code>
      is <code>totals.keys</code>, and <code>Shown-Keys</code> is how many of them the answer has.
      Keys that the count itself leaves out, such as stop words, are in none of these numbers, but
      in <code>totals.tokens</code>.</p>
    `,
    entries: [
      { id: "choice-format", title: "Formats" },
      { id: "choice-columns", title: "Columns" },
      { id: "what-is-not-shown", title: "What is not shown" },
    ],
  };
}

function renderFormat(format: Format) {
  const others = Object.entries(OTHER_MEDIA_TYPES).filter(([, each]) => each === format);
  return html`
    <tr>
      <td><code>${format}</code></td>
      <td><code>${MEDIA_TYPES[format]}</code></td>
      <td>${renderText(CHOICE_NOTES.format[format])}</td>
      <td>${renderLines(others.map(([media]) => html`<code>${media.split(";")[0]}</code>`))}</td>
    </tr>
  `;
}

function createProblemsSection(): PageSection {
  return {
    id: "errors",
    title: "Errors",
    content: html`
      <p>Whatever goes wrong is said as <code>application/problem+json</code> (RFC 9457): with a
      <code>type</code> that never changes, <code>urn:millrace:problem:</code> and one of the names
      below, and with what was wrong and what is allowed. Where asking again may help,
      <code>Retry-After</code> says after how many seconds.</p>
      <pre>curl -s '${EXAMPLE_SITE}/v1/count?top=many' -d x</pre>
      <table>
      <tr><th>Type</th><th>Status</th><th>Title</th><th>Retry after</th></tr>
      ${Object.entries(PROBLEMS).map(([code, kind]) => {
        const name = code.replaceAll("_", "-");
        return html`
          <tr id="${problemAnchor(name)}">
            <td><code>${name}</code></td>
            <td>${kind.status}</td>
            <td>${kind.title}</td>
            <td>${"retryAfter" in kind && `${kind.retryAfter} s`}</td>
          </tr>
        `;
      })}</table>
    `,
  };
}
