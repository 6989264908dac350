/** A span as OTLP's JSON has it, flattened. */
export interface CollectedSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId: string;
  attributes: Record<string, string>;
  startNanos: bigint;
  endNanos: bigint;
  /** 0 unset, 1 ok, 2 error. */
  status: number;
}

/** As much of an OpenTelemetry collector as a test needs: takes traces by OTLP over HTTP and JSON. */
export class Collector implements AsyncDisposable {
  readonly spans: CollectedSpan[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    this.#server = Deno.serve(options, async (request) => {
      const body = await request.json();
      if (new URL(request.url).pathname === "/v1/traces") this.#take(body);
      return Response.json({});
    });
  }

  /** Environment that makes a process send its traces here, without delay. */
  get env(): Record<string, string> {
    return {
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${this.#server.addr.port}`,
      OTEL_BSP_SCHEDULE_DELAY: "20",
    };
  }

  // deno-lint-ignore no-explicit-any
  #take(body: any): void {
    for (const { scopeSpans } of body.resourceSpans) {
      for (const { spans } of scopeSpans) {
        for (const span of spans) {
          const { name, traceId, spanId, parentSpanId, attributes, status } = span;
          const pairs = attributes.map(({ key, value }: { key: string; value: object }) =>
            [key, String(Object.values(value)[0])] as const
          );
          this.spans.push({
            name,
            traceId,
            spanId,
            parentSpanId,
            status: status?.code ?? 0,
            attributes: Object.fromEntries(pairs),
            startNanos: BigInt(span.startTimeUnixNano),
            endNanos: BigInt(span.endTimeUnixNano),
          });
        }
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
