import type { Setup } from "../../src/core/carrier/setup.ts";
import type { TrunkState } from "./account.ts";
import { furnishTwilioTrunk, inTwilioConsole, twilioWarmUp, twilioWishes } from "./moving-twilio.ts";
import type { ProviderId } from "./read-account.ts";
import type { WatchedCarriers } from "./watched-carriers.ts";

/** One kind of step, in a plan that does something harmless before it. */
export interface Case {
  name: string;
  provider: ProviderId;
  /** Of the step itself. */
  tool: string;
  /** It removes, replaces, opens or weakens: a person agreed to it. */
  grave: boolean;
  setups: Setup[];
  /** Entries that the setups do not name go. */
  prune?: boolean;
  /** The plan is to be half done, and it is its undoing that is applied. */
  undo?: boolean;
  /** The step's trunk is made by the plan itself, under this name. */
  makes?: string;
  /** The other trunk is part of what is shown. */
  showsOther?: true;
}

export const TARGET = "target";
const OTHER = "other";

const dids = ["7a6c177d-a054-4c75-9b4c-b1596ed6fa25"];
const warmUps: Record<ProviderId, Setup> = {
  exotel: { provider: "exotel", use_case: "outbound", trunk: "warmup", numbers: ["+918044319260"], ips: ["52.66.3.3"] },
  didww: {
    ...{ provider: "didww", use_case: "outbound", trunk: "warmup", ips: ["52.66.3.3"] },
    options: { on_cli_mismatch_action: "reject_call", threshold_amount: "50.0" },
  },
  vyom: {
    ...{ provider: "vyom", use_case: "outbound", trunk: "warmup" },
    options: { trunk_type: "exotel", trunk_config: { exotel_number: "+918044319260" } },
  },
  twilio: twilioWarmUp,
  livekit: {
    ...{ provider: "livekit", use_case: "inbound", trunk: "warmup", numbers: ["+918044319260"], ips: ["52.66.3.3"] },
    options: { agent_name: "front-desk" },
  },
  telnyx: {
    ...{ provider: "telnyx", use_case: "outbound", trunk: "warmup", numbers: ["+4930901820144"], ips: ["52.66.3.3"] },
    options: { outbound_voice_profile: "capped" },
  },
};

function of(provider: ProviderId, more: Partial<Setup>): Setup[] {
  return [warmUps[provider], { provider, use_case: "outbound", trunk: TARGET, ...more }];
}

const exotelKept = ["+918044319240", "+918044319241"];
const others: Record<ProviderId, Setup> = {
  exotel: { provider: "exotel", trunk: OTHER },
  didww: { provider: "didww", trunk: OTHER },
  vyom: { provider: "vyom", trunk: OTHER },
  livekit: { provider: "livekit", trunk: OTHER },
  twilio: { provider: "twilio", trunk: OTHER },
  telnyx: { provider: "telnyx", trunk: OTHER },
};

const livekitTarget = (more: Partial<Setup>): Setup[] => [warmUps.livekit, { provider: "livekit", trunk: TARGET, ...more }];

