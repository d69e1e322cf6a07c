import { connect, createServer, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { type LogFields, silentLog } from "../../src/core/log.ts";
import { providers } from "../../src/providers/index.ts";
import { startSandbox } from "../../src/sandbox/server.ts";
import { selfSigned } from "../support/certificates.ts";
import { closeCarriers, create, openTo, readAll, refusalOf, startCarrier, times } from "./carrier.ts";

const doors: (() => void)[] = [];
afterEach(async () => {
  for (const close of doors.splice(0)) close();
  await closeCarriers();
});

/** A TCP door that treats whoever knocks as it likes; counts who came. */
async function door(open: (socket: Socket) => void): Promise<{ port: number; knocks(): number; bytes(): number }> {
  const seen = { knocks: 0, bytes: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    seen.knocks++;
    sockets.add(socket);
    socket
      .on("error", () => {})
      .on("data", (data) => {
        seen.bytes += data.length;
      });
    open(socket);
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  doors.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: typeof address === "object" && address ? address.port : 0, knocks: () => seen.knocks, bytes: () => seen.bytes };
}

async function closedPort(): Promise<number> {
  const { port } = await door(() => {});
  for (const close of doors.splice(0)) close();
  return port;
}

/** How each attempt ended, as the log has it: what never arrives leaves no trace at a carrier. */
function attemptLog() {
  const attempts: unknown[] = [];
  return { attempts, log: { ...silentLog, debug: (fields: LogFields) => void attempts.push(fields["outcome"]) } };
}

const notReached = { code: "provider_failed", applied: false, message: expect.stringContaining("Carrier was not reached") };

describe("a connection that never stood", () => {
  test.each(["read", "write"])("refused: a %s is tried three times, and told as not applied", async (effect) => {
    const { attempts, log } = attemptLog();
    const wire = openTo(`http://127.0.0.1:${await closedPort()}`, { log });
    const error = await refusalOf(effect === "read" ? wire.send(readAll()) : wire.send(create(wire, "one")));
    expect(error).toMatchObject({ ...notReached, hint: expect.stringContaining("CARRIER_BASE_URL") });
    expect(attempts).toEqual(times(3, "the connection was refused"));
  });

  test("refused at first: the write is sent once the carrier listens, and once only", async () => {
    const carrier = await startCarrier();
    const port = await closedPort();
    const clock = { now: Date.now, sleep: () => relay(port, carrier.url) };
    const wire = openTo(`http://127.0.0.1:${port}`, { clock });
    expect(await wire.send(create(wire, "one"))).toMatchObject({ value: { name: "one" }, settled: false });
    expect(carrier.count("POST")).toBe(1);
  });

  test("TLS that is never answered: given up after the connect time, not the call's, and sent nothing", async () => {
    const silent = await door(() => {});
    const wire = openTo(`https://127.0.0.1:${silent.port}`, { timing: { connectMs: 150, callMs: 20_000 } });
    const began = Date.now();
    expect(await refusalOf(wire.send(create(wire, "one")))).toMatchObject({
      ...notReached,
      message: expect.stringContaining("not established in time"),
    });
    expect(Date.now() - began).toBeLessThan(15_000);
    expect(silent.knocks()).toBe(3);
  });

  test("TLS that is hung up on while shaking hands: the write cannot have been seen, so it is tried again", async () => {
    const rude = await door((socket) => socket.once("data", () => socket.resetAndDestroy()));
    const wire = openTo(`https://127.0.0.1:${rude.port}`);
    expect(await refusalOf(wire.send(create(wire, "one")))).toMatchObject(notReached);
    expect(rude.knocks()).toBe(3);
  });

  test("a certificate that nobody vouches for: not tried again, nothing sent, and the reason named", async () => {
    const carrier = await startCarrier({ tls: selfSigned("127.0.0.1") });
    const { attempts, log } = attemptLog();
    const wire = openTo(carrier.url, { log });
    for (const call of [wire.send(readAll()), wire.send(create(wire, "one"))]) {
      expect(await refusalOf(call)).toMatchObject({
        ...notReached,
        message: expect.stringContaining("TLS certificate was not accepted (DEPTH_ZERO_SELF_SIGNED_CERT)"),
      });
    }
    expect([attempts.length, carrier.requests.length]).toEqual([2, 0]);
  });

  test("a plain HTTP server where TLS was expected: nothing is sent in the clear", async () => {
    const carrier = await startCarrier();
    const wire = openTo(carrier.url.replace("http:", "https:"));
    expect(await refusalOf(wire.send(readAll()))).toMatchObject(notReached);
    expect(carrier.requests).toEqual([]);
  });
});

/** Makes a port that was closed lead to a carrier that is open. */
async function relay(port: number, to: string): Promise<void> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const onward = connect(Number(new URL(to).port), "127.0.0.1");
    for (const end of [socket, onward]) sockets.add(end.on("error", () => {}));
    socket.pipe(onward).pipe(socket);
  });
  server.listen(port, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  doors.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
}

test("emulators leave an idle connection to the client to end, which is sooner", async () => {
  const sandbox = await startSandbox(providers, {});
  const { headers } = await fetch(sandbox.urlOf("exotel"));
  await sandbox.close();
  expect(headers.get("keep-alive")).toBe("timeout=60");
});
