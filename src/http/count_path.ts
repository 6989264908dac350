/** Where texts are counted in one request. */
export const COUNT_PATH = "/v1/count";
