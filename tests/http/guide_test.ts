import { testSections } from "../support/guide_sections.ts";

await testSections([
  ["src/http/README.md", "### Each line by itself", 1],
  ["src/http/README.md", "## Groups of forms", 2],
  ["src/http/README.md", "### Columns", 1],
  ["src/http/README.md", "### Parts", 1],
  ["src/http/README.md", "## Keys and values from records", 3],
], ["curl", "printf", "sed", "tr"]);
