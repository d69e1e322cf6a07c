import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createExchange, defaultTiming } from "../../src/wire/exchange.ts";

const seen: string[] = [];
const server = createServer((request, response) => {
  seen.push(request.url ?? "");
  response.end("{}");
});
beforeEach(async () => {
  seen.length = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(() => void server.close().closeAllConnections());

const refusal = new Error("it must not leave any more");

/** A first write over a new connection, and a second over the one that is there. */
test.each([[["/first"]], [["/warm", "/second"]]])("asked when a connection stands; refused, nothing leaves: %j", async (paths) => {
  const exchange = createExchange(defaultTiming);
  const { port } = server.address() as AddressInfo;
  const send = (path: string, mayLeave: () => void) =>
    exchange({ url: `http://127.0.0.1:${port}${path}`, method: "POST", headers: {}, body: "{}", mayLeave });
  for (const path of paths.slice(0, -1)) await send(path, () => {});
  const refused = send(paths.at(-1) ?? "", () => {
    throw refusal;
  });
  await expect(refused).rejects.toBe(refusal);
  expect(seen).toEqual(paths.slice(0, -1));
  // The next caller is not concerned.
  expect(await send("/last", () => {})).toMatchObject({ kind: "answered" });
  expect(seen).toEqual([...paths.slice(0, -1), "/last"]);
});
