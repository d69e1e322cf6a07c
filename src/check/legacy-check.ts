import { fail, orPass } from "../core/carrier/verdict.ts";
import { voicePlatforms } from "../pbx/platforms.ts";
import { definePeerCheck, isDestination, replaceDestination } from "./peer.ts";

/** A host that its platform has switched off, or is about to. */
export const dstLegacy = definePeerCheck({
  id: "dst.legacy",
  appliesTo: isDestination,
  run: (facts) => {
    const { host, transport } = facts.peer;
    const platforms = voicePlatforms();
    const found = platforms.flatMap((platform) =>
      (platform.retired ?? []).filter((retired) => retired.host === host).map((retired) => ({ platform, on: retired.on })),
    )[0];
    const next = found?.platform.inbound.find((one) => one.transport === transport);
    return orPass(
      [
        found &&
          fail(`${found.platform.title} retires this host.`, {
            evidence: `${host} is retired on ${found.on} (${found.platform.source}, ${found.platform.seen}).`,
            remedy: next ? `Use ${next.host}:${next.port};transport=${next.transport}.` : "Use the platform's new host.",
            repair: next ? replaceDestination(facts, next) : [],
          }),
      ],
      "The host is not known to be retired.",
    );
  },
});
