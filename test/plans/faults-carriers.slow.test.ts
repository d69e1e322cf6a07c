import { describe, expect, test } from "vitest";
import type { AnyProvider } from "../../src/core/carrier/provider.ts";
import { telnyx } from "../../src/providers/telnyx/index.ts";
import { twilio } from "../../src/providers/twilio/index.ts";
import type { Fault } from "../../src/sandbox/server.ts";
import { startTrunkline } from "../support/trunkline.ts";
import { plansOf, rowsOf, shownRows } from "./other-carriers.ts";

/** Each way in which a request, or its answer, goes wrong; what a stall does is shown on the first carrier. */
const faults: [name: string, fault: Fault][] = [
  ["500", { kind: "status", status: 500 }],
  ["503 with Retry-After", { kind: "status", status: 503, retry_after: "1" }],
  ["429", { kind: "status", status: 429 }],
  ["html", { kind: "html" }],
  ["reset", { kind: "reset" }],
  ["truncated", { kind: "truncated" }],
  ["lost", { kind: "lost" }],
];

/** The end of the path of each request of the plan that writes. */
const paths = {
  twilio: [
    ...["/Trunks", "/IpAccessControlLists.json", "/IpAddresses.json", "/IpAccessControlLists", "/CredentialLists.json"],
    ...["/Credentials.json", "/CredentialLists", "/OriginationUrls", "/PhoneNumbers"],
  ],
  telnyx: ["/outbound_voice_profiles", "/ip_connections", "/ips", "/credential_connections", "/fqdn_connections", "/fqdns"],
} as const;
const carriers: Record<keyof typeof paths, AnyProvider> = { twilio, telnyx };

const cases = (["twilio", "telnyx"] as const).flatMap((id) =>
  (id === "twilio" ? ["observed"] : ["observed", "documented"]).flatMap((dialect) =>
    paths[id].flatMap((path) => faults.map(([name, fault]) => [id, dialect, path, name, fault] as const)),
  ),
);
// A table that is empty would pass.
expect(cases).toHaveLength((9 + 6 * 2) * faults.length);

describe.concurrent("a write goes wrong once", () => {
  test.each(cases)("%s, %s dialect, %s, %s: it is all there in the end, each once", async (id, dialect, path, _name, fault) => {
    const trunkline = await startTrunkline({ providers: [carriers[id]], dialect, unlimited: true, policy: { approval: "two_step" } });
    const { call, sandbox } = trunkline;
    try {
      const [first, ...also] = plansOf[id];
      const wanted = { ...first, ...(also.length > 0 ? { also } : {}) };
      const { plan_id } = (await call("plan_trunk", wanted)).value;
      sandbox.script({ ...fault, method: "POST", path: `${path}$` });
      const { value } = await call("apply_plan", { plan_id });
      // A step of which a request was done says so and is not sent again by itself: the plan that it names does the rest.
      if (value.state !== "done") {
        expect(value.failed.error).toMatchObject({ applied: false, message: expect.stringContaining("Before that, this was done") });
        const rest = { plan_id: value.finish_plan_id };
        const asked = (await call("apply_plan", rest)).value;
        const finished = asked.approval === undefined ? asked : (await call("apply_plan", { ...rest, approval: asked.approval })).value;
        expect(finished).toMatchObject({ state: "done" });
      }
      const met = sandbox.seen.filter(({ faulty }) => faulty).map((request) => request.path);
      expect(met).toEqual([expect.stringMatching(new RegExp(`${path}$`))]);
      for (const setup of plansOf[id]) {
        const { trunk } = (await call("get_trunk", { provider: id, trunk_id: setup.trunk })).value;
        expect(shownRows(trunk)).toMatchObject(rowsOf(setup));
      }
      expect((await call("plan_trunk", wanted)).value.plan_id).toBeUndefined();
    } finally {
      await trunkline.close();
    }
  });
});
