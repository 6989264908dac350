/**
 * Tells tests of a machine with 1 GiB of memory, so that an engine that is told nothing reserves
 * 512 MiB. V8 takes the whole of a shared memory for memory in use, of engines that have closed as
 * well: beyond 8 GiB, as of two engines with the usual 4 GiB, it collects garbage all the time, and
 * tests with several servers take up to four times as much processor time.
 */
const machine = Deno.systemMemoryInfo;

Deno.systemMemoryInfo = () => ({ ...machine(), total: 2 ** 30 });
