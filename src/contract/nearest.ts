// @ts-types="./nearest.d.ts"
export { closestString } from "@std/text/closest-string";
// @ts-types="./nearest.d.ts"
export { levenshteinDistance } from "@std/text/levenshtein-distance";