export const cases: Case[] = [
  step("maps a number", "exotel", "exotel_map_phone_number", false, of("exotel", { numbers: ["+918044319249"] })),
  step("lets one address in", "exotel", "exotel_whitelist_ip", false, of("exotel", { ips: ["52.66.2.2"] })),
  step("lets a /24 in", "exotel", "exotel_whitelist_ip", true, of("exotel", { ips: ["52.66.2.0/24"] })),
  step("adds a destination", "exotel", "exotel_add_destination_uris", true, [
    warmUps.exotel,
    { provider: "exotel", use_case: "inbound", trunk: TARGET, destinations: ["pbx.example.com:5061;transport=tls"] },
  ]),
  step("makes a second login", "exotel", "exotel_create_credentials", false, of("exotel", { credentials: ["desk"] })),
  step("sets the alias", "exotel", "exotel_set_trunk_alias", false, of("exotel", { alias: "+918044319241" })),
  {
    ...step("lets a /24 into a trunk that it makes", "exotel", "exotel_whitelist_ip", true, [
      { provider: "exotel", use_case: "outbound", trunk: "newt", numbers: ["+918044319248"], ips: ["52.66.2.0/24"] },
    ]),
    makes: "newt",
  },
  { ...step("deletes a trunk", "exotel", "exotel_delete_trunk", true, [warmUps.exotel, others.exotel]), prune: true },
  {
    ...step("unmaps a number", "exotel", "exotel_unmap_phone_number", true, [
      ...of("exotel", { numbers: exotelKept.slice(0, 1) }),
      others.exotel,
    ]),
    prune: true,
  },
  {
    ...step("takes an address off", "exotel", "exotel_remove_whitelisted_ip", true, [
      ...of("exotel", { ips: ["44.248.146.11"] }),
      others.exotel,
    ]),
    prune: true,
  },
  step(
    "replaces an address",
    "exotel",
    "exotel_remove_whitelisted_ip",
    true,
    of("exotel", { ips: ["52.66.2.2"], remove: ["44.248.146.11"] }),
  ),
  step(
    "keeps exactly one number",
    "exotel",
    "exotel_unmap_phone_number",
    true,
    of("exotel", { numbers: exotelKept.slice(0, 1), exactly: ["numbers"] }),
  ),
  step(
    "switches a mode",
    "exotel",
    "exotel_update_phone_number",
    true,
    of("exotel", { numbers: exotelKept.slice(0, 1), options: { mode: "flow" } }),
  ),
  step("renames", "exotel", "exotel_update_trunk", false, of("exotel", { new_name: "renamed" })),
  {
    ...step("gives a number to another trunk", "exotel", "exotel_unmap_phone_number", true, [
      warmUps.exotel,
      { provider: "exotel", trunk: OTHER, numbers: exotelKept.slice(0, 1) },
    ]),
    showsOther: true,
  },
  {
    // Once it is off the other trunk, a first route: it must not be left without any.
    ...step("takes a number over", "exotel", "exotel_map_phone_number", false, of("exotel", { numbers: ["+918044319250"] })),
    showsOther: true,
  },
  {
    ...step("undoes what it made", "exotel", "exotel_delete_trunk", true, [
      { provider: "exotel", use_case: "outbound", trunk: TARGET, numbers: ["+918044319246"], ips: ["52.66.4.4"] },
      { provider: "exotel", use_case: "outbound", trunk: "newer", numbers: ["+918044319247"], ips: ["52.66.4.5"] },
    ]),
    undo: true,
    makes: TARGET,
  },
  update("lets one more address in", false, { ips: ["52.66.2.2"] }),
  update("lets a /24 in", true, { ips: ["52.66.2.0/24"] }),
  update("raises the threshold", true, { options: { threshold_amount: "200.0" } }),
  update("switches encryption off", true, { options: { media_encryption_mode: "disabled" } }),
  update("unblocks", true, { options: { status: "active" }, trunk: "blocked" }),
  { ...step("deletes a trunk", "didww", "didww_delete_voice_out_trunk", true, [warmUps.didww, others.didww, kept()]), prune: true },
  step("lets one more address in", "livekit", "livekit_update_inbound_trunk", false, livekitTarget({ ips: ["52.66.2.2"] })),
  step("lets a /24 in", "livekit", "livekit_update_inbound_trunk", true, livekitTarget({ ips: ["52.66.2.0/24"] })),
  step("takes a number", "livekit", "livekit_update_inbound_trunk", true, livekitTarget({ numbers: ["+918044319249"] })),
  { ...step("deletes a trunk", "livekit", "livekit_delete_trunk", true, [warmUps.livekit, others.livekit]), prune: true },
  step("assigns a number", "telnyx", "telnyx_assign_phone_number", false, of("telnyx", { numbers: ["+442079460143"] })),
  step("adds a further address", "telnyx", "telnyx_add_address", true, of("telnyx", { ips: ["52.66.2.2"] })),
  step(
    "attaches a profile without limits",
    "telnyx",
    "telnyx_update_connection",
    true,
    of("telnyx", { options: { outbound_voice_profile: "open" } }),
  ),
  step(
    "keeps exactly no number",
    "telnyx",
    "telnyx_unassign_phone_number",
    true,
    of("telnyx", { use_case: undefined, numbers: [], exactly: ["numbers"] }),
  ),
  step("takes an address off", "telnyx", "telnyx_remove_address", true, of("telnyx", { remove: ["44.248.146.11"] })),
  { ...step("deletes a trunk", "telnyx", "telnyx_delete_connection", true, [warmUps.telnyx, others.telnyx]), prune: true },
  ...twilioWishes.map(([name, tool, grave, wish]) => step(name, "twilio", tool, grave, of("twilio", wish))),
  { ...step("deletes a trunk", "twilio", "twilio_delete_trunk", true, [warmUps.twilio, others.twilio]), prune: true },
  { ...step("deactivates a trunk", "vyom", "vyom_deactivate_trunk", true, [warmUps.vyom, others.vyom]), prune: true },
];

