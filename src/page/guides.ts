/** A guide of the repository that the server shows, too. */
export interface Guide {
  /** The last part of its path on the server: `/docs/http`. */
  name: string;
  /** The file, from the root of the repository. */
  path: string;
  /** What it is for, in a few words. */
  about: string;
}

/** The last folder of a guide's file, under which readers of the repository know it, if it has one. */
export function folderOf({ path }: Guide): string | undefined {
  return path.split("/").at(-2);
}

/** Every guide, in the order in which readers need them. */
export const GUIDES: readonly Guide[] = [
  { name: "start", path: "README.md", about: "what Millrace is, and first counts" },
  {
    name: "http",
    path: "src/http/README.md",
    about: "for clients: counting, inputs, answers, readers, jobs, events, errors",
  },
  {
    name: "questions",
    path: "src/records/README.md",
    about: "eight questions of records, and what other tools take for them",
  },
  {
    name: "mappers",
    path: "assembly/library/README.md",
    about: "map functions of your own: five examples, and how they break",
  },
  {
    name: "sdk",
    path: "assembly/sdk/README.md",
    about: "all that a map function of your own may use",
  },
  {
    name: "running",
    path: "src/cli/README.md",
    about: "for operators: options, proxies, probes, metrics, security, Deploy",
  },
  {
    name: "commands",
    path: "src/cli/COMMANDS.md",
    about: "all commands of millrace and their options",
  },
  { name: "client", path: "src/client/README.md", about: "a client for JavaScript programs" },
  { name: "python", path: "src/client/python/README.md", about: "a client for Python programs" },
  {
    name: "cluster",
    path: "src/cluster/README.md",
    about: "several servers that count one text together",
  },
  { name: "library", path: "src/engine/README.md", about: "the engine in other programs" },
  {
    name: "architecture",
    path: "src/README.md",
    about: "rooms, the way of the data, what happens on loss",
  },
  { name: "kernels", path: "assembly/README.md", about: "the kernels and their build" },
  { name: "speed", path: "load/README.md", about: "figures, benchmarks, load tests" },
  {
    name: "contributing",
    path: "tests/README.md",
    about: "tests, models, where new code goes",
  },
  { name: "changelog", path: ".github/CHANGELOG.md", about: "what each version brought" },
];
