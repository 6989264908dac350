import { defineBenchmark } from "../support/benchmark.ts";
import { amount, choices, whole } from "../support/options.ts";
import { TemporaryFolder } from "../support/temporary_folder.ts";
import { writeText } from "../support/text_file.ts";
import { withBrowser } from "./parts/page_browser.ts";
import { bytesFor, measureHeaps } from "./parts/page_heap.ts";
import { measureIdle } from "./parts/page_idle.ts";
import { compareUploads } from "./parts/page_uploads.ts";

export default defineBenchmark({
  name: "page",
  about: "The page in Chromium: uploads and their live progress, heaps, idle pages",
  details:
    `Chromium sends a file to the page, as people do, then by the same requests without events,
and to a server that drops it, in turns; the counts must be the same. Tabs that show a job
that runs, the list of jobs and the engine are left open for some minutes, and their heaps
are compared after a collection. Then pages are open on which nobody does anything, and
the server's processor time is compared with that without them.`,
  options: {
    only: choices(["uploads", "heaps", "idle"], "what is measured"),
    mb: amount(2000, "MB of the file"),
    rounds: whole(3, "rounds of uploads"),
    from: amount(2, "minute of the first look at heaps"),
    minutes: amount(10, "minute of the last one"),
    pages: whole(50, "idle pages"),
    seconds: whole(60, "seconds for which they are idle"),
  },
  quick: { mb: "20", rounds: "1", from: "0.05", minutes: "0.1", pages: "3", seconds: "2" },
  async run({ only, mb, rounds, from, minutes, pages, seconds }, report) {
    await using folder = await TemporaryFolder.make();
    await withBrowser(report, async (browser) => {
      if (only.includes("uploads")) {
        const text = await writeText(`${folder.path}/text`, mb * 1e6);
        report.print(`${text.name}, ${text.copies} times: ${(text.bytes / 1e6).toFixed(1)} MB`);
        await compareUploads(browser, text, rounds, report);
      }
      if (only.includes("heaps")) {
        const at = { from, to: minutes };
        const { path } = await writeText(`${folder.path}/slow`, bytesFor(at));
        await measureHeaps(browser, path, at, report);
      }
      if (only.includes("idle")) await measureIdle(browser, pages, seconds, report);
    });
  },
});