function step(name: string, provider: ProviderId, tool: string, grave: boolean, setups: Setup[]): Case {
  return { name: `${provider} ${name}`, provider, tool, grave, setups };
}

function update(name: string, grave: boolean, more: Partial<Setup>): Case {
  return step(name, "didww", "didww_update_voice_out_trunk", grave, of("didww", more));
}

function kept(): Setup {
  return { provider: "didww", trunk: "blocked" };
}

/** The account before anybody plans. */
export function furnishWorld({ directly, account }: WatchedCarriers, { undo }: Case): void {
  const make = (trunk_name: string, numbers: string[], ips: string[]) => {
    directly("exotel", "POST", "trunks", { trunk_name, nso_code: "ANY-ANY", domain_name: "sandbox.pstn.exotel.com" });
    const own = `trunks/${find(account().values(), "exotel", trunk_name)?.id}`;
    for (const phone_number of numbers) directly("exotel", "POST", `${own}/phone-numbers`, { phone_number, mode: "pstn" });
    for (const ip of ips) directly("exotel", "POST", `${own}/whitelisted-ips`, { ip, mask: 32 });
    return own;
  };
  if (!undo) {
    const own = make(TARGET, exotelKept, ["44.248.146.11", "44.248.146.12"]);
    directly("exotel", "POST", `${own}/destination-uris`, { destinations: [{ destination: "sip:sip.example.com:5061;transport=tls" }] });
    directly("exotel", "POST", `${own}/credentials`, { user_name: "sip", password: "from_before" });
    directly("exotel", "POST", `${own}/settings`, { settings: [{ name: "trunk_external_alias", value: "+918044319240" }] });
  }
  make(OTHER, ["+918044319250"], ["52.66.9.9"]);
  for (const [name, more] of [
    [TARGET, { threshold_amount: "100.0", media_encryption_mode: "srtp_sdes" }],
    [OTHER, { threshold_amount: "70.0" }],
    ["blocked", { status: "blocked" }],
  ] as const)
    putDidww({ directly }, "POST", undefined, {
      name,
      on_cli_mismatch_action: "reject_call",
      ...more,
      allowed_sip_ips: ["44.248.146.11/32", "44.248.146.12/32"],
    });
  for (const [name, number, ips] of [
    [TARGET, "+918044319240", ["44.248.146.11", "44.248.146.12"]],
    [OTHER, "+918044319250", ["52.66.9.9"]],
  ] as const)
    directly("livekit", "POST", "CreateSIPInboundTrunk", { trunk: { name, numbers: [number], allowed_addresses: ips } });
  furnishTelnyx({ directly } as WatchedCarriers);
  furnishTwilioTrunk({ directly }, TARGET, "+12025550110", ["44.248.146.11", "44.248.146.12"]);
  furnishTwilioTrunk({ directly }, OTHER, "+12025550111", ["52.66.9.9"]);
  for (const trunk_name of [TARGET, OTHER])
    directly("vyom", "POST", "create-outbound-trunk", {
      trunk_name,
      trunk_type: "exotel",
      trunk_config: { exotel_number: "+918044319240" },
    });
}

