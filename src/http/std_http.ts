// @ts-types="./std_http.d.ts"
export { accepts, acceptsEncodings } from "@std/http/negotiation";
// @ts-types="./std_http.d.ts"
export { ifNoneMatch } from "@std/http/etag";
