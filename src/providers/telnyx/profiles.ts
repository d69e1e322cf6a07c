import type { WriteOperation } from "../../core/carrier/operation.ts";
import { path, type WriteMoment } from "../../core/carrier/wire.ts";
import { profilesPath, recordOf, type TelnyxApi } from "./api.ts";
import { newProfileBody, profileChangeBody, profileHasValues } from "./body.ts";
import type { NewProfile, ProfileChange, ShownProfile } from "./fields.ts";
import { type ProfileRecord, profileSchema } from "./json.ts";
import { findProfile, type TelnyxReads } from "./reads.ts";
import { tagged } from "./tagged.ts";
import { toProfile } from "./view.ts";

export type WrittenProfile = { outbound_voice_profile: ShownProfile };

const toWritten = (record: ProfileRecord): WrittenProfile => ({ outbound_voice_profile: toProfile(record) });

export function createProfile(api: TelnyxApi, reads: TelnyxReads): WriteOperation<NewProfile, WrittenProfile> {
  const tags = tagged(api, "profile");
  async function find({ name }: NewProfile, tag: string, moment?: WriteMoment): Promise<WrittenProfile | undefined> {
    const rows = (await reads.allProfiles()).filter((row) => row.name === name);
    const own = tags.ownOf(rows, tag, moment);
    return own && toWritten(own);
  }
  return {
    async settle(input, moment) {
      const tag = await tags.earlier(input);
      return tag === undefined ? undefined : await find(input, tag, moment);
    },
    forget: tags.forget,
    send: (input, signal) =>
      tags.send(input, (tag) =>
        api.wire.send({
          effect: "write",
          method: "POST",
          operation: "create an outbound voice profile",
          path: profilesPath,
          body: newProfileBody(input, tag),
          parse: (answer) => toWritten(recordOf(api, answer, profileSchema)),
          settle: (moment) => find(input, tag, moment),
          signal,
        }),
      ),
  };
}

export function updateProfile(api: TelnyxApi, reads: TelnyxReads): WriteOperation<ProfileChange, WrittenProfile> {
  const liveOf = async (said: string, signal?: AbortSignal) =>
    await reads.profile((await findProfile(reads, said, signal)).outbound_voice_profile_id, signal);
  return {
    async settle(input) {
      const live = await liveOf(input.outbound_voice_profile_id);
      return profileHasValues(live, profileChangeBody(input, live)) ? toWritten(live) : undefined;
    },
    async send(input, signal) {
      const live = await liveOf(input.outbound_voice_profile_id, signal);
      const body = profileChangeBody(input, live);
      return await api.wire.send({
        effect: "write",
        method: "PATCH",
        operation: "change an outbound voice profile",
        path: path`/outbound_voice_profiles/${live.id}`,
        body,
        parse: (answer) => toWritten(recordOf(api, answer, profileSchema)),
        settle: async () => {
          const now = await reads.profile(live.id);
          return profileHasValues(now, body) ? toWritten(now) : undefined;
        },
        signal,
      });
    },
  };
}
