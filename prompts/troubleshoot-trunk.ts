import * as z from "zod";
import { type Symptom, symptoms } from "../src/core/carrier/prompt-sentences.ts";
import { attachTrunk, definePrompt, literal, numbered } from "../src/core/prompt.ts";

/** Causes by symptom, from the documents' table and from real reports. Carriers add their own. */
const causes: Record<Symptom, string[]> = {
  "401": [
    "The API refuses the key: `trunkline config` in a terminal says which.",
    "From SIP, one 401 is the normal challenge; a second one means a wrong login or realm.",
  ],
  "403": [
    "The PBX's address is not whitelisted: check_trunk with pbx_ip compares the address it really sends from with the list.",
    "The caller id is not a number of this trunk: compare it with phone_numbers and the alias, in E.164.",
    "A wrong login, where logins are used; or the account's plan, region or spending limit.",
  ],
  "404": [
    "The id is of another account or region, or the trunk is gone: compare it with list_trunks.",
    "From SIP: the dialled number is not mapped, or is not in E.164.",
  ],
  wrong_caller_id: [
    "An alias is set, and calls show it in place of the number in From: compare it with what the person expects.",
    "The PBX puts another number into From, or a name: compare it with phone_numbers.",
    "The network of the called party replaces what it does not trust: call a number in another network, and compare.",
  ],
  no_inbound: [
    "destination_uris is empty, or names a host, port or transport on which nothing listens.",
    "An IP destination must be whitelisted on the same trunk.",
    "A host name must have an A record, no CNAME; with TLS its certificate must name the host and be valid.",
  ],
  no_audio: ["RTP ports are closed, or the PBX puts a private address into its SDP.", "One side encrypts media and the other does not."],
};

/** Symptoms that only one direction has. */
const directions: Record<string, string> = { no_inbound: "inbound", wrong_caller_id: "outbound" };

export default definePrompt({
  name: "troubleshoot_trunk",
  title: "Find out why calls fail",
  description: "Checks the trunk, and walks from what was found to the call that mends it.",
  arguments: z.object({
    provider: z.string().max(32).describe("The trunk's carrier"),
    trunk: z.string().max(128).describe("Trunk id, or unique trunk name"),
    symptom: z
      .string()
      .max(200)
      .optional()
      .describe(`The symptom: ${symptoms.join(", ")}, or words`),
  }),
  complete: {
    provider: async ({ providers }) => providers.map((provider) => provider.id),
    trunk: async ({ listTrunks }, { provider }) => (await listTrunks(provider)).map((trunk) => trunk.trunk_name),
    symptom: async () => [...symptoms],
  },
  async write({ provider, trunk: wanted, symptom }, { findTrunk, providers }) {
    const trunk = await findTrunk(provider, wanted);
    const own = (await providers.find(({ id }) => id === provider)?.promptSentences?.())?.causes ?? {};
    const of = (name: Symptom) => [...causes[name], ...(own[name] ?? [])];
    const known = symptoms.find((name) => name === symptom);
    const list = known ? of(known) : symptoms.flatMap((name) => of(name).map((cause) => `${name}: ${cause}`));
    const about = trunk
      ? "Its live state is attached."
      : `No trunk ${literal(wanted, "trunk")} was found: call list_trunks, it may be on another carrier or account.`;
    const which = `"provider": ${literal(provider, "carrier")}, "trunk_id": ${literal(trunk?.trunk_id ?? wanted, "trunk")}`;
    const code = /^[1-6]\d\d$/.test(symptom ?? "") ? symptom : undefined;
    const direction = directions[symptom ?? ""] ? `, "direction": "${directions[symptom ?? ""]}"` : "";
    const steps = numbered([
      about,
      `The symptom is ${literal(symptom, "ask the person: which code or behaviour, in which direction, since when, what was changed")}.`,
      code === undefined
        ? undefined
        : `explain_sip_code {"code": ${code}, ${which}}: the causes in their order, with the entries that were weighed. Where one is found, the next call is not needed.`,
      `check_trunk {${which}${direction}}. Add what the person said: the address that the PBX calls from as "pbx_ip", the number as "phone_number", the path of an exported file as "config". If this machine calls from the PBX's address, add "from_pbx": true.`,
      "Tell the summary first. Walk the findings from the first: what is wrong, the evidence and the remedy; send its repair, call by call in order, when the person wants it, and ask them where it says [ask the person]. unknown means that it cannot be told from here, manual that the person has to look; never call either a fault.",
      `Compare what the findings leave open with these causes, in order:\n${list.map((cause) => `   - ${cause}`).join("\n")}`,
      `After a change, check_trunk {${which}${direction}} shows whether it holds.`,
      "Name the cause with its evidence and the one call that mends it; say what cannot be seen from here, and who can look. Read trunkline://guides/error-codes for other codes.",
    ]);
    return [{ text: `Find out why calls fail over a trunk.\n${steps}`, resource: attachTrunk(trunk) }];
  },
});
