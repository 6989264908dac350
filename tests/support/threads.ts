/** What a thread says next. @throws {Error} If it fails before. */
export function nextMessage<T = unknown>(thread: Worker): Promise<T> {
  return new Promise((resolve, reject) => {
    thread.onmessage = ({ data }: MessageEvent<T>) => resolve(data);
    thread.onerror = (event) => {
      event.preventDefault(); // else the process ends
      reject(new Error(event.message));
    };
  });
}

/**
 * Runs a module on a thread of its own, which ends with its first message.
 *
 * @param start What the thread is told.
 * @returns What it says.
 * @throws {Error} If it fails before.
 */
export async function runThread<T = unknown>(module: URL, start: unknown): Promise<T> {
  const thread = new Worker(module, { type: "module" });
  try {
    const message = nextMessage<T>(thread);
    thread.postMessage(start);
    return await message;
  } finally {
    thread.terminate();
  }
}
