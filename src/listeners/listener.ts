import { ApiKeyRing } from "../access/api_key_ring.ts";
import { BoundedCache } from "../async/bounded_cache.ts";
import { INLINE_BYTES, INLINE_PAGES } from "../engine/inline/inline_counter.ts";
import { pathOf } from "../http/door/address.ts";
import { RequestGate } from "../http/door/gate.ts";
import { parseCountNowQuery, queryText } from "../http/read/query.ts";
import { COUNT_PATH } from "../http/count_path.ts";
import { createCountRoutes } from "../http/routes/count.ts";
import { kindOfMedia, type MediaKind } from "../input/media_kinds.ts";
import { LoadedKernel } from "../kernels/loaded_kernel.ts";
import { HandedOver, type PostToMain } from "./hand_over.ts";
import { LaneEngine } from "./lane_engine.ts";
import { ListenerSums, MainWords } from "./listener_words.ts";
import type { KeySnapshot, ListenerOptions, ListenerStart } from "./messages.ts";
import { createShortFront, OF_MAIN } from "./short_front.ts";

type Handler = (request: Request, connection: Deno.ServeHandlerInfo) => Promise<Response>;

/**
 * Answers the requests of one listener thread. It counts short texts where they come in, and hands
 * all else over to the main thread: every other path, long and coded bodies, requests under a rate,
 * and every request while the engine would not count a short text at once.
 */
export class Listener {
  readonly gate = new RequestGate();
  readonly handedOver: HandedOver;
  readonly #words: MainWords;
  readonly #options: ListenerOptions;
  readonly #ring: ApiKeyRing | undefined;
  /** By URL: whether a request there may be answered here. */
  readonly #counts = new BoundedCache<boolean>({ mostEntries: 256, mostChars: 512 });
  readonly #answerShort: Handler;
  #keys: KeySnapshot | undefined;

  private constructor(
    { options, words, sums: memory, keys }: ListenerStart,
    kernel: LoadedKernel,
    post: PostToMain,
  ) {
    const sums = new ListenerSums(memory);
    this.handedOver = new HandedOver(post);
    this.#words = new MainWords(words);
    this.#options = options;
    this.#ring = keys && new ApiKeyRing(keys.records);
    this.#keys = keys;
    const engine = new LaneEngine(kernel, sums, this.#findSlot);
    this.#answerShort = createShortFront({
      routes: createCountRoutes({ engine, kernels: OF_MAIN, grouper: OF_MAIN, options }),
      options,
      keys: this.#ring,
      gate: this.gate,
      metrics: sums.metrics,
      handedOver: this.handedOver,
    });
  }

  /** @throws {Error} If the kernel was not built. */
  static async start(start: ListenerStart, post: PostToMain): Promise<Listener> {
    return new Listener(start, await LoadedKernel.load("words", INLINE_PAGES), post);
  }

  /** From here on these keys open the server. */
  replaceKeys(keys: KeySnapshot): void {
    this.#ring!.replace(keys.records);
    this.#keys = keys;
  }

  readonly answer: Handler = (request, connection) => {
    if (this.#mayCount(request)) return this.#answerShort(request, connection);
    const answered = this.handedOver.answer(request, connection);
    this.gate.hold(answered);
    return answered;
  };

  /** Whether a request may be answered here; one that only looks so is handed over later. */
  #mayCount({ method, url, headers }: Request): boolean {
    if (method !== "POST" && method !== "PUT") return false;
    if (!this.#words.isOpen || this.#words.isStopping || !this.#areKeysNew()) return false;
    const { isRated, corsOrigins } = this.#options;
    if (isRated || corsOrigins.length > 0 && headers.has("origin")) return false;
    const bytes = Number(headers.get("content-length"));
    if (!(bytes > 0 && bytes <= INLINE_BYTES) || headers.has("content-encoding")) return false;
    const type = headers.get("content-type");
    if (type !== null && !isRead(kindOfMedia(type))) return false;
    return this.#counts.getOrMake(url, this.#readUrl);
  }

  /** The main thread says that there are other keys before they are here. */
  #areKeysNew(): boolean {
    return this.#keys === undefined || this.#keys.version === this.#words.keys;
  }

  readonly #readUrl = (url: string): boolean => {
    if (pathOf(url, this.#options.basePath) !== COUNT_PATH) return false;
    try {
      const { each, kernel, body } = parseCountNowQuery(queryText(url));
      return !each && kernel === undefined && body.decompress === "none";
    } catch {
      return false; // the main thread says what is wrong
    }
  };

  /** The place of a tenant whose jobs may be counted here now. */
  readonly #findSlot = (tenant: string | undefined): { slot?: number } | undefined => {
    if (!this.#words.isOpen) return undefined;
    if (tenant === undefined) return NO_TENANT;
    const slot = this.#keys?.slots.get(tenant);
    if (slot === undefined) return undefined;
    const most = this.#ring!.terms(tenant)?.maxJobs ?? this.#options.maxTenantJobs;
    return this.#words.jobsOf(slot) < most ? { slot } : undefined;
  };
}

const NO_TENANT = {};

/** Whether a short body of some kind is read whole, so that it can be handed over behind that. */
function isRead(kind: MediaKind | undefined): boolean {
  return kind === undefined || kind === "form";
}
