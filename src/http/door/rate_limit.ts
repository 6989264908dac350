import type { ApiKeyRing } from "../../access/api_key_ring.ts";
import type { Rate } from "../../access/rate.ts";
import { type Quota, RateLimiter } from "../../access/rate_limiter.ts";
import { JobError } from "../../contract/problems.ts";
import type { RequestScope } from "./request_scope.ts";
import { peerOf } from "./via.ts";

/** Takes a token for a request; undefined where its caller has no limit. */
export type TakeQuota = (scope: RequestScope) => Quota | undefined;

/**
 * Limits the requests of each tenant. Without keys it limits those of each client address, which a
 * trusted proxy may name.
 *
 * @param rate The rate of tenants without a rate of their own; undefined for no limit.
 */
export function createQuotas(keys: ApiKeyRing | undefined, rate: Rate | undefined): TakeQuota {
  const limiter = new RateLimiter();
  if (keys === undefined) {
    if (rate === undefined) return () => undefined;
    return ({ via, connection }) =>
      limiter.take(networkOf(via.client ?? peerOf(connection) ?? ""), rate);
  }
  return ({ caller: { tenant } }) => {
    const own = tenant === undefined ? undefined : keys.terms(tenant)?.rate ?? rate;
    return own && limiter.take(tenant!, own);
  };
}

/**
 * Writes a quota into a response's headers, as draft-ietf-httpapi-ratelimit-headers-10 defines
 * them: `q` requests in `w` seconds; `r` remain, and in `t` seconds there are more.
 */
export function setQuotaHeaders({ headers }: Response, quota: Quota): void {
  const { rate, remaining, nextSeconds } = quota;
  headers.set("ratelimit-policy", `"requests";q=${rate.requests};w=${rate.windowMs / 1000}`);
  headers.set("ratelimit", `"requests";r=${remaining};t=${nextSeconds}`);
}

/** The refusal of a request without quota. */
export function createRateError({ rate, nextSeconds }: Quota): JobError {
  const { requests, windowMs } = rate;
  const limit = `${requests} requests in ${windowMs / 1000} s`;
  return new JobError("rate_limited", `Cannot answer now: the limit of ${limit} is reached`, {
    details: { limit: requests, windowSeconds: windowMs / 1000, retryAfter: nextSeconds },
  });
}

/**
 * The network that one client has: an IPv4 address itself, or the /64 of an IPv6 address, since a
 * client that has one address of a /64 has all of them.
 */
export function networkOf(host: string): string {
  if (!host.includes(":")) return host;
  const mapped = /^::ffff:([0-9.]+)$/i.exec(host);
  return mapped ? mapped[1] : networkOfIpv6(host);
}

function networkOfIpv6(host: string): string {
  const [head, tail] = host.split("%")[0].split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const rest = tail === "" ? [] : tail.split(":");
    while (groups.length + rest.length < 8) groups.push("0");
    groups.push(...rest);
  }
  return groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, "")).join(":") + "::/64";
}
