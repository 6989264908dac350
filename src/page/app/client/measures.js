/** What rows are ordered by: the head of its column, and how the form says it. */
export const MEASURES = {
  g2: ["G²", "how sure it is (G²)"],
  logRatio: ["Log ratio", "how large it is (log ratio)"],
  chi2: ["χ²", "how sure it is (χ²)"],
  diff: ["%DIFF", "how large it is, in percent (%DIFF)"],
};
