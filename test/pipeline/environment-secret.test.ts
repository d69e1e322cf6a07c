import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTrunkline, type Trunkline } from "../support/trunkline.ts";

let trunkline: Trunkline;
beforeAll(async () => {
  const environment = {
    TRUNKLINE_SECRET_SIP: "From_The_Environment_1",
    TRUNKLINE_SECRET_EMPTY: "",
    EXOTEL_API_TOKEN: "carrier_key",
    HOME: "home",
  };
  trunkline = await startTrunkline({ environment });
});
afterAll(() => trunkline.close());

const login = (trunk_name: string, password: string) => async () => {
  const trunk_sid = (await trunkline.call("exotel_create_trunk", { trunk_name })).value.trunk.trunk_id;
  return await trunkline.call("exotel_create_credentials", { trunk_sid, user_name: "bot", password });
};

describe("a secret given as env:NAME", () => {
  test("reaches the carrier, and nothing else", async () => {
    const answer = await login("named", "env:TRUNKLINE_SECRET_SIP")();
    expect(answer.isError).toBe(false);
    expect(trunkline.sandbox.seen.at(-1)?.body).toContain("From_The_Environment_1");
    expect(JSON.stringify(answer.raw)).not.toContain("From_The_Environment_1");
  });

  test("works inside an object too", async () => {
    const trunk_config = {
      address: "acme.pstn.twilio.com",
      numbers: ["+918044319240"],
      username: "AC1",
      password: "env:TRUNKLINE_SECRET_SIP",
    };
    const { isError } = await trunkline.call("vyom_create_outbound_trunk", { trunk_name: "t", trunk_type: "twilio", trunk_config });
    expect(isError).toBe(false);
    expect(trunkline.sandbox.seen.filter(({ method }) => method === "POST").at(-1)?.body).toContain("From_The_Environment_1");
  });

  test.each([
    "env:TRUNKLINE_SECRET_NONE",
    "env:TRUNKLINE_SECRET_EMPTY",
    "env:EXOTEL_API_TOKEN",
    "env:HOME",
    "env:",
    "env:TRUNKLINE_SECRET_SIP\n",
    "env:../x",
  ])("%j is refused before anything is sent", async (password) => {
    const before = trunkline.sandbox.seen.filter(({ method }) => method === "POST").length;
    const { value } = await login(`n${before}`, password)();
    expect(value).toMatchObject({ code: "invalid_input", field: "password" });
    expect(JSON.stringify(value)).not.toMatch(/carrier_key|From_The/);
    expect(trunkline.sandbox.seen.filter(({ method }) => method === "POST").length).toBe(before + 1);
  });
});
