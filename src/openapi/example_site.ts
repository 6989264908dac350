/**
 * Where examples find the server. It is no address of any server (RFC 2606): the handlers that
 * serve examples put in its place the address by which the client knows the server.
 */
export const EXAMPLE_SITE = "http://site.invalid";

/**
 * The same without a prefix: where examples ask for a path that an answer has named, as `Location`
 * does, which has the prefix already.
 */
export const EXAMPLE_ORIGIN = "http://origin.invalid";
