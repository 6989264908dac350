/// <reference lib="deno.worker" />
import { perform, type Piece } from "./works.ts";

/** What starts a worker. */
export interface MessageStart {
  /** Whether answers are transferred, not cloned. */
  transfers: boolean;
}

self.onmessage = ({ data: { transfers } }: MessageEvent<MessageStart>) => {
  self.onmessage = ({ data }: MessageEvent<Piece>) => {
    const output = perform(data);
    self.postMessage(output, { transfer: transfers ? [output.buffer as ArrayBuffer] : [] });
  };
  self.postMessage(new Uint8Array());
};
