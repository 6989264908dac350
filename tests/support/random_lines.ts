import type { Random } from "./random.ts";

const PARTS = [
  ...'0123456789abcdefxTZeE:::...---//"\\ ,+_é'.split(""),
  "Oct ",
  "May  ",
  "Nov",
  "12:34:56",
  "2026-11-28",
  "2026/11/28",
  "10/Oct/2000",
  ":13:55:36",
  " +0100",
  "-07:00",
  "0x",
  "::",
  "fe80:",
  "10.0.0.1",
  "255",
  "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
  "1:2:3:4:5:6:7:8",
  "00:1a:2b:3c:4d:5e",
  "deadbeef",
  "1234567",
  "word",
  "🦀",
];

/** A line of pieces of what templates mask, whole and broken. It is not empty, and ends with no CR. */
export function randomLogLine(random: Random): string {
  const length = random.oneIn(20) ? random.between(50, 150) : random.between(1, 14);
  return Array.from({ length }, () => random.pick(PARTS)).join("");
}
