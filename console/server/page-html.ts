/**
 * Gives the page around the script.
 *
 * @param token - in the page itself where whoever reaches it may as well call the API; undefined
 *   where it comes with the address that was printed, behind `#`, which no server ever sees
 */
export function pageHtml(token: string | undefined): string {
  const meta = token === undefined ? '' : `\n    <meta name="console-token" content="${token}" />`;
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />${meta}
    <title>Orders</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/console.css" />
    <script type="module" src="/console.js"></script>
  </head>
  <body>
    <div id="console"></div>
    <noscript>The console needs JavaScript, which this browser has switched off.</noscript>
  </body>
</html>
`;
}
