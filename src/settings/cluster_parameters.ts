import { NODE_ROLES, type NodeRole, UPLOAD_MODES } from "../contract/engine_status.ts";
import { readSize, SIZE_FORM } from "../contract/sizes.ts";
import type { ServerParameter } from "./server_parameter.ts";
import {
  DURATION_FORM,
  formatChoices,
  readBaseUrl,
  readDuration,
  readOneOf,
  readUrl,
} from "./units.ts";

/** The options of a server that is a node of a cluster. */
export const CLUSTER_PARAMETERS = {
  cluster: {
    flag: "cluster",
    env: "MILLRACE_CLUSTER",
    default: "none",
    about: "Redis by which several servers count large texts behind URLs together",
    form: "a URL such as redis://:PASSWORD@HOST:6379, or rediss:// with TLS, or 'none'",
    read: (text) => text === "none" ? undefined : readUrl(text, ["redis:", "rediss:"]),
  },
  clusterUrl: {
    flag: "cluster-url",
    env: "MILLRACE_CLUSTER_URL",
    default: "none",
    about: "Where the other servers of the cluster reach this one",
    form:
      "a URL such as http://10.0.0.7:8000 or https://proxy/node-1, without credentials, query " +
      "and fragment, or 'none'",
    read: (text) => text === "none" ? undefined : readBaseUrl(text),
  },
  clusterSecret: {
    flag: "cluster-secret",
    env: "MILLRACE_CLUSTER_SECRET",
    default: "none",
    about: "What servers of the cluster know each other by; prefer the variable to the flag",
    form: "32 characters or more, or 'none'",
    read: (text) => text === "none" ? undefined : text.length >= 32 ? text : null,
  },
  clusterRoles: {
    flag: "cluster-roles",
    env: "MILLRACE_CLUSTER_ROLES",
    default: "all",
    about: "What the server does in its cluster: count splits, put keys together, take counts",
    form: `some of ${
      NODE_ROLES.map((role) => `'${role}'`).join(", ")
    }, with commas between, or 'all'`,
    read: (text) => text === "all" ? [...NODE_ROLES] : readRoles(text),
  },
  clusterUploads: {
    flag: "cluster-uploads",
    env: "MILLRACE_CLUSTER_UPLOADS",
    default: "auto",
    about: "Which large bodies other servers count as well: auto takes those of a busy server",
    form: formatChoices(UPLOAD_MODES),
    read: (text) => UPLOAD_MODES.find((mode) => mode === text) ?? null,
  },
  clusterSplitBytes: {
    flag: "cluster-split",
    env: "MILLRACE_CLUSTER_SPLIT",
    default: "64MiB",
    about: "Least part of a text that is counted apart; less than two are counted by one server",
    form: SIZE_FORM,
    read: readSize,
  },
  clusterLockMs: {
    flag: "cluster-lock",
    env: "MILLRACE_CLUSTER_LOCK",
    default: "10s",
    about: "How long a server of the cluster may be silent before others take over what it counts",
    form: DURATION_FORM,
    read: readDuration,
  },
} satisfies Record<string, ServerParameter>;

/** Reads roles. @returns Them, or null where one is unknown or named twice. */
function readRoles(text: string): NodeRole[] | null {
  const roles = text.split(",").map((role) => readOneOf(role, NODE_ROLES));
  const isSet = roles.every((role) => role !== null) && new Set(roles).size === roles.length;
  return isSet ? roles as NodeRole[] : null;
}
