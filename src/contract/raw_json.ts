/** ECMAScript's "JSON.parse source text access"; TypeScript does not know it yet. */
export const RAW_JSON = JSON as unknown as { rawJSON(text: string): unknown };
