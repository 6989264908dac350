import { APPROX_PARAMETERS } from "../../src/contract/approx_options.ts";
import { EVENT_PARAMETERS } from "../../src/contract/event_options.ts";
import {
  BODY_PARAMETERS,
  COUNT_PARAMETERS,
  OUTPUT_PARAMETERS,
} from "../../src/contract/options.ts";
import { GROUP_PARAMETERS } from "../../src/contract/group_options.ts";
import { PAGE_PARAMETERS } from "../../src/contract/page_options.ts";
import type { Parameter } from "../../src/contract/parameters.ts";
import { PATTERN_PARAMETERS } from "../../src/contract/pattern_options.ts";
import { RECORD_PARAMETERS } from "../../src/contract/record_options.ts";

/** An interface of options, the file of src/contract that it stands in, and the table of its members. */
export interface OptionTable {
  name: string;
  file: string;
  parameters: Readonly<Record<string, Parameter>>;
}

const OF_OTHERS = {
  ...RECORD_PARAMETERS,
  ...PATTERN_PARAMETERS,
  ...GROUP_PARAMETERS,
  ...APPROX_PARAMETERS,
};

/** The options that CountOptions has from nowhere else. */
const OF_TOKENS = Object.fromEntries(
  Object.entries(COUNT_PARAMETERS).filter(([name]) => !(name in OF_OTHERS)),
);

export const OPTION_TABLES: readonly OptionTable[] = [
  { name: "CountOptions", file: "options", parameters: OF_TOKENS },
  { name: "RecordOptions", file: "record_options", parameters: RECORD_PARAMETERS },
  { name: "PatternOptions", file: "pattern_options", parameters: PATTERN_PARAMETERS },
  { name: "GroupOptions", file: "group_options", parameters: GROUP_PARAMETERS },
  { name: "ApproxOptions", file: "approx_options", parameters: APPROX_PARAMETERS },
  { name: "BodyOptions", file: "options", parameters: BODY_PARAMETERS },
  { name: "OutputOptions", file: "options", parameters: OUTPUT_PARAMETERS },
  { name: "PageOptions", file: "page_options", parameters: PAGE_PARAMETERS },
  { name: "EventOptions", file: "event_options", parameters: EVENT_PARAMETERS },
];
