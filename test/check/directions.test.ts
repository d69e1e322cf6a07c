import { afterEach, expect, test } from "vitest";
import { startTrunkline, type Trunkline } from "../support/trunkline.ts";

let trunkline: Trunkline | undefined;
afterEach(() => trunkline?.close());

const cases: [string, [tool: string, given: object][], string[], stops: string][] = [
  ["one number without a mode and one destination", [], ["inbound"], "Inbound calls stop at once."],
  [
    "these and an address that may call",
    [["exotel_whitelist_ip", { ip: "203.0.113.50" }]],
    ["outbound", "inbound"],
    "Outbound calls, inbound calls stop at once.",
  ],
  [
    "these and a login",
    [["exotel_create_credentials", { user_name: "desk" }]],
    ["outbound", "inbound"],
    "Outbound calls, inbound calls stop at once.",
  ],
];

test.each(cases)("the ways that calls go over a trunk with %s are the same wherever they are said", async (_, further, expected, stops) => {
  let asked = "";
  trunkline = await startTrunkline({
    unlimited: true,
    person: ({ message }) => {
      asked = message;
      return { action: "decline" };
    },
  });
  const { call } = trunkline;
  const { trunk_id: trunk_sid } = (await call("exotel_create_trunk", { trunk_name: "desk" })).value.trunk;
  await call("exotel_map_phone_number", { trunk_sid, phone_number: "+918044319240" });
  const destinations = [{ destination: "sip.example.com:5061;transport=tls" }];
  await call("exotel_add_destination_uris", { trunk_sid, destinations });
  for (const [tool, given] of further) expect((await call(tool, { trunk_sid, ...given })).isError).toBe(false);

  expect((await call("check_trunk", { trunk_id: trunk_sid })).value.directions).toEqual(expected);
  const { files } = (await call("export_pbx_config", { trunk_id: trunk_sid, format: "asterisk" })).value;
  expect(files[0].text.split("\n")[0]).toBe(`; Asterisk 18 or newer (chan_pjsip): trunk desk at exotel, ${expected.join(" and ")}`);
  await call("exotel_delete_trunk", { trunk_sid });
  expect(asked).toContain(stops);
});
