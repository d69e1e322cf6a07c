import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer, { type Browser, type Page } from "puppeteer-core";

const candidates = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
export const chromium = candidates.find((path) => existsSync(path));

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // A name of an attacker's that points at this machine.
  "--host-resolver-rules=MAP evil.example 127.0.0.1",
];

export interface Chromium {
  browser: Browser;
  close(): Promise<void>;
}

export async function startBrowser(): Promise<Chromium> {
  const profile = mkdtempSync(join(tmpdir(), "trunkline-browser-"));
  const browser = await puppeteer.launch({ executablePath: chromium ?? "", args: flags, userDataDir: profile, headless: true });
  return {
    browser,
    close: async () => {
      await browser.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export interface Visitor {
  page: Page;
  /** Complaints of the browser. */
  complaints: string[];
}

/** A new person with an empty profile. */
export async function visit(browser: Browser, options: { width?: number; height?: number; dark?: boolean } = {}): Promise<Visitor> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warn"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("requestfailed", (request) => complaints.push(`${request.url()} failed`));
  await page.setViewport({ width: options.width ?? 1000, height: options.height ?? 800, isMobile: (options.width ?? 1000) < 500 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: options.dark ? "dark" : "light" }]);
  return { page, complaints };
}

/** Kept for a person to look at, when SCREENSHOTS names a folder. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env["SCREENSHOTS"];
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
