// @ts-types="./std_http.d.ts"
export { ifMatch, ifNoneMatch } from "@std/http/etag";
