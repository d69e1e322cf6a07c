import { readBody } from "./body.ts";
import { type Outcome, Refusal } from "./dialect.ts";
import { checkDomainName, checkNsoCode, checkTrunkName, required } from "./rules.ts";
import { type Call, findTrunk, newDates, newTrunkSid, type TrunkRow, timestamp, trunkOf } from "./state.ts";

export function createTrunk(call: Call): Outcome {
  const fields = readBody(call.request, "CreateTrunkRequest");
  const name = checkTrunkName(required(fields.text("trunk_name"), "trunk_name"));
  const nsoCode = checkNsoCode(required(fields.text("nso_code"), "nso_code"));
  const domain = checkDomainName(required(fields.text("domain_name"), "domain_name"));
  refuseTakenName(call, name);
  const row = newTrunkRow(call, name, nsoCode, domain);
  const lists = {
    "phone-numbers": [],
    "whitelisted-ips": [],
    "destination-uris": [],
    credentials: [],
    settings: [],
  };
  call.state.trunks.set(row.trunk_sid, { row, lists });
  return { kind: "single", data: row };
}

export function listTrunks(call: Call): Outcome {
  const wanted = call.request.query.get("trunk_sid");
  const rows = [...call.state.trunks.values()].map(({ row }) => row);
  return { kind: "list", rows: wanted ? rows.filter((row) => row.trunk_sid === wanted) : rows };
}

export function getTrunk(call: Call): Outcome {
  return { kind: "single", data: trunkOf(call).row };
}

export function updateTrunk(call: Call): Outcome {
  const { row } = trunkOf(call);
  const fields = readBody(call.request, "UpdateTrunkRequest");
  const name = checkTrunkName(required(fields.text("trunk_name") ?? row.trunk_name, "trunk_name"));
  if (name !== row.trunk_name) refuseTakenName(call, name);
  const change = {
    trunk_name: name,
    nso_code: checkNsoCode(fields.text("nso_code") ?? String(row.nso_code)),
    domain_name: checkDomainName(fields.text("domain_name") ?? String(row.domain_name)),
    auth_type: fields.text("auth_type") ?? String(row.auth_type),
  };
  return { kind: "single", data: Object.assign(row, change, { date_updated: timestamp(call) }) };
}

export function deleteTrunk(call: Call): Outcome {
  const trunkSid = required(call.request.query.get("trunk_sid") ?? undefined, "trunk_sid");
  const { row } = findTrunk(call.state, trunkSid);
  call.state.trunks.delete(trunkSid);
  return { kind: "deleted", data: row };
}

/** No answer of this operation was ever published; the rows are the mappings that the number has. */
export function lookUpTrunkMap(call: Call): Outcome {
  const { query } = call.request;
  // The carrier's own sample sends the plus sign unencoded, which arrives as a space.
  const exophone = required(query.get("exophone") ?? undefined, "exophone").replace(/^ /, "+");
  const trunkSid = query.get("trunk_sid");
  const mappings = [...call.state.trunks.values()].flatMap(({ lists }) => lists["phone-numbers"]);
  const rows = mappings.filter((row) => row.phone_number === exophone && (!trunkSid || row.trunk_sid === trunkSid));
  return { kind: "list", rows };
}

function refuseTakenName({ state }: Call, name: string): void {
  if (![...state.trunks.values()].some(({ row }) => row.trunk_name === name)) return;
  const documented = `Trunk with name '${name}' already exists`;
  throw new Refusal("duplicate", `Unable to create trunk with name ${name}`, documented);
}

function newTrunkRow(call: Call, name: string, nsoCode: string, domain: string): TrunkRow {
  const trunkSid = newTrunkSid(call);
  const path = `/v2/accounts/${call.account}/trunks/${trunkSid}`;
  return {
    trunk_name: name,
    ...newDates(call),
    trunk_sid: trunkSid,
    status: "active",
    domain_name: domain,
    auth_type: "IP-WHITELIST",
    registration_enabled: "disabled",
    edge_preference: "auto",
    nso_code: nsoCode,
    secure_trunking: "disabled",
    destination_uris: `${path}/destination-uris`,
    whitelisted_ips: `${path}/whitelisted-ips`,
    credentials: `${path}/credentials`,
    phone_numbers: `${path}/phone-numbers`,
  };
}
