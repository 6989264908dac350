import { PROBLEMS } from "../contract/problems.ts";
import { DEPLOY_DEFAULTS, DEPLOY_REASONS } from "../deno_deploy.ts";
import { UNREADY_REASONS } from "../http/door/readiness.ts";
import { CLUSTER_METRICS } from "../observe/cluster_metrics.ts";
import { METRICS } from "../observe/metrics.ts";
import { SERVER_PARAMETERS } from "../settings/server_parameters.ts";
import { createCommandOptionTable, createCommandTable } from "./command_tables.ts";
import {
  createClientOptionTable,
  createEngineOptionTable,
  createSubmitOptionTable,
} from "./interface_tables.ts";
import type { MarkdownTable } from "./markdown_table.ts";
import { createRequestTable } from "./request_table.ts";
import {
  createCollocationParameterTable,
  createCompareParameterTable,
  createCountParameterTable,
  createResultParameterTable,
} from "./parameter_tables.ts";

/** Every table of a guide that is made from the code, by the guide's path and the table's name. */
export const GUIDE_TABLES: Readonly<
  Record<string, Readonly<Record<string, () => MarkdownTable | Promise<MarkdownTable>>>>
> = {
  "src/http/README.md": {
    requests: createRequestTable,
    "count-parameters": createCountParameterTable,
    "result-parameters": createResultParameterTable,
    "compare-parameters": createCompareParameterTable,
    "collocation-parameters": createCollocationParameterTable,
    problems: createProblemTable,
  },
  "src/cli/README.md": {
    "server-options": createServerOptionTable,
    metrics: createMetricTable,
    "unready-reasons": createUnreadyReasonTable,
    "deploy-defaults": createDeployDefaultTable,
  },
  "src/cli/COMMANDS.md": {
    commands: createCommandTable,
    "command-options": createCommandOptionTable,
  },
  "src/client/README.md": { "client-options": createClientOptionTable },
  "src/engine/README.md": {
    "engine-options": createEngineOptionTable,
    "submit-options": createSubmitOptionTable,
  },
};

function createProblemTable(): MarkdownTable {
  const rows = Object.entries(PROBLEMS).map(([code, { status, title }]) => [
    `\`${code.replaceAll("_", "-")}\``,
    String(status),
    title,
  ]);
  return [["`type`: `urn:millrace:problem:`", "status", "title"], ...rows];
}

function createServerOptionTable(): MarkdownTable {
  const rows = Object.values(SERVER_PARAMETERS).map(({ flag, env, default: text, about }) => [
    `\`--${flag}\``,
    `\`${env}\``,
    `\`${text}\``,
    about,
  ]);
  return [["flag", "environment", "default", "meaning"], ...rows];
}

function createUnreadyReasonTable(): MarkdownTable {
  const rows = Object.entries(UNREADY_REASONS).map(([reason, about]) => [`\`${reason}\``, about]);
  return [["reason", "meaning"], ...rows];
}

function createMetricTable(): MarkdownTable {
  const rows = Object.entries({ ...METRICS, ...CLUSTER_METRICS }).map(([name, { type, about }]) => [
    `\`${name}\``,
    type,
    about,
  ]);
  return [["metric", "type", "meaning"], ...rows];
}

function createDeployDefaultTable(): MarkdownTable {
  const names = Object.keys(DEPLOY_DEFAULTS) as (keyof typeof DEPLOY_DEFAULTS)[];
  const rows = names.map((name) => [
    `\`--${SERVER_PARAMETERS[name].flag}\``,
    `\`${DEPLOY_DEFAULTS[name]}\``,
    DEPLOY_REASONS[name],
  ]);
  return [["option", "default there", "because"], ...rows];
}
