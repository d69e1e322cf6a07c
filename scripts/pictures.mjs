// npm run pictures: makes the README's pictures from the built program. An agent (a real client) and a person (a real terminal, a
// real browser) use the sandbox; what they saw is drawn. test/pictures.slow.test.ts holds that they would see the same today.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { drawTerminal } from "./draw-terminal.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const TRUNK = "callcentre";
const PTY = "import os, pty, sys; sys.exit(os.WEXITSTATUS(pty.spawn(sys.argv[1:])))";

/** Everything of one session: `told`, the lines of the recording, and `page`, which is given the page's address while it waits. */
export async function play(main, page) {
  const home = mkdtempSync(join(tmpdir(), "trunkline-pictures-"));
  const env = { PATH: process.env.PATH, HOME: home, TRUNKLINE_HOME: join(home, "state"), TRUNKLINE_SANDBOX: "true", TZ: "UTC" };
  const client = new Client({ name: "claude-ai", version: "1.0.0" });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [main], env, stderr: "ignore" }));
  const told = [];
  const call = async (name, args) => {
    const { structuredContent, content } = await client.callTool({ name, arguments: args });
    return structuredContent ?? JSON.parse(content.at(-1).text);
  };
  const agent = async (name, args, said) => {
    told.push({ agent: `${name} ${JSON.stringify(args)}` });
    const answer = await call(name, args);
    told.push(...said(answer).map((line) => ({ answer: line })));
    return answer;
  };
  try {
    const setup = { provider: "exotel", use_case: "outbound", trunk: TRUNK, numbers: ["+918044319240"], ips: ["44.248.146.11"] };
    const { plan_id } = await agent("plan_trunk", setup, ({ summary, approval_needed }) => [
      ...summary,
      `approval_needed: ${approval_needed}`,
    ]);
    await agent("apply_plan", { plan_id }, ({ state, done, total }) => [`${state}: ${done} of ${total} steps`]);
    const removal = { trunk_sid: TRUNK };
    const asked = await agent("exotel_delete_trunk", removal, ({ code }) => [`${code}: nothing was sent, a person has to agree`]);
    await page?.(asked.approve_url);
    told.push({ person: `trunkline approve ${asked.approval}` });
    told.push(...(await terminal([process.execPath, main, "approve", asked.approval], env)).map((line) => ({ screen: line })));
    await agent("exotel_delete_trunk", { ...removal, approval: asked.approval }, ({ removed, approved, snapshot }) => [
      JSON.stringify({ removed, approved, snapshot }),
    ]);
  } finally {
    await client.close();
    rmSync(home, { recursive: true, force: true });
  }
  return told;
}

/** Runs a command in a terminal, answers its question with the trunk's name, and gives back what the terminal showed. */
async function terminal(words, env) {
  const child = spawn("python3", ["-c", PTY, ...words], { env: { ...env, TERM: "xterm-256color", COLUMNS: "100" }, stdio: "pipe" });
  let screen = "";
  let isTyped = false;
  child.stdout.setEncoding("utf8").on("data", (text) => {
    screen += text;
    if (isTyped || !/Type .* to approve/s.test(screen)) return;
    isTyped = true;
    child.stdin.write(`${TRUNK}\n`);
  });
  await once(child, "close");
  return screen.trim().split(/\r?\n/);
}

/** The same on every day: no id, no time, no port. */
export function steady(text) {
  return text
    .replace(/\btr\w{12,}\b/g, "trmum1213e0461f0ed3aad5e1a1n")
    .replace(/\b\d{4}-\d\d-\d\d\b/g, "2026-11-28")
    .replace(/\b\d{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w* \d{4}\b/g, "28 Nov 2026")
    .replace(/T\d\d:\d\d:\d\d(\.\d+)?Z/g, "T10:00:00Z")
    .replace(/\b\d\d:\d\d\b(?!:)/g, "10:00")
    .replace(/\b(plan|apr|snap)_[\w-]{10,}/g, "$1_1f9d")
    .replace(/\b(?:9|10)( more)? minutes\b/g, "10$1 minutes")
    .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:40001")
    .replace(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b/g, "00000000-0000-7000-8000-000000000000");
}

export const textOfPage = (html) =>
  html
    .replace(/<style>.*?<\/style>/s, "")
    .replace(/<[^>]+>/g, " ")
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replaceAll("&amp;", "&")
    .split("\n")
    .map((line) => line.replace(/\s+/g, " ").trim())
    .filter((line) => line !== "")
    .join("\n");

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { default: puppeteer } = await import("puppeteer-core");
  const executablePath = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find((path) => existsSync(path));
  const browser = await puppeteer.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"], headless: true });
  const images = join(root, "docs", "images");
  const told = await play(join(root, "dist", "main.js"), async (url) => {
    const page = await browser.newPage();
    await page.setViewport({ width: 760, height: 200, deviceScaleFactor: 1 });
    await page.goto(url);
    await page.type('input[name="name"]', TRUNK);
    await page.screenshot({ path: join(images, "approval-page.png"), fullPage: true });
    writeFileSync(join(images, "approval-page.txt"), `${steady(textOfPage(await (await fetch(url)).text()))}\n`);
  });
  await browser.close();
  writeFileSync(join(images, "delete.svg"), drawTerminal(told, steady));
}
