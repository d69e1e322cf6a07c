import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import type { LogFields } from "../../src/core/log.ts";
import { type Remembered, vyomMemory } from "../../src/providers/vyom/memory.ts";
import { openStore } from "../../src/store/open.ts";
import { exotelTrunk as exotel, PASSWORD, type StartedVyom, startVyom, twilioTrunk as twilio, twilioConfig } from "../support/vyom.ts";

const dialects = ["observed", "documented"];

let trunkline: StartedVyom;
afterEach(() => trunkline.close());
const start = async (...options: Parameters<typeof startVyom>) => {
  trunkline = await startVyom(...options);
  return trunkline;
};
const aTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

describe.each(dialects)("beside a row of Vyom's list, %s", (dialect) => {
  test("stands what this server remembers, without a login", async () => {
    const { create, list, get } = await start({ dialect });
    const { trunk_id, ...created } = (await create(twilio)).value.trunk;
    expect(trunk_id).toMatch(/^ST_[0-9a-f]{12}$/);
    const row = { provider: "vyom", trunk_name: "Production", status: "active", domain_name: twilioConfig.address, created_at: aTime };
    const attributes = { trunk_type: "twilio", address: twilioConfig.address };
    const phone_numbers = twilioConfig.numbers.map((phone_number) => ({ phone_number }));
    expect(created).toEqual({
      ...row,
      remembered: true,
      phone_numbers,
      attributes: { ...attributes, username: "AC0123", passthrough_mode: false },
    });
    const { domain_name: _, created_at: __, ...listed } = row;
    expect(await list()).toEqual([
      { ...listed, trunk_id, numbers: twilioConfig.numbers, counts: { numbers: twilioConfig.numbers.length } },
    ]);
    const { trunk, warnings } = await get(trunk_id);
    expect(trunk).toEqual({
      ...row,
      trunk_id,
      remembered: true,
      phone_numbers,
      attributes,
    });
    expect(warnings).toEqual([expect.stringContaining("what this server sent")]);
  });

  test("stand an Exotel trunk's overrides", async () => {
    const { created, get } = await start({ dialect });
    const overrides = { sip_host: "pstn.in1.exotel.com", sip_port: 5070, sip_domain: "a.pstn.exotel.com" };
    const trunk_config = { ...exotel.trunk_config, ...overrides };
    const trunk_id = await created({ ...exotel, trunk_config, passthrough_mode: true });
    expect(trunk_id).toMatch(dialect === "observed" ? /^exotel_[0-9a-f]{8}$/ : /^ST_/);
    expect((await get(trunk_id)).trunk).toMatchObject({
      domain_name: "a.pstn.exotel.com",
      phone_numbers: [{ phone_number: "+918044319240" }],
      attributes: { trunk_type: "exotel", ...trunk_config, passthrough_mode: true },
    });
  });

  test("stands nothing where somebody else created the trunk", async () => {
    const { createDirectly, list, get } = await start({ dialect });
    const trunk_id = await createDirectly(exotel);
    const time = dialect === "documented" ? { created_at: aTime } : {};
    const row = { provider: "vyom", trunk_id, trunk_name: "India", status: "active", ...time };
    const { trunk, warnings } = await get(trunk_id);
    expect(trunk).toEqual({ ...row, attributes: { trunk_type: "exotel" } });
    expect(warnings).toEqual([expect.stringContaining("did not create this trunk")]);
    const { created_at: _, ...listed } = { created_at: undefined, ...row };
    expect(await list()).toEqual([listed]);
  });
});

test("what is remembered is an allow-list, kept under a name that does not hold the key", async () => {
  const { scope, created } = await start();
  const store = await openStore({ location: { file: ":memory:" }, tenant: "local", clock: systemClock });
  const memory = store.memory("any");
  const created_at = "2026-01-01T00:00:00Z";
  await vyomMemory(memory).rememberTrunk("ST_1", { ...twilio, ...twilioConfig, created_at } as Remembered);
  const { address, numbers } = twilioConfig;
  expect(await memory.recall("ST_1")).toEqual({ trunk_name: "Production", trunk_type: "twilio", address, numbers, created_at });
  const accounts: string[] = [];
  const real = scope.store.memory;
  scope.store.memory = (account) => {
    accounts.push(account);
    return real(account);
  };
  await created(twilio);
  expect(accounts).toEqual([expect.stringMatching(/^vyom:[0-9a-f]{12}$/)]);
});

test("the list is paged here, since Vyom gives it whole", async () => {
  const { createDirectly, call } = await start();
  for (const trunk_name of ["a", "b", "c", "d", "e"]) await createDirectly({ ...exotel, trunk_name });
  const pages: string[][] = [];
  let cursor: string | null = null;
  do {
    const { value } = await call("list_trunks", { limit: 2, ...(cursor === null ? {} : { cursor }) });
    pages.push(value.trunks.map((trunk: { trunk_name: string }) => trunk.trunk_name));
    cursor = value.next_cursor;
  } while (cursor !== null);
  expect(pages).toEqual([["a", "b"], ["c", "d"], ["e"]]);
});

