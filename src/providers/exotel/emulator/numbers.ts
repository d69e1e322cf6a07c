import { readBody } from "./body.ts";
import { type Outcome, Refusal } from "./dialect.ts";
import { checkIp, checkMask, checkMode, checkPhoneNumber, missing, required } from "./rules.ts";
import { type Call, newDates, nextSerial, rowById, type TrunkEntry, timestamp, trunkOf } from "./state.ts";

export function mapNumber(call: Call): Outcome {
  const { lists } = trunkOf(call);
  const fields = readBody(call.request, "CreateDidTrunkMappingRequest");
  const number = checkPhoneNumber(fields.text("phone_number"));
  const mode = checkMode(fields.text("mode"));
  refuseMappedNumber(call, number);
  const row = {
    id: String(nextSerial(call.state, "phone-numbers")),
    phone_number: number,
    trunk_sid: call.trunkSid,
    ...newDates(call),
    mode,
  };
  lists["phone-numbers"].push(row);
  return { kind: "single", data: row };
}

export function updateNumber(call: Call): Outcome {
  const row = rowById(trunkOf(call).lists["phone-numbers"], call.id);
  const fields = readBody(call.request, "UpdateDidTrunkMappingRequest");
  const number = checkPhoneNumber(fields.text("phone_number"));
  const mode = checkMode(required(fields.text("mode"), "mode"));
  if (number !== row.phone_number) refuseMappedNumber(call, number);
  return { kind: "single", data: Object.assign(row, { phone_number: number, mode, date_updated: timestamp(call) }) };
}

/** A number rings on one trunk only, whichever of the account's trunks that is. */
function refuseMappedNumber({ state, trunkSid }: Call, number: string): void {
  const mapped = [...state.trunks.values()].flatMap(({ lists }) => lists["phone-numbers"]);
  if (!mapped.some((row) => row.phone_number === number)) return;
  const documented = `Phone number '${number}' already exists`;
  throw new Refusal("duplicate", `Unable to create DidTrunkMapping with TrunkSid ${trunkSid}`, documented);
}

export function whitelistIp(call: Call): Outcome {
  const trunk = trunkOf(call);
  const fields = readBody(call.request, "CreateWhitelistipsRequest");
  const ip = fields.text("ip");
  if (ip === undefined) throw missing("ip");
  checkIp(ip);
  const mask = checkMask(fields.integer("mask", "uint8") ?? 32, call.dialect.smallestMask);
  refuseWhitelistedIp(trunk, ip, mask);
  const row = {
    id: String(nextSerial(call.state, "whitelisted-ips")),
    mask,
    trunk_sid: call.trunkSid,
    ip,
    friendly_name: null,
    ...newDates(call),
  };
  trunk.lists["whitelisted-ips"].push(row);
  return { kind: "single", data: row };
}

export function updateIp(call: Call): Outcome {
  const trunk = trunkOf(call);
  const row = rowById(trunk.lists["whitelisted-ips"], call.id);
  const fields = readBody(call.request, "UpdateWhitelistipsRequest");
  const ip = checkIp(fields.text("ip") ?? row.ip);
  const mask = checkMask(fields.integer("mask", "uint8") ?? row.mask, call.dialect.smallestMask);
  if (ip !== row.ip || mask !== row.mask) refuseWhitelistedIp(trunk, ip, mask);
  return { kind: "single", data: Object.assign(row, { ip, mask, date_updated: timestamp(call) }) };
}

function refuseWhitelistedIp({ lists }: TrunkEntry, ip: string, mask: number): void {
  if (!lists["whitelisted-ips"].some((row) => row.ip === ip && row.mask === mask)) return;
  const documented = `IP '${ip}' with mask ${mask} already exists`;
  throw new Refusal("duplicate", `Unable to Whitelist-ip with ip ${ip}`, documented);
}
