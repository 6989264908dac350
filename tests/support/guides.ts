/** The root of the repository. */
export const ROOT = new URL("../../", import.meta.url);

/** A block of code in a guide, and the output that the guide shows for it. */
export interface CodeBlock {
  /** The word behind the fence: `sh`, `python`, `text`, `json`. */
  language: string;
  text: string;
  /** The next block, unless a heading or another command stands before it. */
  output?: { language: string; text: string };
}

const COMMANDS = ["sh", "console", "python"];

/** Every block of code of a guide, in order. */
export function readBlocks(guide: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let last: CodeBlock | undefined;
  for (
    const [, heading, language, text] of guide.matchAll(/^(#+ )|^```(\w*)[^\n]*\n([^]*?)^```$/gm)
  ) {
    if (heading !== undefined) last = undefined;
    else if (COMMANDS.includes(language) || last === undefined) {
      blocks.push({ language, text });
      last = COMMANDS.includes(language) ? blocks.at(-1) : undefined;
    } else {
      last.output = { language, text };
      last = undefined;
    }
  }
  return blocks;
}

/** Every guide of the product, by its path. */
export async function readGuides(): Promise<Map<string, string>> {
  const guides = new Map<string, string>();
  for (const path of ["README.md", ".github/CHANGELOG.md"]) guides.set(path, await read(path));
  for (const folder of ["src", "assembly", "load", "tests", "workers", "findings"]) {
    for await (const path of listGuides(folder)) guides.set(path, await read(path));
  }
  return guides;
}

async function* listGuides(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(new URL(`${folder}/`, ROOT))) {
    if (isDirectory) yield* listGuides(`${folder}/${name}`);
    else if (name.endsWith(".md")) yield `${folder}/${name}`;
  }
}

function read(path: string): Promise<string> {
  return Deno.readTextFile(new URL(path, ROOT));
}

/** The anchors of a guide's headings, as GitHub makes them. */
export function anchorsOf(guide: string): string[] {
  const anchors: string[] = [];
  for (const [, heading] of withoutCode(guide).matchAll(/^#+ (.*)$/gm)) {
    const base = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(" ", "-");
    const same = anchors.filter((each) => each.replace(/-\d+$/, "") === base).length;
    anchors.push(same === 0 ? base : `${base}-${same}`);
  }
  return anchors;
}

/** The targets of a guide's links, code left out. */
export function linksOf(guide: string): string[] {
  const text = withoutCode(guide).replaceAll(/`[^`\n]*`/g, "");
  return Array.from(text.matchAll(/\]\(([^)\s]+)\)/g), ([, target]) => target);
}

function withoutCode(guide: string): string {
  return guide.replaceAll(/^ *```[^]*?^ *```$/gm, "");
}