function furnishTelnyx({ directly }: WatchedCarriers): void {
  const made = (path: string, body: object) => (directly("telnyx", "POST", path, body).body as { data: { id: string } }).data.id;
  const limits = { daily_spend_limit: "50.00", daily_spend_limit_enabled: true, concurrent_call_limit: 10 };
  const capped = made("outbound_voice_profiles", { name: "capped", ...limits });
  made("outbound_voice_profiles", { name: "open" });
  const { data } = directly("telnyx", "GET", "phone_numbers").body as { data: { id: string; phone_number: string }[] };
  for (const [name, number, ips] of [
    [TARGET, "+13125550141", ["44.248.146.11", "44.248.146.12"]],
    [OTHER, "+13125550142", ["52.66.9.9"]],
  ] as const) {
    const connection_id = made("ip_connections", { connection_name: name, outbound: { outbound_voice_profile_id: capped } });
    for (const ip_address of ips) made("ips", { connection_id, ip_address });
    directly("telnyx", "PATCH", `phone_numbers/${data.find(({ phone_number }) => phone_number === number)?.id}`, { connection_id });
  }
}

/** In whichever of the two shapes the account's version has addresses. */
function putDidww(
  { directly }: Pick<WatchedCarriers, "directly">,
  method: "POST" | "PATCH",
  id: string | undefined,
  { allowed_sip_ips, ...more }: Record<string, unknown>,
): void {
  const flat = allowed_sip_ips === undefined ? {} : { allowed_sip_ips };
  const nested =
    allowed_sip_ips === undefined ? {} : { authentication_method: { type: "credentials_and_ip", attributes: { allowed_sip_ips } } };
  const relationships = method === "POST" ? { dids: { data: dids.map((did) => ({ type: "dids", id: did })) } } : {};
  const path = id === undefined ? "voice_out_trunks" : `voice_out_trunks/${id}`;
  for (const login of [nested, flat]) {
    const data = { ...(id === undefined ? {} : { id }), type: "voice_out_trunks", attributes: { ...more, ...login }, relationships };
    if (directly("didww", method, path, { data }).status < 300) return;
  }
  throw new Error(`DIDWW's emulator took ${method} ${path} in neither shape`);
}

export function find(trunks: Iterable<TrunkState>, provider: ProviderId, name: string): TrunkState | undefined {
  return [...trunks].find((trunk) => trunk.provider === provider && trunk.name === name);
}

/** A change past this server: to the step's trunk, or to the whole account. Undefined: this carrier cannot. */
export interface Change {
  name: string;
  /** The step's trunk is as it was shown. */
  harmless?: boolean;
  make(carriers: WatchedCarriers, trunk: TrunkState): void;
  for: readonly ProviderId[];
  /** Words of which one stands in what the person or the agent is told. */
  words: RegExp;
}

function rename({ directly }: WatchedCarriers, { provider, id }: TrunkState, name: string): void {
  if (provider === "exotel") directly("exotel", "PUT", `trunks/${id}`, { trunk_name: name });
  else if (provider === "livekit") updateLiveKit({ directly }, id, { name });
  else if (provider === "telnyx") directly("telnyx", "PATCH", `ip_connections/${id}`, { connection_name: name });
  else if (provider === "twilio") inTwilioConsole.rename({ directly }, id, name);
  else putDidww({ directly }, "PATCH", id, { name });
}

function updateLiveKit({ directly }: Pick<WatchedCarriers, "directly">, sip_trunk_id: string, update: object): void {
  directly("livekit", "POST", "UpdateSIPInboundTrunk", { sip_trunk_id, update });
}

