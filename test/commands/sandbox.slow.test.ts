import { afterEach, describe, expect, test } from "vitest";
import { providers } from "../../src/providers/index.ts";
import { initialize, type Running, request, start } from "../support/process.ts";

const running: Running[] = [];
afterEach(async () => {
  for (const { child, exit } of running.splice(0)) {
    child.kill("SIGTERM");
    await exit();
  }
});

function run(args: string[], environment: Record<string, string> = {}): Running {
  const started = start(args, environment);
  running.push(started);
  return started;
}

/** The emulators alone, as `trunkline sandbox` serves them, and the variables that it prints. */
async function sandbox(...args: string[]): Promise<Record<string, string>> {
  const { lines } = run(["sandbox", ...args]);
  await expect.poll(() => lines().some((line) => line.startsWith("VYOM_BASE_URL="))).toBe(true);
  return Object.fromEntries(lines().map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}

async function ask(environment: Record<string, string>, method: string, params: object = {}): Promise<{ result: Record<string, unknown> }> {
  const trunkline = run([], environment);
  trunkline.send(initialize);
  trunkline.send(request(2, method, params));
  return (await trunkline.answer(2)) as { result: Record<string, unknown> };
}

async function call(environment: Record<string, string>, name: string, args: object = {}): Promise<Record<string, unknown>> {
  const { result } = await ask(environment, "tools/call", { name, arguments: args });
  return JSON.parse((result["content"] as { text: string }[]).at(-1)?.text ?? "null") as Record<string, unknown>;
}

describe("trunkline sandbox", () => {
  test("answers a fault that is none with 400 and the kinds, and goes on", async () => {
    const { VYOM_BASE_URL = "" } = await sandbox();
    const faults = `${new URL(VYOM_BASE_URL).origin}/_faults`;
    for (const body of ["nonsense", '{"kind":"explode"}', '{"kind":"delay","tmies":2}']) {
      const answer = await fetch(faults, { method: "POST", body });
      expect([answer.status, await answer.json()]).toEqual([
        400,
        { error: expect.stringContaining("kind is one of delay, status, html, reset, truncated, stall, lost") },
      ]);
    }
    expect(await (await fetch(faults)).json()).toEqual({ faults: 0 });
    expect(await (await fetch(faults, { method: "POST", body: '{"kind":"delay"}' })).json()).toEqual({ faults: 1 });
  });

  test("serves emulators that another process uses as its carriers, and that forget nothing in between", async () => {
    const environment = await sandbox();
    expect(await call(environment, "exotel_create_trunk", { trunk_name: "kept" })).toMatchObject({ trunk: { trunk_name: "kept" } });
    const listed = await call(environment, "list_trunks");
    expect(listed).toMatchObject({ trunks: [{ trunk_name: "kept" }] });
    // These are carriers as far as Trunkline can tell.
    expect(listed).not.toHaveProperty("sandbox");
  });

  test("misbehaves as it is told", async () => {
    const environment = await sandbox("--dialect", "documented");
    const { origin } = new URL(environment["EXOTEL_BASE_URL"] ?? "");
    const fault = { kind: "lost", method: "POST", path: "/trunks" };
    await fetch(`${origin}/_faults`, { method: "POST", body: JSON.stringify(fault) });
    expect(await call(environment, "exotel_create_trunk", { trunk_name: "doubtful" })).toMatchObject({ settled: true });
  });

  test("a wrong key is one sentence that names the variables and the region's host", async () => {
    const environment = await sandbox();
    const answer = await call({ ...environment, EXOTEL_API_TOKEN: "wrong" }, "exotel_create_trunk", { trunk_name: "never" });
    expect(answer).toMatchObject({ code: "unauthorized", applied: false, carrier_code: 1010 });
    expect(answer["message"]).toContain("EXOTEL_API_KEY");
    expect(answer["message"]).toContain(new URL(environment["EXOTEL_BASE_URL"] ?? "").host);
    expect(answer["hint"]).toContain("EXOTEL_REGION");
  });
});

describe("what is configured decides what is listed", () => {
  test.each([
    ["DIDWW alone", { DIDWW_API_KEY: "k" }, ["didww_"]],
    ["Vyom alone", { VYOM_API_KEY: "k" }, ["vyom_"]],
    ["Exotel alone", { EXOTEL_ACCOUNT_SID: "a", EXOTEL_API_KEY: "k", EXOTEL_API_TOKEN: "t" }, ["exotel_"]],
    ["Telnyx alone", { TELNYX_API_KEY: "k" }, ["telnyx_"]],
    ["nothing, so the sandbox with all of them", {}, providers.map(({ id }) => `${id}_`)],
  ])("%s", async (_, environment, prefixes) => {
    const { result } = await ask(environment as unknown as Record<string, string>, "tools/list");
    const names = (result["tools"] as { name: string }[]).map(({ name }) => name);
    const own = names.filter((name) => providers.some(({ id }) => name.startsWith(`${id}_`)));
    expect(names).toEqual(expect.arrayContaining(["list_trunks", "plan_trunk", "export_pbx_config"]));
    expect(own.every((name) => prefixes.some((prefix) => name.startsWith(prefix)))).toBe(true);
    expect(prefixes.every((prefix) => own.some((name) => name.startsWith(prefix)))).toBe(true);
    // A service that makes the platform's trunk itself has no end to connect.
    expect(names.includes("connect_trunk")).toBe(prefixes[0] !== "vyom_");
    expect(names.length - own.length).toBe(prefixes[0] === "vyom_" ? 9 : 10);
  });
});
