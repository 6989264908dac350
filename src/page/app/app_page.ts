import { html } from "hono/html";
import { VERSION } from "../../version.ts";
import type { PageAssets } from "./assets.ts";

/**
 * What the page may load: scripts, styles and answers of its own server. Nothing that is written
 * into the page itself runs, and no script may make markup of a text.
 */
export const APP_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; " +
  "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; " +
  "frame-ancestors 'none'; require-trusted-types-for 'script'";

/**
 * The page on which people count texts: a frame, which its scripts fill.
 *
 * @param prefix What stands before every path of the server where the client is.
 */
export async function renderApp({ scripts, style }: PageAssets, prefix: string): Promise<string> {
  const address = (name: string) => `${prefix}/page/${name}`;
  const page = html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Millrace</title>
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="${address(style)}">
        ${scripts.slice(0, -1).map((name) =>
          html`<link rel="modulepreload" href="${address(name)}">`
        )}
        <script type="module" src="${address(scripts.at(-1)!)}"></script>
      </head>
      <body>
        <header>
          <a class="name" href="#">Millrace</a> <span class="dim">${VERSION}</span>
          <nav aria-label="Pages">
            <a href="#">Count</a> <a href="#jobs">Counts</a>
            <a href="#kernels">Kernels</a> <a href="#engine">Engine</a> <a href="${prefix}/docs">Docs</a>
          </nav>
        </header>
        <main id="app"><noscript>
          This page needs JavaScript. The server can be asked without it: see
          <a href="${prefix}/docs">its documentation</a>.
        </noscript></main>
      </body>
    </html>
  `;
  return String(await page);
}
