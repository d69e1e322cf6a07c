import { type Html, html } from "./html.ts";
import { layout } from "./layout.ts";

/** As much of a server as a stranger may know who opens its address in a browser. */
export interface Welcome {
  /** The address for clients. */
  url: string;
  /** `tokens`: callers need one. Otherwise whose trunks the person at this machine works on. */
  serves: "tokens" | "sandbox" | "live";
}

const about: Record<Welcome["serves"], string> = {
  tokens: "Each caller needs an access token. The operator of this server gives you yours.",
  sandbox: "This is the sandbox: emulators on this machine answer, and no carrier is called.",
  live: "It works on your live accounts.",
};

const BEARER = "Bearer YOUR_TOKEN";

export function welcomePage({ url, serves }: Welcome): Html {
  const byToken = serves === "tokens";
  const server = { type: "http", url, ...(byToken ? { headers: { Authorization: BEARER } } : {}) };
  const command = `claude mcp add --transport http trunkline ${url}${byToken ? ` --header "Authorization: ${BEARER}"` : ""}`;
  return layout(
    "It runs",
    html`<h1>Trunkline runs here</h1>
<p>Through it, an AI agent sets up SIP trunks, and asks you before it removes or opens something. ${about[serves]}</p>
<p>You use it from your chat program, not from this page. Give your program this address:</p>
<code class="secret">${url}</code>
<h2>Claude Code</h2>
<code class="secret">${command}</code>
<h2>Cursor, and others that read mcpServers</h2>
<pre class="secret">${JSON.stringify({ mcpServers: { trunkline: server } }, null, 2)}</pre>
<p>Then ask it: “Which SIP trunks do I have?”</p>`,
  );
}
