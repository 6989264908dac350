/** Ports that systems give to nobody who asks for any: those begin at 32,768 on Linux, higher elsewhere. */
const PORTS = { least: 10_000, most: 32_767 };

/** A port that nothing listens on, and that is not given away between two servers of a test. */
export function freePort(): number {
  for (;;) {
    const port = PORTS.least + Math.floor(Math.random() * (PORTS.most - PORTS.least + 1));
    try {
      using _listener = Deno.listen({ hostname: "127.0.0.1", port });
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}
