import { Listeners } from "../../src/listeners/listeners.ts";
import { configureLogging } from "../../src/observe/logging.ts";

// A server's main thread whose only listener thread dies.
configureLogging({ format: "text", level: "info" });
const listeners = new Listeners(1, new URL("./dying_thread.ts", import.meta.url));
await listeners.start({
  hostname: "127.0.0.1",
  port: 0,
  options: {} as never,
  answer: () => Promise.reject(new Error("nobody asks")),
});
setInterval(() => {}, 1000);
