import type { ApiKeyRing } from "../access/api_key_ring.ts";
import { ENGINE_DEFAULTS } from "../engine/engine_options.ts";
import type { ServerOptions } from "../settings/server_options.ts";
import { StartError } from "../start_error.ts";
import { Listeners } from "./listeners.ts";
import type { ListenerOptions } from "./messages.ts";

/** Where a server runs, as far as that decides whether threads can share its port. */
export interface ListenersPlace {
  onDeploy: boolean;
  traced: boolean;
  os: typeof Deno.build.os;
}

/**
 * The listener threads that a server is to have beside its main thread, not started yet; undefined
 * if it is to have none.
 *
 * @throws {StartError} If it cannot have them.
 */
export function openListeners(
  options: ServerOptions,
  ring: ApiKeyRing | undefined,
  place: ListenersPlace,
): Listeners | undefined {
  if (options.listeners === 1) return undefined;
  checkPlace(options, place);
  const listeners = new Listeners(options.listeners - 1);
  if (ring) listeners.follow(ring);
  return listeners;
}

function checkPlace(options: ServerOptions, { onDeploy, traced, os }: ListenersPlace): void {
  const reason = onDeploy
    ? "on Deno Deploy, which has one for each instance"
    : os !== "linux"
    ? `on ${os}: only Linux shares a port among them`
    : traced
    ? "beside traces of OpenTelemetry (OTEL_DENO), whose spans end at a thread's border"
    : options.stripUpgrade
    ? "beside --strip-upgrade (MILLRACE_STRIP_UPGRADE), whose front is one thread"
    : options.serialize
    ? "beside --serialize (MILLRACE_SERIALIZE), which lets one thread work at a time"
    : options.inline === false
    ? "beside --inline false (MILLRACE_INLINE), by which they would count nothing"
    : options.cluster !== undefined && !options.clusterRoles.includes("accept")
    ? "on a node that takes no counts (--cluster-roles, MILLRACE_CLUSTER_ROLES), as they would"
    : undefined;
  if (reason === undefined) return;
  const message = `Cannot serve HTTP on ${options.listeners} threads ${reason}`;
  throw new StartError(message, {}, ["Start without --listeners (MILLRACE_LISTENERS)"]);
}

/** What listener threads have of a server's options, as far as it can be sent to them. */
export function listenerOptions(options: ServerOptions, hosts: string[]): ListenerOptions {
  const { maxBodyBytes, maxExpandedBytes, maxRatio, readTimeoutMs, uploadTimeoutMs } = options;
  const { basePath, corsOrigins, trustProxy, accessLog, logLevel } = options;
  return {
    ...{ maxBodyBytes, maxExpandedBytes, maxRatio, readTimeoutMs, uploadTimeoutMs },
    ...{ basePath, corsOrigins, accessLog, logLevel, hosts },
    trustProxy: trustProxy?.text,
    isRated: options.rate !== undefined,
    maxTenantJobs: ENGINE_DEFAULTS.maxTenantJobs,
  };
}
