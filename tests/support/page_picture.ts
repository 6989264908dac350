import { ROOT } from "./guides.ts";

/** The picture of the page with which README.md opens. */
export const PICTURE = new URL(".github/page.webp", ROOT);