test.each(["ST_000000000000", "exotel_00000000"])("a trunk that the list does not have is not found: %s", async (trunk_id) => {
  const { get } = await start();
  expect(await get(trunk_id)).toMatchObject({ code: "not_found", field: "trunk_id", message: expect.stringContaining("active trunks") });
});

test("a name may begin like an id, and may be taken twice by others", async () => {
  const { created, createDirectly, get, call } = await start();
  const first = await created({ ...exotel, trunk_name: "exotel_main" });
  expect((await get("exotel_main")).trunk.trunk_id).toBe(first);
  const second = await createDirectly({ ...exotel, trunk_name: "exotel_main" });
  const { value } = await call("vyom_deactivate_trunk", { trunk_id: "exotel_main" });
  expect(value).toMatchObject({ code: "conflict", candidates: [first, second], applied: false });
});

describe.each(dialects)("a refusal, %s", (dialect) => {
  test("of the key names the setting, without the key", async () => {
    const { create, sent } = await start({ dialect, settings: { VYOM_API_KEY: "lvk_wrong" } });
    const { value, raw } = await create(twilio);
    expect(value).toMatchObject({ code: "unauthorized", status: 401, applied: false });
    expect(value.message).toMatch(/^Vyom at 127\.0\.0\.1:\d+ did not accept VYOM_API_KEY\. Nothing was changed\.$/);
    expect(JSON.stringify(raw)).not.toContain("lvk_wrong");
    expect(sent("POST")).toEqual([]);
  });

  test("of a path says that the base URL is wrong", async () => {
    const right = await startVyom({ dialect });
    const { create } = await start({ settings: { VYOM_BASE_URL: `${right.sandbox.urlOf("vyom")}/sip` } });
    const { value } = await create(twilio);
    expect(value).toMatchObject({ code: "not_configured", hint: expect.stringContaining("VYOM_BASE_URL"), applied: false });
    await right.close();
  });

  const long = { ...twilio, trunk_config: { ...twilioConfig, address: "a".repeat(101) } };
  const longNumber = { ...exotel, trunk_config: { exotel_number: "0".repeat(21) } };
  const other = { ...exotel, trunk_config: twilioConfig } as never;
  test.each([
    ["too long an address", long, "trunk_config.address", "trunk_config.address: String should have at most 100 characters"],
    ["too long a number", longNumber, "trunk_config.exotel_number", "trunk_config.exotel_number: String should have at most 20 characters"],
    ["the other type's configuration", other, undefined, "Value error, trunk_config must match trunk_type 'exotel'"],
  ])("of %s has the carrier's words about this type, never the password", async (_, input, field, words) => {
    const lines: LogFields[] = [];
    const write = (fields: LogFields) => void lines.push(fields);
    const { vyomClient } = await start({ dialect, log: { debug: write, info: write, warn: write, error: write } });
    const error = await (await vyomClient()).createOutboundTrunk.send(input).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "invalid_input",
      details:
        dialect === "observed"
          ? { status: 422, field, carrier_message: words, applied: false }
          : { status: 400, carrier_message: "Invalid input data or mismatched configuration", applied: false },
    });
    expect(JSON.stringify([error, lines])).not.toContain(PASSWORD);
    expect(lines.length).toBeGreaterThan(1);
  });
});

describe("a create, of which nothing can be changed or read later,", () => {
  test("answers what was sent, that it cannot be read back, and which variable was found", async () => {
    const { create } = await start();
    const { value, raw } = await create(twilio);
    expect(value).toMatchObject({
      before: null,
      after: { trunk_name: "Production", numbers: twilioConfig.numbers },
      trunk: { attributes: { username: "AC0123", passthrough_mode: false } },
      secrets_found: ["TRUNKLINE_SECRET_TWILIO"],
      warnings: [expect.stringMatching(/shows only a trunk's id and name later/)],
    });
    expect(JSON.stringify(raw)).not.toContain(PASSWORD);
  });

  test("refuses a name that is taken, before anybody is asked and before anything is sent", async () => {
    let asked = 0;
    const person = () => ({ action: "decline" as const, content: { asked: String(asked++) } });
    const { create, createDirectly, sent } = await start({ person });
    const taken = await createDirectly(twilio);
    const posts = sent("POST").length;
    for (const password of ["env:TRUNKLINE_SECRET_TWILIO", "in the conversation 1"]) {
      const { value } = await create({ ...twilio, trunk_config: { ...twilioConfig, password } });
      expect(value).toMatchObject({ code: "conflict", field: "trunk_name", candidates: [taken], applied: false });
    }
    expect([asked, sent("POST").length]).toEqual([0, posts]);
  });

  test("is not sent with a warning that no person has read", async () => {
    const read: string[] = [];
    const person = ({ message }: { message: string }) => {
      read.push(message);
      return { action: "decline" as const };
    };
    const { create, sent } = await start({ person });
    const { value } = await create({ ...twilio, trunk_config: { ...twilioConfig, numbers: ["+15550100000"] } });
    expect(value).toMatchObject({ code: "approval_refused", applied: false });
    expect(read.join()).toMatch(/no range in use/);
    expect(sent("POST")).toEqual([]);
  });
});
