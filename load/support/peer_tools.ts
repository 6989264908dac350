import { Refusal } from "./options.ts";
import { runCommand, tryCommand } from "./commands.ts";

/** Packages of Python that peers use, as `install` fetches them. */
const PYTHON_PACKAGES = {
  duckdb: "2.0.1",
  polars: "2.1.0",
  chdb: "4.4.0",
  pandas: "3.1.1",
} as const;
const HUNIQ = "2.7.0";

/** One of them. */
export type PythonPackage = keyof typeof PYTHON_PACKAGES;

/** What this machine has. */
export interface Tools {
  /** Undefined where there is no Python. */
  python?: string;
  packages: readonly PythonPackage[];
  huniq?: string;
  /** Versions by the name of the tool. */
  versions: Readonly<Record<string, string>>;
}

/**
 * Makes a virtual environment with the packages of Python in a folder, and huniq where there is a
 * cargo; what the folder has already stays.
 *
 * @throws {Refusal} If Python cannot make it, or the packages cannot be had.
 */
export async function installTools(folder: string, tell: (line: string) => void): Promise<void> {
  try {
    const packages = Object.entries(PYTHON_PACKAGES).map(([name, version]) =>
      `${name}==${version}`
    );
    tell(`installing ${packages.join(", ")} in ${folder}`);
    await runCommand("python3", ["-m", "venv", folder]);
    await runCommand(`${folder}/bin/python3`, ["-m", "pip", "install", "--quiet", ...packages]);
  } catch (error) {
    throw new Refusal(`Cannot install the packages of Python: ${(error as Error).message}`);
  }
  if (await tryCommand(`${folder}/bin/huniq`, ["--version"]) !== undefined) return;
  tell(`installing huniq ${HUNIQ}`);
  const args = ["install", "huniq", "--version", HUNIQ, "--root", folder];
  if (await tryCommand("cargo", args) === undefined) tell("there is no cargo that can build huniq");
}

/** Looks for tools in the folder of `installTools`, and on the path. */
export async function findTools(folder?: string): Promise<Tools> {
  const python = await firstThatRuns(candidates("python3", folder), ["--version"]);
  const huniq = await firstThatRuns(candidates("huniq", folder), ["--version"]);
  const versions: Record<string, string> = {};
  if (python) versions.python = python.says.replace("Python ", "");
  if (huniq) versions.huniq = huniq.says.replace("huniq ", "");
  const packages: PythonPackage[] = [];
  for (const name of Object.keys(PYTHON_PACKAGES) as PythonPackage[]) {
    const version = python && await versionOf(python.command, name);
    if (version === undefined) continue;
    packages.push(name);
    versions[name] = version;
  }
  return { python: python?.command, packages, huniq: huniq?.command, versions };
}

function candidates(name: string, folder: string | undefined): string[] {
  return folder === undefined ? [name] : [`${folder}/bin/${name}`, name];
}

async function firstThatRuns(
  commands: readonly string[],
  args: readonly string[],
): Promise<{ command: string; says: string } | undefined> {
  for (const command of commands) {
    const says = await tryCommand(command, args);
    if (says !== undefined) return { command, says: says.trim() };
  }
}

/** The version of a package that can be imported. */
async function versionOf(python: string, name: PythonPackage): Promise<string | undefined> {
  const program = `import ${name}; print(${name}.__version__)`;
  return (await tryCommand(python, ["-c", program]))?.trim().split("\n").at(-1);
}
