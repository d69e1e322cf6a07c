// npm run bench -- views: from a result to the first frame that shows it, beside a frame that shows one line.
import { existsSync } from "node:fs";
import puppeteer from "puppeteer-core";
import { buildView } from "../scripts/view.mjs";
import { median } from "./statistics.mjs";

const bare = `<!doctype html><body><script>addEventListener("message", ({ data }) => { document.body.textContent = JSON.stringify(data).slice(0, 200); });</script>`;

/** Runs in the page: a frame as a chat makes it; the milliseconds from each message to the frame after the one that it changed. */
const measure = `async (html, result, rounds) => {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts");
  const hello = { hostCapabilities: { serverTools: {}, message: {} }, hostContext: {} };
  addEventListener("message", ({ data }) => {
    if (data.id !== undefined) frame.contentWindow.postMessage({ jsonrpc: "2.0", id: data.id, result: hello }, "*");
  });
  const timer = '<script>addEventListener("message", ({ data }) => { const at = performance.now(); requestAnimationFrame(() => setTimeout(() => parent.postMessage({ took: performance.now() - at }, "*"))); });</' + 'script>';
  frame.srcdoc = html.replace("<script>", timer + "<script>");
  document.body.append(frame);
  await new Promise((resolve) => { frame.onload = resolve; });
  await new Promise((resolve) => setTimeout(resolve, 200));
  const took = [];
  for (let round = 0; round < rounds; round++) {
    took.push(await new Promise((resolve) => {
      const hear = ({ data }) => { if (data.took !== undefined) { removeEventListener("message", hear); resolve(data.took); } };
      addEventListener("message", hear);
      frame.contentWindow.postMessage({ jsonrpc: "2.0", method: "ui/notifications/tool-result", params: result }, "*");
    }));
  }
  frame.remove();
  return took;
}`;

const trunk = (index) => ({ provider: "exotel", trunk_id: `t${index}`, trunk_name: `trunk_${index}`, status: "active" });
const lists = (index) => ({ numbers: [`+9180${44_000_000 + index}`], ips: ["44.248.146.11/32"], destinations: [], logins: [] });
const answers = {
  "one trunk": {
    trunk: {
      ...trunk(1),
      phone_numbers: [{ phone_number: "+918044319240" }],
      whitelisted_ips: [{ ip: "44.248.146.11", mask: 32 }],
      destination_uris: [],
      credentials: [],
    },
  },
  "300 trunks": { trunks: Array.from({ length: 300 }, (_, index) => ({ ...trunk(index), ...lists(index) })), next_cursor: null },
};

export async function measureViews(rounds) {
  const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));
  if (executablePath === undefined) return undefined;
  const { page: view } = await buildView();
  const browser = await puppeteer.launch({ executablePath, headless: true, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const page = await browser.newPage();
    const figures = {};
    for (const [name, structuredContent] of Object.entries(answers)) {
      const result = JSON.stringify({ structuredContent, content: [] });
      const run = async (html) => median(await page.evaluate(`(${measure})(${JSON.stringify(html)}, ${result}, ${rounds})`));
      const beside = await run(bare);
      const ours = await run(view);
      figures[name] = { ms: ours, bareMs: beside, ratio: ours / beside };
    }
    return figures;
  } finally {
    await browser.close();
  }
}
