import { testSections } from "../support/guide_sections.ts";

await testSections([
  ["src/cli/README.md", "## Counting in a shell", 3],
  ["src/cli/README.md", "## Merging and comparing", 2],
], ["gzip", "printf"]);