export const changes: Change[] = [
  { name: "nothing happens", harmless: true, make: () => {}, for: ["exotel", "didww", "vyom", "livekit", "telnyx", "twilio"], words: /./ },
  {
    ...{ name: "another trunk gets a number", harmless: true, for: ["exotel"], words: /./ },
    make: (carriers) => {
      const other = find(carriers.account().values(), "exotel", OTHER);
      carriers.directly("exotel", "POST", `trunks/${other?.id}/phone-numbers`, { phone_number: "+918044319259" });
    },
  },
  {
    ...{ name: "it is renamed", for: ["exotel", "didww", "livekit", "telnyx", "twilio"], words: /PRODUCTION/ },
    make: (carriers, trunk) => rename(carriers, trunk, "PRODUCTION"),
  },
  {
    ...{ name: "it gets three numbers", for: ["exotel"], words: /\+91804431927[123]/ },
    make: ({ directly }, { id }) => {
      for (const last of [1, 2, 3]) directly("exotel", "POST", `trunks/${id}/phone-numbers`, { phone_number: `+91804431927${last}` });
    },
  },
  {
    ...{
      name: "an address is taken off it",
      for: ["exotel", "didww", "livekit", "telnyx", "twilio"],
      words: /44\.248\.146\.12|52\.66\.[24]\.\d/,
    },
    make: ({ directly }, trunk) => {
      const { provider, id, rows, callers } = trunk;
      const gone = rows.ips.at(-1);
      if (provider === "exotel") directly("exotel", "DELETE", `trunks/${id}/whitelisted-ips?id=${gone?.id}`);
      else if (provider === "livekit") updateLiveKit({ directly }, id, { allowed_addresses: { set: callers.slice(0, -1) } });
      else if (provider === "telnyx") directly("telnyx", "DELETE", `ips/${gone?.id}`);
      else if (provider === "twilio") inTwilioConsole.takeLastAddressOff({ directly }, trunk);
      else putDidww({ directly }, "PATCH", id, { allowed_sip_ips: callers.slice(0, -1) });
    },
  },
  {
    ...{ name: "a stranger is let in", for: ["exotel", "didww", "livekit", "telnyx", "twilio"], words: /52\.1\.1\.0/ },
    make: ({ directly }, trunk) => {
      const { provider, id, callers } = trunk;
      if (provider === "exotel") directly("exotel", "POST", `trunks/${id}/whitelisted-ips`, { ip: "52.1.1.0", mask: 28 });
      else if (provider === "livekit") updateLiveKit({ directly }, id, { allowed_addresses: { add: ["52.1.1.0/28"] } });
      else if (provider === "telnyx") directly("telnyx", "POST", "ips", { connection_id: id, ip_address: "52.1.1.0" });
      else if (provider === "twilio") inTwilioConsole.letIn({ directly }, trunk, "52.1.1.0", "28");
      else putDidww({ directly }, "PATCH", id, { allowed_sip_ips: [...callers, "52.1.1.0/28"] });
    },
  },
  {
    ...{ name: "it changes names with another", for: ["exotel", "didww", "livekit", "telnyx", "twilio"], words: /other|target|newt/ },
    make: (carriers, trunk) => {
      const other = find(carriers.account().values(), trunk.provider as ProviderId, OTHER);
      if (!other) throw new Error("there is no other trunk");
      rename(carriers, other, "passing");
      rename(carriers, trunk, OTHER);
      rename(carriers, other, trunk.name);
    },
  },
  {
    ...{
      name: "it is deleted, and one of its name is made",
      for: ["exotel", "didww", "vyom", "livekit", "telnyx", "twilio"],
      words: /gone|deleted|no longer|does not exist|not found|no such/i,
    },
    make: ({ directly }, trunk) => {
      const { provider, id, name } = trunk;
      if (provider === "exotel") {
        directly("exotel", "DELETE", `trunks?trunk_sid=${id}`);
        directly("exotel", "POST", "trunks", { trunk_name: name, nso_code: "ANY-ANY", domain_name: "sandbox.pstn.exotel.com" });
      } else if (provider === "telnyx") {
        directly("telnyx", "DELETE", `ip_connections/${id}`);
        directly("telnyx", "POST", "ip_connections", { connection_name: name });
      } else if (provider === "twilio") inTwilioConsole.replace({ directly }, trunk);
      else if (provider === "didww") {
        directly("didww", "DELETE", `voice_out_trunks/${id}`);
        putDidww({ directly }, "POST", undefined, { name, on_cli_mismatch_action: "reject_call", allowed_sip_ips: ["52.66.8.8/32"] });
      } else if (provider === "livekit") {
        directly("livekit", "POST", "DeleteSIPTrunk", { sip_trunk_id: id });
        directly("livekit", "POST", "CreateSIPInboundTrunk", {
          trunk: { name, numbers: ["+918044319240"], allowed_addresses: ["52.66.8.8"] },
        });
      } else {
        directly("vyom", "DELETE", `deactivate/${id}`);
        const trunk_config = { exotel_number: "+918044319255" };
        directly("vyom", "POST", "create-outbound-trunk", { trunk_name: name, trunk_type: "exotel", trunk_config });
      }
    },
  },
];

export const boundaries = [
  "before the approval",
  "between approval and start",
  "before the step",
  "while the step before it runs",
  "after a kill",
  "after a kill and ten minutes",
  "on another replica",
] as const;
export type Boundary = (typeof boundaries)[number];
