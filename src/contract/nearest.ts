// @ts-types="./nearest.d.ts"
export { closestString } from "@std/text/closest-string";
