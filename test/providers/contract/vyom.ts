import { exotelTrunk, twilioTrunk, withPassword } from "../../support/vyom.ts";
import { defineContract, type Operation, type Scene, type Step } from "./contract.ts";

const id = (scene: Scene) => scene["trunk_id"] ?? "";
const expectedSnapshot = { asymmetricMatch: (value: unknown) => typeof value === "string" && value.startsWith("snap_") };
const list = () => ({ method: "GET", path: "/sip/list" });

const trunk: Step = {
  tool: "vyom_create_outbound_trunk",
  arguments: () => ({ ...twilioTrunk }),
  keep: (value) => ({ trunk_id: value.trunk.trunk_id, trunk_name: value.trunk.trunk_name }),
};

const creation = (body: typeof twilioTrunk | typeof exotelTrunk): Operation => ({
  tool: "vyom_create_outbound_trunk",
  arguments: () => ({ ...body }),
  request: () => ({ method: "POST", path: "/sip/create-outbound-trunk", body: withPassword(body) }),
  result: () => ({ trunk: { provider: "vyom", trunk_name: body.trunk_name, status: "active", remembered: true } }),
  proof: {
    tool: "list_trunks",
    arguments: () => ({}),
    done: () => ({ trunks: [{ trunk_name: body.trunk_name }] }),
    undone: () => ({ trunks: [] }),
  },
});

const operations: Operation[] = [
  {
    tool: "list_trunks",
    scene: [trunk],
    arguments: () => ({}),
    request: list,
    result: (scene) => ({ trunks: [{ provider: "vyom", trunk_id: id(scene), trunk_name: "Production", status: "active" }] }),
  },
  {
    tool: "get_trunk",
    scene: [trunk],
    arguments: (scene) => ({ trunk_id: id(scene) }),
    request: list,
    result: (scene) => ({
      trunk: {
        provider: "vyom",
        trunk_id: id(scene),
        phone_numbers: twilioTrunk.trunk_config.numbers.map((phone_number) => ({ phone_number })),
        attributes: { trunk_type: "twilio", address: twilioTrunk.trunk_config.address },
      },
    }),
  },
  creation(twilioTrunk),
  creation(exotelTrunk),
  {
    tool: "vyom_deactivate_trunk",
    scene: [trunk],
    arguments: (scene) => ({ trunk_id: id(scene) }),
    request: (scene) => ({ method: "DELETE", path: `/sip/deactivate/${id(scene)}` }),
    result: (scene) => ({ removed: true, trunk_id: id(scene), snapshot_id: expectedSnapshot }),
    proof: {
      tool: "list_trunks",
      arguments: () => ({}),
      done: () => ({ trunks: [] }),
      undone: (scene) => ({ trunks: [{ trunk_id: id(scene) }] }),
    },
  },
];

export default defineContract({ operations: () => operations });
