/**
 * Where examples find the server. It is no address of any server (RFC 2606): the handlers that
 * serve examples put in its place the address by which the client knows the server.
 */
export const EXAMPLE_SITE = "http://site.invalid";
