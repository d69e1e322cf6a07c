import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { silentLog } from "../../src/core/log.ts";
import { servePages } from "../../src/pages/page-server.ts";
import { notice } from "../../src/pages/parts/layout.ts";
import { send } from "../support/pages.ts";

/** The address that a page is told, of a server that is reached at this origin. */
async function addressAt(origin: string, headers: Record<string, string> = {}): Promise<string | undefined> {
  let address: string | undefined;
  const serve = servePages(
    async (request) => {
      address = request.address;
      return { status: 200, page: notice("Page", "") };
    },
    () => origin,
    silentLog,
  );
  const server = createServer((request, response) => void serve(request, response)).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await send(`http://127.0.0.1:${port}/`, { headers: { host: new URL(origin).host, ...headers } });
  server.close();
  return address;
}

test.each([
  ["http://127.0.0.1:3000", {}, "127.0.0.1"],
  // Nothing stands before a server that speaks http itself: the client wrote this.
  ["http://127.0.0.1:3000", { "x-forwarded-for": "203.0.113.7" }, "127.0.0.1"],
  ["https://trunkline.example", {}, "127.0.0.1"],
  ["https://trunkline.example", { "x-forwarded-for": "203.0.113.7" }, "203.0.113.7"],
  ["https://trunkline.example", { "x-forwarded-for": "198.51.100.1, 203.0.113.7" }, "203.0.113.7"],
  ["https://trunkline.example", { "x-forwarded-for": "198.51.100.1, " }, "127.0.0.1"],
])("who asks at %s with %o is at %s", async (origin, headers, expected) => {
  expect(await addressAt(origin, headers as Record<string, string>)).toBe(expected);
});
