import { main as asc } from "assemblyscript/asc";
import type { Transform } from "assemblyscript/transform";
import type { AscError } from "./asc_api.ts";
import { type Diagnostic, MOST_DIAGNOSTICS, SourceText } from "./diagnostics.ts";
import { writeBuildConstants, writeGlue } from "./glue.ts";
import { type SourceManifest, withManifest } from "./manifest.ts";
import { SdkTransform } from "./sdk_transform.ts";
import { SOURCE_PATH, type Survey, surveySource } from "./survey.ts";
import { makeEmptyTextsFalse } from "./truth.ts";
import {
  explainValues,
  isOfValue,
  isOwn,
  STRICT_VALUES_PATH,
  VALUES_PATH,
} from "./value_places.ts";

/** Texts of the SDK by package and file name, such as `millrace/index.ts`. */
export type SdkSources = Readonly<Record<string, string>>;

/** A compiled kernel, or what is wrong with its source. */
export type Compilation = { binary: Uint8Array<ArrayBuffer> } | { diagnostics: Diagnostic[] };

const ENTRY_PATH = "entry.ts";
const OUTPUT_PATH = "kernel.wasm";
const PACKAGES = "node_modules/";
/** 1 MB: room for static data and a first chunk; the host grows what it gives. */
const INITIAL_PAGES = 16;
const ERROR = 3;

const FLAGS = [
  "-O2",
  "--importMemory",
  "--noExportMemory",
  "--zeroFilledMemory", // every instance gets a memory of its own
  "--initialMemory",
  `${INITIAL_PAGES}`,
  "--enable",
  "simd",
  "--outFile",
  OUTPUT_PATH,
];

makeEmptyTextsFalse(); // asc has one compiler for all sources

interface AscReport extends AscError {
  category: number;
}

/** What asc made of some files, and what it says is wrong with them. */
interface AscResult {
  binary?: Uint8Array;
  errors: AscError[];
  /** Why it made nothing. */
  failure: Error | null;
}

/**
 * Compiles a kernel in this process, without limits: the source decides how long that takes.
 *
 * @param name What the manifest calls the kernel. @default {what the source says}
 * @throws {Error} If the compiler itself fails.
 */
export async function compileSource(
  source: string,
  sdk: SdkSources,
  name?: string,
): Promise<Compilation> {
  const survey = surveySource(source);
  if (Array.isArray(survey)) return { diagnostics: survey };
  const files = gatherFiles(source, survey, sdk);
  const { binary, errors, failure } = await runAsc(files, survey);
  const diagnostics = await explain(new SourceText(source), survey, files, errors);
  if (diagnostics.length > 0) return { diagnostics };
  if (failure || !binary) throw failure ?? new Error("asc wrote no module");
  return { binary: withManifest(binary, describe(survey, name ?? survey.name)) };
}

async function runAsc(files: ReadonlyMap<string, string>, survey: Survey): Promise<AscResult> {
  const reports: AscReport[] = [];
  let binary: Uint8Array | undefined;
  const { error } = await asc([ENTRY_PATH, ...FLAGS, "--runtime", runtimeOf(survey)], {
    readFile: (path: string) => files.get(path) ?? null,
    writeFile: (path: string, contents: string | Uint8Array) => {
      if (path === OUTPUT_PATH && typeof contents !== "string") binary = contents;
    },
    listFiles: () => [],
    stdout: { write: () => {} },
    stderr: { write: () => {} },
    reportDiagnostic: (report: unknown) => void reports.push(report as AscReport),
    transforms: [SdkTransform as unknown as Transform], // asc fills in what its type asks for
  });
  const errors = reports.filter(({ category }) => category === ERROR);
  return { binary, errors, failure: error };
}

/** Everything that the compiler can read. */
function gatherFiles(source: string, survey: Survey, sdk: SdkSources): Map<string, string> {
  const files = new Map<string, string>();
  files.set(ENTRY_PATH, writeGlue(survey));
  // Behind the text, so that the lines of the source stay where they are.
  const added = survey.lacksOptions ? "\nexport const options = new Options();\n" : "";
  files.set(SOURCE_PATH, source + added);
  for (const [name, text] of Object.entries(sdk)) files.set(PACKAGES + name, text);
  files.set(`${PACKAGES}millrace/build.ts`, writeBuildConstants(survey));
  const regions = survey.keepsObjects ? "collected" : "arena";
  files.set(`${PACKAGES}millrace/regions.ts`, sdk[`millrace/${regions}.ts`]);
  return files;
}

/** An arena takes the place of `stub`. */
function runtimeOf(survey: Survey): string {
  return survey.keepsObjects ? "minimal" : "stub";
}

function describe(survey: Survey, name: string | undefined): SourceManifest {
  return {
    abi: 1,
    ...(name === undefined ? {} : { name }),
    records: survey.records,
    ...(survey.level === "string" && { input: "text" }),
    output: outputOf(survey),
    ...survey.values,
    ...survey.pairs,
    options: survey.options,
  };
}

function outputOf({ values, pairs, emitsCopies }: Survey): SourceManifest["output"] {
  if (values) return "values";
  if (pairs) return "pairs";
  return emitsCopies ? "keys" : "windows";
}

/** Errors of the user's text; an error elsewhere is told at the start of the text. */
async function explain(
  source: SourceText,
  survey: Survey,
  files: ReadonlyMap<string, string>,
  errors: readonly AscError[],
): Promise<Diagnostic[]> {
  // asc tells an error at the place that causes it first, so the user's own places suffice.
  const own = errors.filter(isOwn);
  const told = source.explainCauses(own);
  const ofValues = errors.filter(isOfValue);
  if (ofValues.length > 0) {
    const strict = await runAsc(withStrictValues(files), survey);
    told.push(...explainValues(source, survey, ofValues, own, strict.errors));
  }
  if (told.length === 0) told.push(...errors.map(({ message }) => source.diagnose(0, message)));
  return told.slice(0, MOST_DIAGNOSTICS);
}

function withStrictValues(files: ReadonlyMap<string, string>): Map<string, string> {
  return new Map(files).set(PACKAGES + VALUES_PATH, files.get(PACKAGES + STRICT_VALUES_PATH)!);
}
