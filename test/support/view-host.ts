import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Frame, Page } from "puppeteer-core";
import { visit } from "./browser.ts";

/** The policy that the MCP Apps extension gives a view that asks for none. */
const CSP = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "media-src 'self' data:",
  "connect-src 'none'",
].join("; ");

/** Between the chat and the view, on an origin of its own: it holds the view in a frame that has no origin, and passes on what both say. */
const proxy = `<!doctype html><meta charset="utf-8"><style>body{margin:0}iframe{display:block;border:0;width:100%;height:100vh}</style><script>
let inner;
addEventListener("message", ({ source, data }) => {
  if (source === parent && data?.html !== undefined) {
    inner = document.createElement("iframe");
    inner.setAttribute("sandbox", "allow-scripts");
    inner.srcdoc = data.html;
    document.body.append(inner);
  } else if (source === parent) inner?.contentWindow.postMessage(data, "*");
  else if (source === inner?.contentWindow) parent.postMessage(data, "*");
});
parent.postMessage({ ready: true }, "*");
</script>`;

const chat = (
  sandbox: string,
) => `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><style>body{margin:0}iframe{display:block;border:0;width:100%}</style>
<iframe id="view" src="${sandbox}"></iframe><script>
const frame = document.getElementById("view");
window.heard = [];
window.answers = {};
window.ready = new Promise((resolve) => {
  addEventListener("message", ({ source, data }) => {
    if (source !== frame.contentWindow) return;
    if (data?.ready) return resolve();
    window.heard.push(data);
    if (data.method === "ui/notifications/size-changed") frame.style.height = data.params.height + "px";
    const answer = window.answers[data.method];
    if (data.id !== undefined && data.method !== undefined && answer !== undefined)
      frame.contentWindow.postMessage({ jsonrpc: "2.0", id: data.id, ...answer }, "*");
  });
});
window.send = (message) => frame.contentWindow.postMessage(message, "*");
</script>`;

export interface Heard {
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
}

export interface ViewInChat {
  page: Page;
  /** The frame in which the view itself runs. */
  view: Frame;
  complaints: string[];
  heard(): Promise<Heard[]>;
  tell(method: string, params: object): Promise<void>;
  /** The host's answer to a request of the view. */
  answer(method: string, answer: { result: unknown } | { error: { message: string } }): Promise<void>;
}

export interface ChatOptions {
  width?: number;
  height?: number;
  dark?: boolean;
  capabilities?: Record<string, unknown>;
  context?: Record<string, unknown>;
}

export interface ViewHost {
  open(html: string, options?: ChatOptions): Promise<ViewInChat>;
  close(): Promise<void>;
}

const everything = { openLinks: {}, serverTools: {}, message: {} };

/** A chat program in a real browser: two origins, two frames, and the wire of the extension written by hand. */
export async function startViewHost(browser: Browser): Promise<ViewHost> {
  const [sandbox, host] = await Promise.all([
    serve(() => proxy, CSP.replace("'none'; script", "'none'; frame-src 'self'; script")),
    serve(() => page),
  ]);
  const page = chat(`http://127.0.0.1:${portOf(sandbox)}/`);
  return {
    open: async (html, { capabilities = everything, context = {}, ...size } = {}) => {
      const { page, complaints } = await visit(browser, size);
      // The test's own limit ends it.
      page.setDefaultTimeout(0);
      await page.goto(`http://localhost:${portOf(host)}/`);
      await page.evaluate("window.ready");
      const set = (name: string, value: unknown) => page.evaluate(`window.answers[${JSON.stringify(name)}] = ${JSON.stringify(value)}`);
      const hello = {
        protocolVersion: "2026-01-26",
        hostInfo: { name: "test", version: "1" },
        hostCapabilities: capabilities,
        hostContext: context,
      };
      await set("ui/initialize", { result: hello });
      await page.evaluate(`window.send(${JSON.stringify({ html })})`);
      const heard = () => page.evaluate("window.heard") as Promise<Heard[]>;
      await waitUntil(async () => (await heard()).some(({ method }) => method === "ui/notifications/initialized"));
      const view = page.frames().find((frame) => frame.parentFrame()?.parentFrame() === page.mainFrame());
      if (!view) throw new Error("the view's frame is not there");
      return {
        ...{ page, view, complaints, heard },
        tell: async (method, params) =>
          void (await page.evaluate(`window.send(${JSON.stringify({ jsonrpc: "2.0", method: `ui/notifications/${method}`, params })})`)),
        answer: async (method, answer) => void (await set(method, answer)),
      };
    },
    close: async () => {
      for (const server of [sandbox, host]) await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function waitUntil(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function serve(body: () => string, csp?: string): Promise<Server> {
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/html", ...(csp ? { "content-security-policy": csp } : {}) });
    response.end(body());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
