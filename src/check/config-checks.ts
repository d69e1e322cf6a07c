import { isIP } from "node:net";
import { type CheckFacts, defineCheck } from "../core/carrier/diagnosis.ts";
import { fail, orPass, pass, unknown, warn } from "../core/carrier/verdict.ts";
import { quoteText } from "../core/text.ts";
import { fingerprint, fingerprintIn } from "../pbx/fingerprint.ts";
import { unusable } from "../rules/address.ts";
import { type ConfigFacts, readConfig } from "./read-config.ts";

const read = ({ config }: CheckFacts): ConfigFacts => readConfig(config ?? "");
const says = (field: keyof ConfigFacts) => (facts: CheckFacts) => facts.config !== undefined && read(facts)[field] !== undefined;

export const configChecks = [
  defineCheck({
    id: "media.srtp",
    appliesTo: says("encrypts"),
    run: (facts) => {
      const { encrypts = false, usesTls } = read(facts);
      const own = facts.mediaEncryption;
      // A setting of the trunk, where the carrier has one; else SRTP goes with TLS, and plain RTP with TCP.
      const wanted = own ? own.encrypted : usesTls;
      if (wanted === undefined) return [unknown("Whether the carrier encrypts media cannot be told from this text.")];
      if (wanted === encrypts) return [pass(encrypts ? "SRTP on both sides" : "SRTP on neither side")];
      return [
        fail("Carrier and configuration disagree on media encryption.", {
          evidence: `The configuration has SRTP ${encrypts ? "on" : "off"}; ${own ? own.said : `over ${usesTls ? "tls the carrier encrypts" : "tcp the carrier does not encrypt"}`}.`,
          remedy: "Make them agree: a call would be refused with 488, or have no sound.",
          repair: [own && facts.repairs.setMediaEncryption?.(facts.trunk, encrypts)],
        }),
      ];
    },
  }),
  defineCheck({
    id: "media.codec",
    appliesTo: says("codecs"),
    run: (facts) => {
      const { codecs = [] } = read(facts);
      const evidence = `It allows ${codecs.map((codec) => quoteText(codec)).join(", ")}.`;
      if (!codecs.includes("PCMA") && !codecs.includes("PCMU"))
        return [
          fail("The configuration offers no codec that carriers take.", { evidence, remedy: "Allow G.711: PCMA (alaw) and PCMU (ulaw)." }),
        ];
      const first = facts.list?.first_codec;
      if (first && codecs[0] !== first.value)
        return [
          warn(`${first.value} is not the first codec.`, {
            evidence,
            remedy: `Put ${first.value} first: the carrier's guides ask for it.`,
          }),
        ];
      return [pass("offers G.711")];
    },
  }),
  defineCheck({
    id: "media.nat",
    appliesTo: says("externalMedia"),
    run: (facts) => {
      const { externalMedia = "" } = read(facts);
      if (externalMedia === "")
        return [
          unknown("The configuration announces no public address.", {
            remedy: "Behind NAT set external_media_address; on a public address leave it.",
          }),
        ];
      const reason = isIP(externalMedia) === 0 ? undefined : unusable(externalMedia, facts.sandbox);
      return orPass(
        [
          reason === undefined
            ? undefined
            : warn("The configuration announces an address that is not public.", {
                evidence: `external_media_address is ${quoteText(externalMedia)}: ${reason}.`,
                remedy: "Set it to the PBX's public address: sound would go one way, and calls drop after half a minute.",
              }),
        ],
        `announces ${externalMedia}`,
      );
    },
  }),
  defineCheck({
    id: "plat.livekit.from",
    calls: "out",
    appliesTo: (facts) => says("liveKitNumbers")(facts) && facts.trunk.phone_numbers !== undefined,
    run: (facts) => {
      const numbers = (facts.trunk.phone_numbers ?? []).map(({ phone_number }) => phone_number);
      const foreign = (read(facts).liveKitNumbers ?? []).filter((number) => !numbers.includes(number));
      return orPass(
        [
          foreign.length > 0 || read(facts).liveKitNumbers?.length === 0
            ? fail("LiveKit would call from a number that the trunk does not have.", {
                evidence: `numbers holds ${foreign.length === 0 ? "nothing" : foreign.map((number) => quoteText(number)).join(", ")}; the trunk has ${numbers.map((number) => quoteText(number)).join(", ")}.`,
                remedy: "Put the trunk's own numbers there, in E.164: one of them becomes the user of From.",
              })
            : undefined,
        ],
        "LiveKit calls from the trunk's numbers",
      );
    },
  }),
  defineCheck({
    id: "drift",
    appliesTo: ({ config }) => config !== undefined,
    run: ({ config = "", trunk, list }) => {
      const found = fingerprintIn(config);
      if (found === undefined)
        return [unknown("The text does not say which trunk it was made from.", { evidence: "It holds no trunkline-fingerprint." })];
      const remedy = "Write it again with export_pbx_config, and load it.";
      if (found.provider !== trunk.provider || found.trunkId !== trunk.trunk_id)
        return [
          warn("The configuration was made from another trunk.", {
            evidence: `It names ${quoteText(`${found.provider}/${found.trunkId}`)}.`,
            remedy,
          }),
        ];
      if (found.fingerprint === fingerprint(trunk, list)) return [pass("made from the trunk as it is")];
      return [
        warn("The trunk has changed since the configuration was written.", { evidence: "Its fingerprint is another one now.", remedy }),
      ];
    },
  }),
];
